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
 * @throws ValidationError by key of the API's JSON
 */
export async function saveCollection(
  app: App,
  collection: Collection,
  options: { validate: boolean },
): Promise<void> {
  await saveModel(app, collection, core(collection), options);
}

/** Runs the checks of a save without saving. */
export async function validateCollection(app: App, collection: Collection): Promise<void> {
  await validateModel(app, collection, core(collection));
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
