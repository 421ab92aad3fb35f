import type { App } from "../app.ts";
import { dateTime } from "../lib/date.ts";
import { NotFoundError } from "../lib/errors.ts";
import { deleteRecord } from "../records/delete.ts";
import { findRecord } from "../records/find.ts";
import type { RecordModel } from "../records/record.ts";
import type { AuthReferenceCollection } from "./references.ts";

/** True when a record was made longer ago than this. @param seconds how long it is good for */
export function hasExpired(record: RecordModel, seconds: number): boolean {
  // A row without a readable date is good for nothing.
  return !(Date.now() - dateTime(record.getString("created")) <= seconds * 1000);
}

/**
 * Deletes something that is good for one use. Called inside a transaction: of all who try, one succeeds.
 *
 * @throws NotFoundError when it has been used before
 */
export async function consume(tx: App, name: AuthReferenceCollection, id: string): Promise<void> {
  const record = await findRecord(tx, tx.findCollection(name), id);
  if (!record) throw new NotFoundError();
  await deleteRecord(tx, record);
}
