import type { Translation } from "../catalogue.ts";
import type { collections as english } from "../en/collections.ts";

export const collections: Translation<typeof english> = {
  "collections.title": "Sammlungen",
  "collections.search": "Sammlungen suchen",
  "collections.pinned": "Angeheftet",
  "collections.others": "Sammlungen",
  "collections.system": "System",
  "collections.pin": "{name} anheften",
  "collections.unpin": "{name} lösen",
  "collections.new": "Neue Sammlung",
  "collections.none": "Keine Sammlung passt.",
  "collections.type.base": "Basissammlung",
  "collections.type.auth": "Auth-Sammlung",
  "collections.type.view": "Sicht",
  "collections.noProvider": "OAuth2 ist an, aber kein Anbieter eingerichtet",
  "collections.missing": "Diese Sammlung gibt es nicht.",
};
