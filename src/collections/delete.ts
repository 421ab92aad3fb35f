import type { App } from "../app.ts";
import { dropTable } from "../db/dialect/schema.ts";
import { dropView } from "../db/dialect/view.ts";
import { deleteRow } from "../db/dynamic.ts";
import { deleteModel } from "../events/lifecycle.ts";
import type { Collection } from "./collection.ts";
import { resaveDependentViews } from "./dependent-views.ts";
import type { CollectionEvent } from "./events.ts";
import { changeSchema } from "./schema-change.ts";

/**
 * Deletes a collection through its hooks, with its table or view and what auth records of it left in the
 * system collections, in one transaction.
 *
 * @throws Error for a system collection, and while relations or views depend on it
 */
export async function deleteCollection(app: App, collection: Collection): Promise<void> {
  await deleteModel(app, collection, {
    async execute(inner) {
      await inner.db.run(deleteRow(collection.tableName, collection.lastSavedId));
    },
  });
}

/** The writes of a delete (PocketBase: onCollectionDeleteExecute). */
export async function executeDelete(event: CollectionEvent): Promise<void> {
  const { app, collection } = event;
  const { name } = collection;
  if (collection.system) throw new Error(`[${name}] system collections cannot be deleted`);
  const references = collection.integrityChecks ? referringCollections(app, collection) : [];
  if (references.length > 0) {
    const names = references.join(", ");
    throw new Error(`[${name}] failed to delete due to existing relation references: ${names}`);
  }
  await changeSchema(event, async (tx) => {
    await tx.db.run(collection.isView ? dropView(name) : dropTable(name));
    if (collection.integrityChecks) await checkDependentViews(tx, collection);
    await event.next();
    if (collection.isAuth) await deleteAuthReferences(tx, collection);
  });
}

/** Names of the other collections that have a relation to this one, oldest first. */
export function referringCollections(app: App, collection: Collection): string[] {
  const others = app.collections.references(collection.id).map((reference) => reference.collection);
  return [...new Set(others)].filter(({ id }) => id !== collection.id).map(({ name }) => name);
}

async function checkDependentViews(tx: App, collection: Collection): Promise<void> {
  try {
    await resaveDependentViews(tx, collection.id);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `[${collection.name}] failed to delete due to existing view dependency: ${reason}`,
      {
        cause,
      },
    );
  }
}

/** System collections whose records say to which auth record they belong. */
const AUTH_REFERENCES = ["_authOrigins", "_otps", "_mfas", "_externalAuths"];

async function deleteAuthReferences(tx: App, collection: Collection): Promise<void> {
  for (const name of AUTH_REFERENCES) {
    const params = { id: collection.id };
    const records = await tx.findRecordsByFilter(name, "collectionRef = {:id}", { params });
    for (const record of records) await tx.delete(record);
  }
}
