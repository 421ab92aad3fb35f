import type { Translation } from "../catalogue.ts";
import type { indexes as english } from "../en/indexes.ts";

export const indexes: Translation<typeof english> = {
  "indexes.title": "Indizes",
  "indexes.new": "Neuer Index",
  "indexes.edit": "Index {name} bearbeiten",
  "indexes.unique": "Eindeutig",
  "indexes.unique.help": "Keine zwei Datensätze dürfen dieselben Werte haben.",
  "indexes.columns": "Spalten",
  "indexes.statement": "Anweisung",
  "indexes.statement.bad": "Das ist keine CREATE-INDEX-Anweisung.",
  "indexes.set": "Index übernehmen",
  "indexes.remove": "Index entfernen",
  "indexes.none": "Keine Indizes außer dem der ID.",
};
