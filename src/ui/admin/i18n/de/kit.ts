import type { Translation } from "../catalogue.ts";
import type { kit as english } from "../en/kit.ts";

export const kit: Translation<typeof english> = {
  "kit.close": "Schließen",
  "kit.cancel": "Abbrechen",
  "kit.confirm": "Bestätigen",
  "kit.clear": "Leeren",
  "kit.copy": "Kopieren",
  "kit.copied": "Kopiert",
  "kit.noMatches": "Nichts gefunden",
  "kit.remove": "{name} entfernen",
  "kit.show": "Anzeigen",
  "kit.hide": "Verbergen",
  "kit.drag": "{name} verschieben",
  "kit.moved": "{name} ist jetzt {place} von {of}",
  "kit.typeToConfirm": "Zum Bestätigen {word} eingeben",
  "kit.suggestions": "Vorschläge",
  "kit.notifications": "Meldungen",
  "kit.codeKeys": "Beim Schreiben rückt Tab ein. Esc, dann Tab verlässt das Feld.",
};
