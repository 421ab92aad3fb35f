import type { Translation } from "../catalogue.ts";
import type { overview as english } from "../en/overview.ts";

export const overview: Translation<typeof english> = {
  "overview.title": "Vue d’ensemble des collections",
  "overview.views": "Vues de l’ensemble",
  "overview.diagram": "Relations",
  "overview.rules": "Règles",
  "overview.system": "Collections système aussi",
  "overview.zoomIn": "Agrandir",
  "overview.zoomOut": "Réduire",
  "overview.fit": "Ajuster à la fenêtre",
  "overview.drawing": {
    one: "Schéma de {count} collection et de ses relations",
    other: "Schéma de {count} collections et de leurs relations",
  },
  "overview.collection": "Collection",
  "overview.mfaRule": "Second facteur",
  "overview.locked": "superutilisateurs",
  "overview.public": "tous",
  "overview.notApplicable": "sans objet",
  "overview.open": "Ouvrir {name}",
};
