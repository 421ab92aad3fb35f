import { type App, importCollections } from "generatio";

/** What a job needs to go on with another model, and where users say whether it may. */
export const up = async (app: App): Promise<void> => {
  const entries = Object.entries(ADDED).map(([name, added]) => {
    const collection = app.findCollection(name);
    const missing = added.filter((field) => !collection.findField(field.name));
    return { id: collection.id, fields: [...collection.fields, ...missing] };
  });
  await importCollections(app, entries, false);
};

/** Takes the fields away with what is in them. */
export const down = async (app: App): Promise<void> => {
  for (const [name, added] of Object.entries(ADDED)) {
    const collection = app.findCollection(name).clone();
    const names = new Set(added.map((field) => field.name));
    collection.fields = collection.fields.filter((field) => !names.has(field.name));
    await app.save(collection);
  }
};

type NewField = Readonly<Record<string, unknown>> & { readonly name: string };

const ADDED: Readonly<Record<string, readonly NewField[]>> = {
  generatio_users: [{ name: "settings", type: "json", maxSize: 20_000 }],
  jobs: [
    { name: "fallbacks", type: "json", hidden: true, maxSize: 50_000 },
    { name: "tried", type: "json", maxSize: 20_000 },
    { name: "requested_model", type: "text", max: 200 },
  ],
};
