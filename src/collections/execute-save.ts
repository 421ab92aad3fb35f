import type { App } from "../app.ts";
import { createView, dropView } from "../db/dialect/view.ts";
import { NotFoundError } from "../lib/errors.ts";
import { newTokenSecret } from "./auth-options.ts";
import type { Collection } from "./collection.ts";
import { resaveDependentViews } from "./dependent-views.ts";
import type { CollectionEvent } from "./events.ts";
import { isCausedByInput, rawErrorText } from "./raw-error.ts";
import { changeSchema } from "./schema-change.ts";
import { syncRecordTable } from "./sync-table.ts";
import { inferViewFields } from "./view-fields.ts";
import { tableColumns, viewSource } from "./view-source.ts";

/** The writes of a save: the collection's row and its table or view (PocketBase: onCollectionSaveExecute). */
export async function executeSave(event: CollectionEvent): Promise<void> {
  const { app, collection } = event;
  await changeSchema(event, async (tx) => {
    const stored = storedVersion(tx, collection);
    if (collection.auth && stored?.auth && stored.auth.authRule !== collection.auth.authRule) {
      // Who may sign in has changed: tokens of those who could before must not go on working.
      collection.auth.authToken.secret = newTokenSecret();
    }
    if (collection.isView) await remakeView(tx, collection, stored);
    await event.next();
    await syncRecordTable(tx.db, collection, stored);
  });
  await resaveOthers(app, collection);
}

function storedVersion(app: App, collection: Collection): Collection | undefined {
  if (collection.isNew) return undefined;
  const stored = app.collections.all().find((candidate) => candidate.id === collection.lastSavedId);
  if (!stored) throw new NotFoundError();
  return stored;
}

async function remakeView(
  tx: App,
  collection: Collection,
  stored: Collection | undefined,
): Promise<void> {
  const query = collection.view!.viewQuery;
  const fields = await inferViewFields(tx, query);
  const source = await normalizedSource(tx, query);
  if (stored) await tx.db.run(dropView(stored.name));
  await tx.db.run(dropView(collection.name));
  await tx.db.run(createView(collection.name, source));
  // Missing tables and columns are found out only when the view is looked at.
  await tableColumns(tx.db, collection.name);
  collection.fields = fields;
}

async function normalizedSource(tx: App, query: string): Promise<string> {
  try {
    return await viewSource(tx.db, query);
  } catch (cause) {
    throw new Error(`failed to normalize view query id: ${rawErrorText(cause)}`, { cause });
  }
}

/** What cannot be made again now stays as it is: its owner can correct the query afterwards. */
async function resaveOthers(app: App, collection: Collection): Promise<void> {
  try {
    await resaveDependentViews(app, collection.id);
  } catch (error) {
    // Inside somebody's transaction half a change would be committed with it.
    if (app.isTransaction && !isCausedByInput(error)) throw error;
    app.logger.warn(
      `Dependent view collection(s) may need to be updated after ${collection.name} collection change`,
      { error: error instanceof Error ? error.message : String(error) },
    );
  }
}
