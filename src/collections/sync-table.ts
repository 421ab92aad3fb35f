import type { Database } from "../db/database.ts";
import {
  addColumn,
  copyMultipleToSingle,
  copySingleToMultiple,
  createIndex,
  createTable,
  dropColumn,
  dropIndex,
  renameColumn,
  renameTable,
  selectTable,
} from "../db/dialect/schema.ts";
import { dropView, recreateView, selectViews, type ViewSource } from "../db/dialect/view.ts";
import type { Field } from "../fields/field.ts";
import { fieldType } from "../fields/index.ts";
import { type ErrorTree, problem, ValidationError } from "../lib/errors.ts";
import { randomText } from "../lib/id.ts";
import { buildIndex, isValidIndex, parseIndex } from "../lib/index-expression.ts";
import type { Collection } from "./collection.ts";
import { isCausedByInput, rawErrorText } from "./raw-error.ts";
import { fieldsText } from "./serialize.ts";

/**
 * Gives a collection's table the form that the collection describes (PocketBase:
 * core/collection_record_table_sync.go). Must run inside a transaction. Fields are followed by their ids:
 * the same id with another name renames the column, a new id makes a new one.
 *
 * @param stored the collection as it was before; its table is made when it, or this, is missing
 * @throws ValidationError under `indexes` when an index cannot be made
 */
export async function syncRecordTable(
  db: Database,
  collection: Collection,
  stored?: Collection,
): Promise<void> {
  if (collection.isView) return;
  if (!stored || !(await db.get(selectTable(stored.name)))) {
    await createRecordTable(db, collection);
    return;
  }
  const isRenamed = stored.name.toLowerCase() !== collection.name.toLowerCase();
  const hasOtherIndexes =
    isRenamed ||
    fieldsText(stored.fields) !== fieldsText(collection.fields) ||
    JSON.stringify(stored.indexes) !== JSON.stringify(collection.indexes);
  if (hasOtherIndexes) await dropIndexes(db, stored);
  if (isRenamed) await db.run(renameTable(stored.name, collection.name));
  await dropColumns(db, collection, stored);
  await addAndRenameColumns(db, collection, stored);
  await convertColumns(db, collection, stored);
  if (hasOtherIndexes) await createIndexes(db, collection);
}

/** Makes the table of a collection that is no view, with its indexes. */
export async function createRecordTable(db: Database, collection: Collection): Promise<void> {
  const columns = Object.fromEntries(
    collection.fields.map((field) => [field.name, definition(field)]),
  );
  await db.run(createTable(collection.name, columns));
  await createIndexes(db, collection);
}

/** @throws ValidationError with every index that cannot be made, under `indexes` */
export async function createIndexes(db: Database, collection: Collection): Promise<void> {
  const errors: ErrorTree = {};
  for (const [position, text] of collection.indexes.entries()) {
    const index = { ...parseIndex(text), table: collection.name };
    if (!isValidIndex(index)) {
      errors[position] = problem(
        "validation_invalid_index_expression",
        "Invalid CREATE INDEX expression.",
      );
      continue;
    }
    try {
      await db.run(createIndex(buildIndex(index)));
    } catch (error) {
      if (!isCausedByInput(error)) throw error;
      const message = `Failed to create index ${index.name} - ${rawErrorText(error)}.`;
      errors[position] = problem("validation_invalid_index_expression", message);
    }
  }
  if (Object.keys(errors).length > 0) throw new ValidationError({ indexes: errors });
}

export async function dropIndexes(db: Database, collection: Collection): Promise<void> {
  for (const text of collection.indexes) {
    const { name } = parseIndex(text);
    if (name === "") throw new Error(`failed to drop index - missing index name: ${text}`);
    await db.run(dropIndex(name));
  }
}

async function dropColumns(
  db: Database,
  collection: Collection,
  stored: Collection,
): Promise<void> {
  for (const field of stored.fields) {
    if (collection.findFieldById(field.id)) continue;
    await explained(`drop column ${field.name}`, () =>
      db.run(dropColumn(collection.name, field.name)),
    );
  }
}

/** New names are given in two steps, over a temporary one, so that columns may swap their names. */
async function addAndRenameColumns(
  db: Database,
  collection: Collection,
  stored: Collection,
): Promise<void> {
  const table = collection.name;
  const renamed = new Map<string, string>();
  for (const field of collection.fields) {
    const former = stored.findFieldById(field.id);
    if (former?.name === field.name) continue;
    const temporary = field.name + randomText(5);
    renamed.set(temporary, field.name);
    if (former) {
      const rename = renameColumn(table, former.name, temporary);
      await explained(`rename column ${former.name}`, () => db.run(rename));
    } else {
      const add = addColumn(table, temporary, definition(field));
      await explained(`add column ${field.name}`, () => db.run(add));
    }
  }
  for (const [temporary, name] of renamed) await db.run(renameColumn(table, temporary, name));
}

/**
 * Rewrites columns that changed between one value and a list of values. New list columns go through it too:
 * rows that exist already get an empty list.
 */
async function convertColumns(
  db: Database,
  collection: Collection,
  stored: Collection,
): Promise<void> {
  const changed = collection.fields.filter((field) => {
    const former = stored.findFieldById(field.id);
    return isMultiple(field) !== (former !== undefined && isMultiple(former));
  });
  if (changed.length === 0) return;
  // A view that selects a column that is gone for a moment would make the renaming fail.
  const views = await db.all<ViewSource>(selectViews());
  for (const view of views) await db.run(dropView(view.name));
  for (const field of changed) await convertColumn(db, collection.name, field);
  for (const view of views) await db.run(recreateView(view));
}

async function convertColumn(db: Database, table: string, field: Field): Promise<void> {
  const former = `_${field.name}${randomText(5)}`;
  const copy = isMultiple(field) ? copySingleToMultiple : copyMultipleToSingle;
  await db.run(renameColumn(table, field.name, former));
  await db.run(addColumn(table, field.name, definition(field)));
  await db.run(copy(table, former, field.name));
  await db.run(dropColumn(table, former));
}

async function explained(what: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    throw new Error(`failed to ${what} - ${rawErrorText(cause)}`, { cause });
  }
}

function definition(field: Field): string {
  return fieldType(field).column(field);
}

function isMultiple(field: Field): boolean {
  return fieldType(field).isMultiple?.(field) ?? false;
}
