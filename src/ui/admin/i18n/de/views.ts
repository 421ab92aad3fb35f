import type { Translation } from "../catalogue.ts";
import type { views as english } from "../en/views.ts";

export const views: Translation<typeof english> = {
  "views.query": "Abfrage",
  "views.help":
    "Ein SELECT mit einer Spalte id; nur lesbar. Spalten von Sammlungen behalten ihren Feldtyp; andere werden JSON, sofern sie nicht umgewandelt werden.",
  "views.help.example":
    "Zum Beispiel: cast(count(id) as int) as total; (row_number() over()) as id, wenn es sonst keine gibt.",
  "views.preview": "Vorschau",
  "views.preview.empty": "Die Abfrage ergibt keine Zeilen.",
  "views.preview.running": "Abfrage läuft …",
  "views.preview.columns": "Spalten und ihre Typen",
};
