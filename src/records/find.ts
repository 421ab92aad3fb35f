import type { App } from "../app.ts";
import type { Collection } from "../collections/collection.ts";
import { selectById, selectByIds } from "../db/dynamic.ts";
import { RecordModel } from "./record.ts";

/** Reads one record by id, without any rule. */
export async function findRecord(
  app: App,
  collection: Collection,
  id: string,
): Promise<RecordModel | undefined> {
  if (id === "") return undefined;
  const row = await app.db.get(selectById(collection.name, id));
  return row && RecordModel.fromRow(collection, row);
}

/** Reads records by id in one query; missing ones are absent, the order is the database's. */
export async function findRecords(
  app: App,
  collection: Collection,
  ids: readonly string[],
): Promise<RecordModel[]> {
  if (ids.length === 0) return [];
  const rows = await app.db.all(selectByIds(collection.name, [...new Set(ids)]));
  return rows.map((row) => RecordModel.fromRow(collection, row));
}
