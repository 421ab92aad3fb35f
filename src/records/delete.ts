import type { App } from "../app.ts";
import type { Collection } from "../collections/collection.ts";
import { selectReferencing } from "../db/dialect/references.ts";
import type { Database } from "../db/database.ts";
import { deleteRow } from "../db/dynamic.ts";
import { deleteModel } from "../events/lifecycle.ts";
import type { Field } from "../fields/field.ts";
import { fieldType } from "../fields/index.ts";
import type { RecordEvent } from "./events.ts";
import { RecordModel } from "./record.ts";
import { saveRecord } from "./save.ts";

/** Records that refer to one that is being deleted, through one field. */
interface References {
  readonly field: Field;
  readonly records: readonly RecordModel[];
}

/** Most referencing rows that are held in memory at once, as in PocketBase. */
const BATCH = 4000;

/**
 * Deletes a record through its hooks, in one transaction with everything that refers to it: references are
 * unlinked, or their records deleted too when their field cascades.
 *
 * @throws Error when a required reference would be left empty; nothing is deleted then
 */
export async function deleteRecord(app: App, record: RecordModel): Promise<void> {
  await deleteModel(app, record, {
    async execute(inner) {
      const statement = deleteRow(record.tableName, record.lastSavedId);
      const cascade = cascades.get(record);
      if (!cascade) return inner.changes.write(inner, record, "delete", statement);
      await inner.db.run(statement);
      cascade.isDeleted = true;
    },
  });
}

/** Records that are being deleted with what refers to them: the change is logged after those of the others. */
const cascades = new WeakMap<RecordModel, { isDeleted: boolean }>();

/**
 * The core of a delete (PocketBase: onRecordDeleteExecute): first the row, then what refers to it, so that
 * two records that refer to each other cannot wait for one another.
 */
export async function deleteWithReferences(event: RecordEvent): Promise<void> {
  const outer = event.app;
  const { record } = event;
  const cascade = { isDeleted: false };
  cascades.set(record, cascade);
  try {
    await outer.runInTransaction(
      async (tx) => {
        event.app = tx;
        await event.next();
        deletedIn(tx).add(keyOf(record));
        await releaseReferences(tx, record);
        if (cascade.isDeleted) await tx.changes.write(tx, record, "delete");
      },
      { exclusive: isWatched(outer) },
    );
  } finally {
    cascades.delete(record);
    event.app = outer;
  }
}

/** References found for a whole level of a cascade in one query, waiting for each record's own delete. */
const prefetched = new WeakMap<RecordModel, readonly References[]>();

async function releaseReferences(tx: App, record: RecordModel): Promise<void> {
  const known = prefetched.get(record);
  if (known) {
    for (const references of known) await release(tx, record, references);
    return;
  }
  for (const { collection, field } of referencingFields(tx, record.collection)) {
    await forEachBatch(tx, [record.id], { collection, field }, async (records) => {
      await release(tx, record, { field, records });
    });
  }
}

async function release(
  tx: App,
  target: RecordModel,
  { field, records }: References,
): Promise<void> {
  const policy = fieldType(field).onReferenceDelete!(field);
  const emptied: RecordModel[] = [];
  for (const record of records) {
    if (deletedIn(tx).has(keyOf(record))) continue;
    const rest = record.getStrings(field.name).filter((id) => id !== target.id);
    if (rest.length === 0 && policy.cascade) {
      emptied.push(record);
      continue;
    }
    if (rest.length === 0 && policy.required) {
      throw new Error(
        `the record cannot be deleted because it is part of a required reference in record ${record.id} (${record.collection.name} collection)`,
      );
    }
    record.set(field.name, rest);
    // Not validated: another relation of the record may hold an id deleted a moment ago.
    await saveRecord(tx, record, { validate: false });
  }
  if (!isWatched(tx)) await prefetch(tx, emptied);
  for (const record of emptied)
    if (!deletedIn(tx).has(keyOf(record))) await deleteRecord(tx, record);
}

/**
 * Looks up what refers to any of these records, one query per field instead of one per record. Only while no
 * user handler could change rows between the look-up and the delete.
 */
async function prefetch(tx: App, records: readonly RecordModel[]): Promise<void> {
  const [first] = records;
  if (!first || records.length === 1) return;
  const found = new Map<string, References[]>(records.map((record) => [record.id, []]));
  for (const { collection, field } of referencingFields(tx, first.collection)) {
    const byTarget = new Map<string, RecordModel[]>();
    await forEachBatch(tx, [...found.keys()], { collection, field }, async (batch) => {
      for (const other of batch) {
        for (const id of other.getStrings(field.name)) {
          if (found.has(id)) push(byTarget, id, other);
        }
      }
    });
    for (const [id, others] of byTarget) found.get(id)!.push({ field, records: others });
  }
  for (const record of records) prefetched.set(record, found.get(record.id)!);
}

/** What a transaction has deleted so far: a record found earlier may be gone when its turn comes. */
const deleted = new WeakMap<Database, Set<string>>();

function deletedIn(tx: App): Set<string> {
  let keys = deleted.get(tx.db);
  if (!keys) deleted.set(tx.db, (keys = new Set()));
  return keys;
}

function keyOf(record: RecordModel): string {
  return `${record.collection.id}/${record.id}`;
}

interface ReferencingField {
  readonly collection: Collection;
  readonly field: Field;
}

function referencingFields(app: App, target: Collection): ReferencingField[] {
  return app.collections
    .references(target.id)
    .filter(({ collection, field }) => !collection.isView && fieldType(field).onReferenceDelete)
    .toSorted((a, b) =>
      a.collection.name < b.collection.name ? -1 : a.collection.name > b.collection.name ? 1 : 0,
    );
}

async function forEachBatch(
  tx: App,
  ids: readonly string[],
  { collection, field }: ReferencingField,
  use: (records: RecordModel[]) => Promise<void>,
): Promise<void> {
  const column = {
    table: collection.name,
    column: field.name,
    isMultiple: fieldType(field).isMultiple?.(field) ?? false,
  };
  for (let after = 0; ;) {
    const rows = await tx.db.all<Record<string, unknown> & { _row: number }>(
      selectReferencing(column, ids, { after, limit: BATCH }),
    );
    await use(rows.map((row) => RecordModel.fromRow(collection, row)));
    if (rows.length < BATCH) return;
    after = rows.at(-1)!._row;
  }
}

/** True when code of a user would run while records are deleted or unlinked. */
export function isWatched(app: App): boolean {
  const { events } = app;
  return [
    events.onModelDelete,
    events.onModelDeleteExecute,
    events.onRecordDelete,
    events.onRecordDeleteExecute,
    events.onModelUpdate,
    events.onModelUpdateExecute,
    events.onRecordUpdate,
    events.onRecordUpdateExecute,
  ].some((hook) => hook.isWatched());
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
