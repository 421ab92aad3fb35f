import { type App, importCollections } from "generatio";

/** What users may spend. One that exists already is adopted: only missing fields are added. */
export const up = async (app: App): Promise<void> => {
  const fields = fieldsFor(app.findCollection("generatio_users").id);
  const existing = app.collections.find(BUDGETS.name);
  const entry = existing
    ? { id: existing.id, fields: fields.filter(({ name }) => !existing.findField(name)) }
    : { ...BUDGETS, fields };
  await importCollections(app, [entry], false);
};

/** Deletes them. */
export const down = (app: App): Promise<void> => app.delete(app.findCollection(BUDGETS.name));

const OWN = '@request.auth.id != "" && user_id = @request.auth.id';

const BUDGETS = {
  name: "budgets",
  type: "base",
  listRule: OWN,
  viewRule: OWN,
  indexes: [
    "CREATE UNIQUE INDEX `idx_budgets_user_window_model` ON `budgets` (`user_id`, `window`, `model`)",
  ],
};

function fieldsFor(usersId: string) {
  return [
    {
      name: "user_id",
      type: "relation",
      collectionId: usersId,
      required: true,
      cascadeDelete: true,
      maxSelect: 1,
    },
    { name: "window", type: "select", required: true, maxSelect: 1, values: ["day", "month"] },
    { name: "model", type: "text", max: 200 },
    { name: "soft_micros", type: "number", onlyInt: true },
    { name: "hard_micros", type: "number", onlyInt: true },
    { name: "created", type: "autodate", onCreate: true },
    { name: "updated", type: "autodate", onCreate: true, onUpdate: true },
  ];
}
