import type { App } from "../app.ts";
import { insertRow, updateRow } from "../db/dynamic.ts";
import { type ModelCore, saveModel, validateModel } from "../events/lifecycle.ts";
import type { Collection } from "./collection.ts";
import { collectionToRow } from "./row.ts";

/**
 * Creates or updates a collection through its hooks, together with its table, columns, indexes or view, in
 * one transaction. Views that select from it are made again afterwards.
 *
 * @param collection a new one or a `clone()` of a stored one; ids and system fields are filled in
 * @throws ValidationError by key of the API's JSON; Error for the instance that everyone shares
 */
export async function saveCollection(
  app: App,
  collection: Collection,
  options: { validate: boolean },
): Promise<void> {
  await refuseShared(app, collection);
  await saveModel(app, collection, core(collection), options);
}

/** Runs the checks of a save without saving. */
export async function validateCollection(app: App, collection: Collection): Promise<void> {
  await validateModel(app, collection, core(collection));
}

/** A change to the shared instance would be seen before it is saved, and compared with itself. */
async function refuseShared(app: App, collection: Collection): Promise<void> {
  if (!app.collections.all().includes(collection)) return;
  await app.collections.reload(app.db);
  throw new Error(
    `The collection ${collection.name} that was looked up is shared by everyone: change its clone() and save that.`,
  );
}

function core(collection: Collection): ModelCore {
  return {
    async execute(app) {
      const row = { ...collectionToRow(collection) };
      if (collection.isNew) {
        await app.db.run(insertRow(collection.tableName, row));
        return;
      }
      if (collection.id !== collection.lastSavedId)
        throw new Error("primary key change is not allowed");
      await app.db.run(updateRow(collection.tableName, collection.id, row));
    },
  };
}
