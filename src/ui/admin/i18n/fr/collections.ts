import type { Translation } from "../catalogue.ts";
import type { collections as english } from "../en/collections.ts";

export const collections: Translation<typeof english> = {
  "collections.title": "Collections",
  "collections.search": "Rechercher une collection",
  "collections.pinned": "Épinglées",
  "collections.others": "Collections",
  "collections.system": "Système",
  "collections.pin": "Épingler {name}",
  "collections.unpin": "Détacher {name}",
  "collections.new": "Nouvelle collection",
  "collections.none": "Aucune collection ne correspond.",
  "collections.type.base": "Collection de base",
  "collections.type.auth": "Collection d’authentification",
  "collections.type.view": "Vue",
  "collections.noProvider": "OAuth2 est activé, mais aucun fournisseur n’est configuré",
  "collections.missing": "Cette collection n’existe pas.",
};
