import { type App, importCollections } from "generatio";

/** What superusers change about models, the record of such changes, and the price that a job was ordered at. */
export const up = async (app: App): Promise<void> => {
  const entries = COLLECTIONS.map((definition) => {
    const existing = app.collections.find(definition.name);
    if (!existing) return definition;
    const missing = definition.fields.filter(({ name }) => !existing.findField(name));
    return { id: existing.id, fields: missing };
  });
  const jobs = app.findCollection("jobs");
  const added = jobs.findField(PRICE.name)
    ? []
    : [{ id: jobs.id, fields: [...jobs.fields, PRICE] }];
  await importCollections(app, [...entries, ...added], false);
};

/** Takes them away with what is in them. */
export const down = async (app: App): Promise<void> => {
  for (const { name } of COLLECTIONS) await app.delete(app.findCollection(name));
  const jobs = app.findCollection("jobs").clone();
  jobs.fields = jobs.fields.filter(({ name }) => name !== PRICE.name);
  await app.save(jobs);
};

const PRICE = { name: "price", type: "number", onlyInt: true, min: 0 };

const COLLECTIONS = [
  {
    name: "model_overrides",
    type: "base",
    fields: [
      { name: "model", type: "text", required: true, max: 200 },
      { name: "cost_per_image", type: "text", pattern: "^\\d{1,5}(\\.\\d{1,6})?$" },
      { name: "aliases", type: "json", maxSize: 5000 },
      { name: "endpoint", type: "text", max: 200 },
      {
        name: "status",
        type: "select",
        maxSelect: 1,
        values: ["active", "deprecated", "retired"],
      },
      { name: "replaced_by", type: "text", max: 200 },
      { name: "note", type: "text", max: 1000 },
      { name: "changed_by", type: "text", max: 50 },
      { name: "created", type: "autodate", onCreate: true },
      { name: "updated", type: "autodate", onCreate: true, onUpdate: true },
    ],
    indexes: ["CREATE UNIQUE INDEX `idx_model_overrides_model` ON `model_overrides` (`model`)"],
  },
  {
    name: "model_changes",
    type: "base",
    fields: [
      { name: "model", type: "text", required: true, max: 200 },
      {
        name: "action",
        type: "select",
        required: true,
        maxSelect: 1,
        values: ["create", "update", "delete"],
      },
      { name: "before", type: "json", maxSize: 20_000 },
      { name: "after", type: "json", maxSize: 20_000 },
      { name: "changed_by", type: "text", max: 50 },
      { name: "created", type: "autodate", onCreate: true },
    ],
    indexes: ["CREATE INDEX `idx_model_changes_model` ON `model_changes` (`model`, `created`)"],
  },
];
