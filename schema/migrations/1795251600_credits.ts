import { type App, importCollections } from "generatio";

/** Prepaid credits: what users see of them, and jobs that they pay. */
export const up = async (app: App): Promise<void> => {
  const usersId = app.findCollection("generatio_users").id;
  const entries = collectionsFor(usersId).map((definition) => {
    const existing = app.collections.find(definition.name);
    if (!existing) return definition;
    const missing = definition.fields.filter(({ name }) => !existing.findField(name));
    return { id: existing.id, fields: missing };
  });
  await importCollections(
    app,
    [...entries, jobsWith(app, [...FUNDINGS, "credits", "none"])],
    false,
  );
};

/** Takes them away with what is in them. */
export const down = async (app: App): Promise<void> => {
  for (const name of ["credits", "credit_ledger"]) await app.delete(app.findCollection(name));
  await importCollections(app, [jobsWith(app, [...FUNDINGS, "none"])], false);
};

const FUNDINGS = ["byok", "quota"];
const OWN = '@request.auth.id != "" && user_id = @request.auth.id';

function jobsWith(app: App, values: readonly string[]) {
  const { id, fields } = app.findCollection("jobs");
  return {
    id,
    fields: fields.map((field) => (field.name === "funding" ? { ...field, values } : field)),
  };
}

function collectionsFor(usersId: string) {
  const owner = {
    name: "user_id",
    type: "relation",
    collectionId: usersId,
    required: true,
    cascadeDelete: true,
    maxSelect: 1,
  };
  const times = [
    { name: "created", type: "autodate", onCreate: true },
    { name: "updated", type: "autodate", onCreate: true, onUpdate: true },
  ];
  return [
    {
      name: "credits",
      type: "base",
      listRule: OWN,
      viewRule: OWN,
      fields: [
        owner,
        { name: "balance", type: "number", onlyInt: true, min: 0 },
        { name: "held", type: "number", onlyInt: true, min: 0 },
        ...times,
      ],
      indexes: ["CREATE UNIQUE INDEX `idx_credits_user` ON `credits` (`user_id`)"],
    },
    {
      name: "credit_ledger",
      type: "base",
      listRule: OWN,
      viewRule: OWN,
      fields: [
        owner,
        {
          name: "kind",
          type: "select",
          required: true,
          maxSelect: 1,
          values: ["grant", "hold", "release"],
        },
        { name: "delta", type: "number", onlyInt: true },
        { name: "balance", type: "number", onlyInt: true, min: 0 },
        { name: "reason", type: "text", max: 500 },
        { name: "job_id", type: "text", max: 15 },
        { name: "by", type: "text", hidden: true, max: 50 },
        { name: "idempotency_key", type: "text", hidden: true, max: 255 },
        ...times,
      ],
      indexes: [
        "CREATE INDEX `idx_credit_ledger_user_created` ON `credit_ledger` (`user_id`, `created`)",
        "CREATE UNIQUE INDEX `idx_credit_ledger_key` ON `credit_ledger` (`idempotency_key`) WHERE `idempotency_key` != ''",
      ],
    },
  ];
}
