import { type App, importCollections } from "generatio";

/** The operator's word list, what was refused or flagged, and the verdict of each job. */
export const up = async (app: App): Promise<void> => {
  const entries = collectionsFor(app.findCollection("generatio_users").id).map((definition) => {
    const existing = app.collections.find(definition.name);
    if (!existing) return definition;
    const missing = definition.fields.filter(({ name }) => !existing.findField(name));
    return { id: existing.id, fields: missing };
  });
  const jobs = app.findCollection("jobs");
  const added = jobs.findField(VERDICT.name)
    ? []
    : [{ id: jobs.id, fields: [...jobs.fields, VERDICT] }];
  await importCollections(app, [...entries, ...added], false);
};

/** Takes them away with what is in them. */
export const down = async (app: App): Promise<void> => {
  for (const name of ["moderation_events", "moderation_rules"])
    await app.delete(app.findCollection(name));
  const jobs = app.findCollection("jobs").clone();
  jobs.fields = jobs.fields.filter(({ name }) => name !== VERDICT.name);
  await app.save(jobs);
};

const VERDICT = { name: "moderation", type: "json", maxSize: 20_000 };

function collectionsFor(usersId: string) {
  return [
    {
      name: "moderation_rules",
      type: "base",
      fields: [
        { name: "pattern", type: "text", required: true, max: 200 },
        {
          name: "action",
          type: "select",
          required: true,
          maxSelect: 1,
          values: ["block", "flag"],
        },
        { name: "note", type: "text", max: 1000 },
        { name: "created", type: "autodate", onCreate: true },
        { name: "updated", type: "autodate", onCreate: true, onUpdate: true },
      ],
      indexes: [
        "CREATE UNIQUE INDEX `idx_moderation_rules_pattern` ON `moderation_rules` (`pattern`)",
      ],
    },
    {
      name: "moderation_events",
      type: "base",
      fields: [
        {
          name: "user_id",
          type: "relation",
          collectionId: usersId,
          required: true,
          cascadeDelete: true,
          maxSelect: 1,
        },
        { name: "job_id", type: "text", max: 15 },
        {
          name: "stage",
          type: "select",
          required: true,
          maxSelect: 1,
          values: ["builtin", "words", "check", "provider"],
        },
        {
          name: "action",
          type: "select",
          required: true,
          maxSelect: 1,
          values: ["blocked", "flagged"],
        },
        { name: "categories", type: "json", maxSize: 20_000 },
        { name: "prompt_sha256", type: "text", max: 64 },
        { name: "created", type: "autodate", onCreate: true },
      ],
      indexes: [
        "CREATE INDEX `idx_moderation_events_user` ON `moderation_events` (`user_id`, `created`)",
      ],
    },
  ];
}
