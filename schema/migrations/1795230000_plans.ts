import { type App, importCollections } from "generatio";

/** Plans, jobs that the server's own keys pay, and the order of the jobs of a batch. */
export const up = async (app: App): Promise<void> => {
  await change(app, { fundings: ["byok", "quota", "none"], isWanted: true });
};

/** Takes the fields away with what is in them. */
export const down = async (app: App): Promise<void> => {
  await change(app, { fundings: ["byok"], isWanted: false });
};

const ADDED: Readonly<Record<string, Readonly<Record<string, unknown>> & { name: string }>> = {
  generatio_users: {
    name: "plan",
    type: "select",
    maxSelect: 1,
    values: ["free", "pro", "enterprise"],
  },
  jobs: { name: "batch_index", type: "number", onlyInt: true, min: 0 },
};

async function change(
  app: App,
  { fundings, isWanted }: { fundings: readonly string[]; isWanted: boolean },
): Promise<void> {
  for (const [name, field] of Object.entries(ADDED)) {
    const collection = app.findCollection(name).clone();
    const others = collection.fields
      .filter((present) => isWanted || present.name !== field.name)
      .map((present) =>
        name === "jobs" && present.name === "funding" ? { ...present, values: fundings } : present,
      );
    const isMissing = !collection.findField(field.name);
    const fields = isWanted && isMissing ? [...others, field] : others;
    if (isWanted) await importCollections(app, [{ id: collection.id, fields }], false);
    else await app.save(Object.assign(collection, { fields: others }));
  }
}
