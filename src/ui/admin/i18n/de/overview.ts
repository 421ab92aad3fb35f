import type { Translation } from "../catalogue.ts";
import type { overview as english } from "../en/overview.ts";

export const overview: Translation<typeof english> = {
  "overview.title": "Übersicht der Sammlungen",
  "overview.views": "Ansichten der Übersicht",
  "overview.diagram": "Verknüpfungen",
  "overview.rules": "Regeln",
  "overview.system": "Auch Systemsammlungen",
  "overview.zoomIn": "Vergrößern",
  "overview.zoomOut": "Verkleinern",
  "overview.fit": "In das Fenster einpassen",
  "overview.drawing": {
    one: "Diagramm von {count} Sammlung und ihren Verknüpfungen",
    other: "Diagramm von {count} Sammlungen und ihren Verknüpfungen",
  },
  "overview.collection": "Sammlung",
  "overview.mfaRule": "Zweiter Faktor",
  "overview.locked": "nur Superuser",
  "overview.public": "alle",
  "overview.notApplicable": "nicht zutreffend",
  "overview.open": "{name} öffnen",
};
