import { type App, importCollections } from "generatio";

/** Pictures made from pictures: what users send for it, and what jobs and pictures say about it. */
export const up = async (app: App): Promise<void> => {
  const entries = Object.entries(addedTo(app)).map(([name, added]) => {
    const collection = app.findCollection(name);
    const missing = added.filter((field) => !collection.findField(field.name));
    return { id: collection.id, fields: [...collection.fields, ...missing] };
  });
  const uploads = uploadsFor(app.findCollection("generatio_users").id);
  const existing = app.collections.find(uploads.name);
  const adopted = existing && {
    id: existing.id,
    fields: uploads.fields.filter(({ name }) => !existing.findField(name)),
  };
  await importCollections(app, [...entries, adopted ?? uploads], false);
};

/** Takes them away with what is in them. */
export const down = async (app: App): Promise<void> => {
  await app.delete(app.findCollection("uploads"));
  for (const [name, added] of Object.entries(addedTo(app))) {
    const collection = app.findCollection(name).clone();
    const names = new Set(added.map((field) => field.name));
    collection.fields = collection.fields.filter((field) => !names.has(field.name));
    await app.save(collection);
  }
};

type NewField = Readonly<Record<string, unknown>> & { readonly name: string };

const TASK: NewField = {
  name: "task",
  type: "select",
  maxSelect: 1,
  values: ["generate", "edit", "upscale", "remove-background", "variations"],
};

function addedTo(app: App): Readonly<Record<string, readonly NewField[]>> {
  const collectionId = app.findCollection("images").id;
  return {
    jobs: [TASK, { name: "inputs", type: "json", maxSize: 1000 }],
    images: [TASK, { name: "parent_id", type: "relation", collectionId, maxSelect: 1 }],
  };
}

const OWN = '@request.auth.id != "" && user_id = @request.auth.id';

function uploadsFor(usersId: string) {
  return {
    name: "uploads",
    type: "base",
    listRule: OWN,
    viewRule: OWN,
    deleteRule: OWN,
    fields: [
      {
        name: "user_id",
        type: "relation",
        collectionId: usersId,
        required: true,
        cascadeDelete: true,
        maxSelect: 1,
      },
      {
        name: "file",
        type: "file",
        required: true,
        protected: true,
        maxSelect: 1,
        maxSize: 134_217_728,
        mimeTypes: ["image/png", "image/jpeg", "image/webp"],
      },
      { name: "width", type: "number", onlyInt: true, min: 0 },
      { name: "height", type: "number", onlyInt: true, min: 0 },
      { name: "sha256", type: "text", required: true, max: 64 },
      { name: "last_used", type: "date" },
      { name: "created", type: "autodate", onCreate: true },
      { name: "updated", type: "autodate", onCreate: true, onUpdate: true },
    ],
    indexes: [
      "CREATE UNIQUE INDEX `idx_uploads_user_sha256` ON `uploads` (`user_id`, `sha256`)",
      "CREATE INDEX `idx_uploads_last_used` ON `uploads` (`last_used`)",
    ],
  };
}
