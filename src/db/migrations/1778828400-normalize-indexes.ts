import type { Collection } from "../../collections/collection.ts";
import { tableNamesInIndexes } from "../../collections/normalize.ts";
import { collectionFromRow, type CollectionRow, collectionToRow } from "../../collections/row.ts";
import { createIndexes, dropIndexes } from "../../collections/sync-table.ts";
import { ensureSystemFields } from "../../collections/system-fields.ts";
import { currentDate } from "../../lib/date.ts";
import { buildIndex, type IndexExpression, parseIndex } from "../../lib/index-expression.ts";
import type { Database } from "../database.ts";
import { dropIndex, selectCollections, selectIndexes } from "../dialect/schema.ts";
import { updateRow } from "../dynamic.ts";
import type { SystemContext } from "./index.ts";

/**
 * Makes the indexes that a collection lists and the ones that its table has the same: unlisted ones are
 * listed, doubles dropped.
 */
export const normalizeIndexes = {
  async up({ db }: SystemContext): Promise<void> {
    const rows = await db.all<CollectionRow>(selectCollections());
    for (const collection of rows.map(collectionFromRow)) {
      if (!collection.system && !collection.isView) await normalize(db, collection);
    }
  },
};

async function normalize(db: Database, collection: Collection): Promise<void> {
  const before = collection.clone();
  const known = await db.all<{ name: string; sql: string }>(selectIndexes(collection.name));
  for (const { name, sql } of known) {
    if (collection.findIndex(name) !== undefined) continue;
    const index: IndexExpression = { ...parseIndex(sql), schema: "", table: collection.name };
    const text = buildIndex(index);
    if (text === "")
      throw new Error(`the index ${name} of ${collection.name} cannot be read: ${sql}`);
    await db.run(dropIndex(name));
    if (!isDouble(collection, index)) collection.indexes.push(text);
  }
  ensureSystemFields(collection);
  tableNamesInIndexes(collection);
  if (JSON.stringify(collection.indexes) === JSON.stringify(before.indexes)) return;
  await dropIndexes(db, before);
  await createIndexes(db, collection);
  const { indexes, fields } = collectionToRow(collection);
  await db.run(
    updateRow("_collections", collection.id, { indexes, fields, updated: currentDate() }),
  );
}

/** An auth collection has its unique e-mail and token key already; others may hold the same under another name. */
function isDouble(collection: Collection, index: IndexExpression): boolean {
  const [column, ...rest] = index.columns;
  const isOwn = ["tokenkey", "email"].includes(column!.name.toLowerCase());
  if (collection.isAuth && index.unique && rest.length === 0 && isOwn) return true;
  const { name, schema, table } = index;
  return collection.indexes.some(
    (text) => buildIndex({ ...parseIndex(text), name, schema, table }) === buildIndex(index),
  );
}
