import type { App } from "../app.ts";
import { insertRow, updateRow } from "../db/dynamic.ts";
import { UniqueConstraintError } from "../db/errors.ts";
import { type ModelCore, saveModel, validateModel } from "../events/lifecycle.ts";
import { type Field } from "../fields/field.ts";
import { fieldType, validateRecordValue } from "../fields/index.ts";
import { type ErrorTree, problem, ValidationError } from "../lib/errors.ts";
import { RecordEvent } from "./events.ts";
import { findRecord } from "./find.ts";
import type { RecordModel } from "./record.ts";

/**
 * Creates or updates a record through its hooks. An update writes only the columns that changed since the
 * record was read or last saved.
 *
 * @throws ValidationError by field name, also for values that must be unique
 */
export async function saveRecord(
  app: App,
  record: RecordModel,
  options: { validate: boolean },
): Promise<void> {
  await saveModel(app, record, recordCore(record), options);
}

/** Runs the checks of a save without saving. */
export async function validateRecord(app: App, record: RecordModel): Promise<void> {
  await validateModel(app, record, recordCore(record));
}

/** The built-in checks: every field's own. */
export async function checkFields({ app, record }: RecordEvent): Promise<void> {
  const errors: ErrorTree = {};
  for (const field of record.collection.fields) {
    const verdict = validateRecordValue(app, record, field);
    const error = verdict instanceof Promise ? await verdict : verdict;
    if (error) errors[field.name] = error;
  }
  if (Object.keys(errors).length > 0) throw new ValidationError(errors);
}

/** Runs the rest of a save and says which fields were not unique (PocketBase: core/validators/db.go). */
export async function withUniqueErrors(
  record: RecordModel,
  save: () => Promise<void>,
): Promise<void> {
  try {
    await save();
  } catch (error) {
    if (!(error instanceof UniqueConstraintError)) throw error;
    const errors: ErrorTree = {};
    for (const { table, column } of error.columns) {
      if (
        table.toLowerCase() === record.tableName.toLowerCase() &&
        record.collection.findField(column)
      ) {
        errors[column] = problem("validation_not_unique", "Value must be unique");
      }
    }
    if (Object.keys(errors).length === 0) throw error;
    throw new ValidationError(errors);
  }
}

/** The values of some fields as they are bound in SQL. */
export function toRow(record: RecordModel, fields: readonly Field[]): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const field of fields) {
    const type = fieldType(field);
    const value = record.get(field.name);
    row[field.name] = type.toDatabase ? type.toDatabase(field, value) : value;
  }
  return row;
}

function recordCore(record: RecordModel): ModelCore {
  return {
    async execute(app) {
      if (record.isNew) {
        const row = toRow(record, record.collection.fields);
        await app.changes.write(app, record, "create", insertRow(record.tableName, row));
        return;
      }
      if (record.id !== record.lastSavedId) throw new Error("primary key change is not allowed");
      if (record.mustRebase)
        await app.runInTransaction((tx) => updateRebased(tx, record), { exclusive: false });
      else await update(app, record);
    },
  };
}

async function update(app: App, record: RecordModel): Promise<void> {
  const changed = record.changedFields();
  const row = toRow(record, changed);
  const statement = changed.length > 0 ? updateRow(record.tableName, record.id, row) : undefined;
  await app.changes.write(app, record, "update", statement);
}

/** The row may have changed since the modifiers were applied to it: apply them to what it is now. */
async function updateRebased(tx: App, record: RecordModel): Promise<void> {
  const current = await findRecord(tx, record.collection, record.id);
  if (current) {
    record.rebase(current);
    await checkFields(new RecordEvent(tx, record, "update"));
  }
  await update(tx, record);
}
