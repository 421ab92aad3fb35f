import type { Translation } from "../catalogue.ts";
import type { views as english } from "../en/views.ts";

export const views: Translation<typeof english> = {
  "views.query": "Requête",
  "views.help":
    "Un SELECT avec une colonne id ; lecture seule. Les colonnes de collections gardent leur type ; les autres deviennent JSON, sauf conversion.",
  "views.help.example":
    "Par exemple : cast(count(id) as int) as total ; (row_number() over()) as id s’il n’y en a pas d’autre.",
  "views.preview": "Aperçu",
  "views.preview.empty": "La requête ne donne aucune ligne.",
  "views.preview.running": "Exécution de la requête…",
  "views.preview.columns": "Colonnes et leurs types",
};
