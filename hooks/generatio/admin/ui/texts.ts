import type { LocalText } from "generatio/ui";

/** The words of the page. */
export const TEXTS = {
  loading: { en: "Loading…", de: "Wird geladen …", fr: "Chargement…" },
  failed: {
    en: "The catalogue could not be read.",
    de: "Der Katalog konnte nicht gelesen werden.",
    fr: "Le catalogue n’a pas pu être lu.",
  },
  search: { en: "Search models", de: "Modelle suchen", fr: "Rechercher un modèle" },
  model: { en: "Model", de: "Modell", fr: "Modèle" },
  provider: { en: "Provider", de: "Anbieter", fr: "Fournisseur" },
  tasks: { en: "For", de: "Für", fr: "Pour" },
  price: { en: "Price per picture", de: "Preis je Bild", fr: "Prix par image" },
  checked: { en: "Price read on", de: "Preis gelesen am", fr: "Prix relevé le" },
  state: { en: "State", de: "Zustand", fr: "État" },
  change: {
    en: "Change prices and names",
    de: "Preise und Namen ändern",
    fr: "Modifier prix et noms",
  },
} satisfies Readonly<Record<string, LocalText>>;
