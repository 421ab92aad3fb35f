import type { App } from "../app.ts";
import { problem, ValidationError } from "../lib/errors.ts";
import type { Collection } from "./collection.ts";
import { addField } from "./field-list.ts";
import { rawErrorText } from "./raw-error.ts";
import { rawMessages } from "./raw-messages.ts";
import { saveCollection } from "./save.ts";
import { decodeCollection } from "./scaffold.ts";
import { checkCollection } from "./validate.ts";

/**
 * Makes the collections what a list of their API JSON says, in one transaction (PocketBase:
 * core/collection_import.go). Entries are matched by id, else by name, and read onto what is stored. All are
 * saved first and checked afterwards, because they may refer to one another.
 *
 * @param deleteMissing also deletes collections that are not in the list, with their records, and fields
 *   that are not in their entry; never system ones
 * @throws ValidationError under `collections` or `indexes`; Error for anything else
 */
export async function importCollections(
  app: App,
  list: readonly Readonly<Record<string, unknown>>[],
  deleteMissing: boolean,
): Promise<void> {
  if (list.length === 0) throw new Error("no collections to import");
  const imported = list.map((data) => decodeEntry(app, data, deleteMissing)).toSorted(byDependency);
  await app.runInTransaction(async (tx) => {
    const existing = new Map(tx.collections.all().map((collection) => [collection.id, collection]));
    if (deleteMissing) await deleteOthers(tx, imported);
    for (const collection of imported) await saveOne(tx, collection);
    for (const collection of imported) {
      await checkOne(tx, collection, existing.get(collection.id) ?? collection);
    }
  });
}

function decodeEntry(
  app: App,
  data: Readonly<Record<string, unknown>>,
  deleteMissing: boolean,
): Collection {
  const existing = app.collections.find(String(data["id"] || data["name"] || ""));
  if (!existing) return withoutChecks(decodeCollection(data));
  const isCleared = deleteMissing && (data["fields"] ?? null) === null;
  const collection = decodeCollection(isCleared ? { ...data, fields: [] } : data, existing);
  for (const field of existing.fields) {
    if ((deleteMissing && !field.system) || collection.findFieldById(field.id)) continue;
    const namesake = collection.findField(field.name);
    // With an id of its own it would be a new column, and the old one with its values would go.
    if (namesake?.type === field.type) namesake.id = field.id;
    addField(collection.fields, structuredClone(field));
  }
  return withoutChecks(collection);
}

function withoutChecks(collection: Collection): Collection {
  collection.integrityChecks = false;
  return collection;
}

/** Views last, for their queries may need the others; then by age. */
function byDependency(a: Collection, b: Collection): number {
  const kinds = Number(a.isView) - Number(b.isView);
  return kinds || compare(a.created, b.created) || compare(a.updated, b.updated);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Before anything is saved: a name may be used again. */
async function deleteOthers(tx: App, imported: readonly Collection[]): Promise<void> {
  const kept = new Set(imported.map(({ id }) => id));
  const others = tx.collections
    .all()
    .filter(({ id, system }) => !system && !kept.has(id))
    .toSorted((a, b) => compare(a.updated, b.updated));
  for (const collection of others) await tx.delete(withoutChecks(collection.clone()));
}

async function saveOne(tx: App, collection: Collection): Promise<void> {
  try {
    await saveCollection(tx, collection, { validate: false });
  } catch (cause) {
    if (cause instanceof ValidationError) throw cause;
    throw new Error(`failed to save collection "${collection.name}": ${rawErrorText(cause)}`, {
      cause,
    });
  }
}

async function checkOne(tx: App, collection: Collection, original: Collection): Promise<void> {
  try {
    await checkCollection({ app: tx, collection, original });
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    const details = JSON.stringify(rawMessages(error.errors), null, 2);
    const message = `Data validations failed for collection "${collection.name}" (${collection.id}):\n${details}`;
    throw new ValidationError({ collections: importFailure(message) });
  }
}

/** The one problem that an import reports. */
export function importFailure(message: string) {
  return problem("validation_collections_import_failure", message);
}
