import { type App, importCollections } from "generatio";

/** Keys of users for other providers than FAL. One that exists already is adopted: only missing fields are added. */
export const up = async (app: App): Promise<void> => {
  const fields = fieldsFor(app.findCollection("generatio_users").id);
  const existing = app.collections.find(TOKENS.name);
  const entry = existing
    ? { id: existing.id, fields: fields.filter(({ name }) => !existing.findField(name)) }
    : { ...TOKENS, fields };
  await importCollections(app, [entry], false);
};

/** Deletes them. */
export const down = (app: App): Promise<void> => app.delete(app.findCollection(TOKENS.name));

const OWN = '@request.auth.id != "" && user_id = @request.auth.id';

const TOKENS = {
  name: "provider_tokens",
  type: "base",
  listRule: OWN,
  viewRule: OWN,
  indexes: [
    "CREATE UNIQUE INDEX `idx_provider_tokens_user_provider` ON `provider_tokens` (`user_id`, `provider`)",
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
    { name: "provider", type: "text", required: true, max: 50 },
    { name: "secret", type: "text", hidden: true, max: 4096 },
    { name: "auto_session", type: "bool" },
    { name: "label", type: "text", max: 100 },
    { name: "fingerprint", type: "text", max: 8 },
    { name: "created", type: "autodate", onCreate: true },
    { name: "updated", type: "autodate", onCreate: true, onUpdate: true },
  ];
}
