export const records = {
  "records.count": { one: "{count} record", other: "{count} records" },
  "records.empty": "No records yet",
  "records.none": "Choose a collection, or make the first one.",
} as const;
