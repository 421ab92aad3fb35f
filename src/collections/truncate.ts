import type { App } from "../app.ts";
import { NotFoundError } from "../lib/errors.ts";
import type { RecordModel } from "../records/record.ts";
import type { Collection } from "./collection.ts";

/** Records that are held in memory at once, as in PocketBase. */
const BATCH = 500;

/**
 * Deletes all records of a collection, each through its hooks with cascades and files, in one transaction.
 *
 * @throws Error for a view, and when a record is part of a required reference
 */
export async function truncateCollection(app: App, collection: Collection): Promise<void> {
  if (collection.isView) {
    throw new Error(
      "view collections cannot be truncated since they don't store their own records",
    );
  }
  await app.runInTransaction(async (tx) => {
    let last = "";
    for (;;) {
      const records = await tx.findRecordsByFilter(collection, "", { limit: BATCH });
      if (records.length === 0) return;
      const ids = records.map(({ id }) => id).join();
      // A handler that ends the chain keeps its record silently; that would go on for ever.
      if (ids === last) throw new Error("a handler keeps records from being deleted");
      last = ids;
      for (const record of records) await deleteIfThere(tx, record);
    }
  });
}

/** A cascade may have been faster. */
async function deleteIfThere(tx: App, record: RecordModel): Promise<void> {
  try {
    await tx.delete(record);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
}
