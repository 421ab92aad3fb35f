import type { App } from "../app.ts";
import type { Collection } from "../collections/collection.ts";
import { dynamicQuery } from "../db/kysely.ts";
import type { Field } from "../fields/field.ts";
import { fieldType } from "../fields/index.ts";
import { RecordModel } from "../records/record.ts";
import type { Intent } from "./intents.ts";

/** Records that are looked at together. */
const PAGE = 1000;
/** A single field, and one of several, without files. */
const NO_FILES = ["", "[]"];

/**
 * The files that no row will name any more once a collection is saved without some of its file fields. PocketBase
 * leaves them for ever.
 *
 * @param tx with the collection and its columns as they were
 */
export async function* filesOfDroppedFields(
  tx: App,
  collection: Collection,
): AsyncGenerator<Intent[]> {
  const stored = tx.collections.all().find(({ id }) => id === collection.lastSavedId);
  if (!stored) return;
  const kept = new Set(collection.fields.map(({ id }) => id));
  const dropped = fileFields(stored).filter(({ id }) => !kept.has(id));
  if (dropped.length === 0 || stored.isView) return;
  for await (const records of pagesOf(tx, stored, dropped)) {
    yield records.map((record) => ({
      folder: `${stored.id}/${record.id}/`,
      names: dropped.flatMap(({ name }) => record.getStrings(name)).filter(Boolean),
    }));
  }
}

/** Those whose values are stored files. */
export function fileFields({ fields }: Collection): Field[] {
  return fields.filter((field) => fieldType(field).holdsFiles === true);
}

/** The records that have a file in one of the fields. */
async function* pagesOf(
  tx: App,
  collection: Collection,
  fields: readonly Field[],
): AsyncGenerator<RecordModel[]> {
  let last = "";
  for (;;) {
    const page = dynamicQuery
      .selectFrom(collection.name)
      .selectAll()
      .where("id", ">", last)
      .where(({ or, eb }) => or(fields.map(({ name }) => eb(name, "not in", NO_FILES))))
      .orderBy("id")
      .limit(PAGE);
    const rows = await tx.db.all(page.compile());
    if (rows.length === 0) return;
    const records = rows.map((row) => RecordModel.fromRow(collection, row));
    yield records;
    last = records.at(-1)!.id;
  }
}
