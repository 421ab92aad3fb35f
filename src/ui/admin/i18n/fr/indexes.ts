import type { Translation } from "../catalogue.ts";
import type { indexes as english } from "../en/indexes.ts";

export const indexes: Translation<typeof english> = {
  "indexes.title": "Index",
  "indexes.new": "Nouvel index",
  "indexes.edit": "Modifier l’index {name}",
  "indexes.unique": "Unique",
  "indexes.unique.help": "Deux enregistrements ne peuvent pas avoir les mêmes valeurs.",
  "indexes.columns": "Colonnes",
  "indexes.statement": "Instruction",
  "indexes.statement.bad": "Ce n’est pas une instruction CREATE INDEX.",
  "indexes.set": "Valider l’index",
  "indexes.remove": "Retirer l’index",
  "indexes.none": "Aucun index hormis celui de l’identifiant.",
};
