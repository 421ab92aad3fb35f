import type { Translation } from "../catalogue.ts";
import type { records as english } from "../en/records.ts";

export const records: Translation<typeof english> = {
  "records.count": { one: "{count} enregistrement", other: "{count} enregistrements" },
  "records.empty": "Aucun enregistrement",
  "records.none": "Choisissez une collection ou créez la première.",
};
