import type PocketBase from "pocketbase";
import type { RecordModel } from "pocketbase";

/** A collection with a field of every type, `everything`, and one that it refers to, `authors`. */
export async function makeEverything(api: PocketBase): Promise<void> {
  const authors = await api.collections.create({
    name: "authors",
    type: "base",
    fields: [
      { name: "name", type: "text", required: true, presentable: true },
      { name: "born", type: "number" },
    ],
  });
  await api.collections.create({
    name: "everything",
    type: "base",
    fields: [
      { name: "title", type: "text", presentable: true, max: 40 },
      { name: "body", type: "editor" },
      { name: "amount", type: "number", min: 0 },
      { name: "active", type: "bool" },
      { name: "mail", type: "email" },
      { name: "site", type: "url" },
      { name: "due", type: "date" },
      { name: "kind", type: "select", maxSelect: 1, values: ["novel", "essay", "poem"] },
      { name: "tags", type: "select", maxSelect: 3, values: ["red", "green", "blue"] },
      { name: "cover", type: "file", maxSelect: 1, mimeTypes: ["image/png"] },
      { name: "papers", type: "file", maxSelect: 5, protected: true },
      { name: "author", type: "relation", maxSelect: 1, collectionId: authors.id },
      { name: "helpers", type: "relation", maxSelect: 4, collectionId: authors.id },
      { name: "data", type: "json" },
      { name: "place", type: "geoPoint" },
      { name: "secret", type: "text", hidden: true },
      { name: "created", type: "autodate", onCreate: true },
      { name: "updated", type: "autodate", onCreate: true, onUpdate: true },
    ],
  });
}

/** Some authors. */
export async function makeAuthors(api: PocketBase): Promise<RecordModel[]> {
  const made: RecordModel[] = [];
  for (const name of ["Ada Lovelace", "Mary Shelley", "Jane Austen"]) {
    made.push(await api.collection("authors").create({ name }));
  }
  return made;
}

/** The smallest PNG. */
export const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
