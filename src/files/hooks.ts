import type { App } from "../app.ts";
import { Collection } from "../collections/collection.ts";
import type { Database } from "../db/database.ts";
import { RecordModel } from "../records/record.ts";
import { fileFields, filesOfDroppedFields } from "./dropped-fields.ts";
import type { Intent } from "./intents.ts";
import type { FileChange } from "./unsettled.ts";
import type { StorageDriver } from "./storage/driver.ts";
import { S3Driver } from "./storage/s3.ts";
import { UnusableDriver } from "./storage/unusable.ts";

/**
 * After a record, a collection or a file field is gone for good, so are its files (PocketBase: core/base.go).
 * The storage is the one that the settings name, from the moment they are loaded.
 */
export function bindFileHooks(app: App): void {
  app.onModelDeleteExecute().bind({
    id: "__pbFilesManagerDelete__",
    priority: 99,
    func: async (event) => {
      const intent = intentOf(event.model);
      if (intent) await intend(event.app, intent);
      await event.next();
    },
  });
  app.onCollectionUpdateExecute().bind({
    id: "__pbFilesManagerUpdate__",
    // Inside the transaction of the engine's own handler, while the columns are still there.
    priority: 99,
    func: async (event) => {
      for await (const intents of filesOfDroppedFields(event.app, event.collection))
        for (const intent of intents) await intend(event.app, intent);
      await event.next();
    },
  });
  let applied = JSON.stringify(app.settings.s3);
  app.onSettingsReload().bind({
    id: "__pbFilesystem__",
    func: async (event) => {
      await event.next();
      const { s3 } = event.app.settings;
      const wanted = JSON.stringify(s3);
      // A storage that an extension has chosen stays until these settings change.
      if (wanted === applied) return;
      event.app.files.use(s3.enabled ? s3Storage(event.app) : event.app.files.local);
      applied = wanted;
    },
  });
}

/** A wrong address must keep nobody from starting the server and setting it right. */
function s3Storage(app: App): StorageDriver {
  try {
    return new S3Driver(app.settings.s3);
  } catch (error) {
    const reason = error instanceof Error ? error : new Error(String(error));
    app.logger.error("The S3 storage of the settings cannot be used.", { error: reason });
    return new UnusableDriver(reason);
  }
}

/** What a delete leaves to be deleted. */
function intentOf(model: unknown): Intent | undefined {
  if (model instanceof Collection) {
    // Also without file fields: PocketBase leaves the files of those that it once had.
    return model.isView ? undefined : { folder: `${model.id}/`, names: [], isDelete: true };
  }
  if (!(model instanceof RecordModel)) return undefined;
  const fields = fileFields(model.collection);
  const folder = `${model.collection.id}/${model.lastSavedId}/`;
  const names = fields.flatMap(({ name }) => model.getStrings(name));
  return fields.length > 0 ? { folder, names, isDelete: true } : undefined;
}

interface Deletes {
  readonly change: FileChange;
  readonly intents: Intent[];
}

/** What transactions delete, noted on the disk in one go before the commit. */
const deletes = new WeakMap<Database, Deletes>();

/** Records and collections are always deleted inside a transaction. */
async function intend(tx: App, intent: Intent): Promise<void> {
  const { change, intents } = deletes.get(tx.db) ?? beginDeletes(tx);
  await change.enter(intent.folder);
  intents.push(intent);
}

function beginDeletes(tx: App): Deletes {
  const begun: Deletes = { change: tx.files.unsettled.begin(), intents: [] };
  deletes.set(tx.db, begun);
  tx.afterTransaction((outer) => begun.change.settle(outer));
  tx.beforeCommit(async () => {
    try {
      await begun.change.intend(begun.intents);
    } catch (error) {
      // A full disk must not keep anyone from making room.
      tx.logger.warn("failed to note which files are deleted", { error: String(error) });
    }
  });
  return begun;
}
