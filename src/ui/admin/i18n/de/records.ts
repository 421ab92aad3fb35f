import type { Translation } from "../catalogue.ts";
import type { records as english } from "../en/records.ts";

export const records: Translation<typeof english> = {
  "records.count": { one: "{count} Datensatz", other: "{count} Datensätze" },
  "records.empty": "Noch keine Datensätze",
  "records.none": "Wähle eine Sammlung oder lege die erste an.",
};
