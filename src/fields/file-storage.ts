import type { RecordModel } from "../records/record.ts";
import type { InterceptAction, ValueContext } from "./field.ts";
import {
  type FileField,
  isName,
  isUpload,
  listFiles,
  nameOf,
  prepareFiles,
  withoutFiles,
} from "./file-value.ts";

/**
 * Stores a field's new files before its record is written and removes what is left over afterwards: the new
 * ones when the write fails or is rolled back, the old ones once it is committed (PocketBase: core/field_file.go).
 */
export async function aroundSave(
  field: FileField,
  action: InterceptAction,
  context: ValueContext,
  next: () => Promise<void>,
): Promise<void> {
  switch (action) {
    case "createExecute":
    case "updateExecute":
      return storeAround(field, context, next);
    case "afterCreate":
    case "afterUpdate":
      return deleteReplaced(field, context, next);
    case "afterCreateError":
    case "afterUpdateError":
      return undoUploads(field, context, next);
    default:
      return next();
  }
}

/** The names that the row holds now; read again, because another save may have changed it. */
export async function storedNames(
  field: FileField,
  { app, record }: ValueContext,
): Promise<string[]> {
  if (record.isNew) return [];
  const stored = await app.findRecordById(record.collection, record.lastSavedId);
  return listFiles(stored.get(field.name)).filter(isName);
}

/** What a save did to one field's files and may have to be undone or completed. */
interface Pending {
  uploaded: string[];
  replaced: string[];
}

const pending = new WeakMap<RecordModel, Map<string, Pending>>();

function pendingOf(record: RecordModel, field: FileField): Pending {
  const fields = pending.get(record) ?? new Map<string, Pending>();
  pending.set(record, fields);
  const state = fields.get(field.name) ?? { uploaded: [], replaced: [] };
  fields.set(field.name, state);
  return state;
}

async function storeAround(
  field: FileField,
  context: ValueContext,
  next: () => Promise<void>,
): Promise<void> {
  const { record } = context;
  if (!record.changedFields().some((changed) => changed.name === field.name)) return next();
  const before = await storedNames(field, context);
  const uploads = await upload(field, context);
  try {
    await next();
  } catch (error) {
    await deleteFiles(context, uploads);
    throw error;
  }
  const names = listFiles(record.get(field.name)).map(nameOf);
  if (uploads.length > 0) record.setRaw(field.name, prepareFiles(field, names));
  const state = pendingOf(record, field);
  state.uploaded.push(...uploads);
  state.replaced.push(...withoutFiles(before, names));
}

/** Stores the new files; all or none. */
async function upload(field: FileField, context: ValueContext): Promise<string[]> {
  const { app, record } = context;
  const done: string[] = [];
  for (const file of listFiles(record.get(field.name)).filter(isUpload)) {
    try {
      await app.files.upload(`${folderOf(record)}${file.name}`, file, {
        originalName: file.originalName,
      });
    } catch (error) {
      await deleteFiles(context, done);
      throw new Error(`failed to upload "${file.name}"`, { cause: error });
    }
    done.push(file.name);
  }
  return done;
}

async function deleteReplaced(
  field: FileField,
  context: ValueContext,
  next: () => Promise<void>,
): Promise<void> {
  const state = pendingOf(context.record, field);
  const stillUsed = listFiles(context.record.get(field.name));
  const names = withoutFiles(state.replaced, stillUsed);
  state.uploaded = [];
  // What could not be deleted is tried again after the next save.
  state.replaced = await deleteFiles(context, names);
  await next();
}

async function undoUploads(
  field: FileField,
  context: ValueContext,
  next: () => Promise<void>,
): Promise<void> {
  // Inside a transaction the write itself failed, and `storeAround` has cleaned up.
  if (!context.app.isTransaction) {
    const state = pendingOf(context.record, field);
    state.uploaded = await deleteFiles(context, state.uploaded);
    state.replaced = [];
  }
  await next();
}

/** Deletes files and their thumbs; returns the names that could not be. Never fails: the record is what counts. */
async function deleteFiles(
  { app, record }: ValueContext,
  names: readonly string[],
): Promise<string[]> {
  const failed: string[] = [];
  for (const name of new Set(names)) {
    if (name === "" || /[/\\]/.test(name)) continue;
    try {
      await app.files.delete(folderOf(record) + name);
      await app.files.deletePrefix(`${folderOf(record)}thumbs_${name}/`);
    } catch (error) {
      failed.push(name);
      app.logger.warn("failed to delete a file", {
        key: folderOf(record) + name,
        error: String(error),
      });
    }
  }
  return failed;
}

function folderOf(record: RecordModel): string {
  if (record.id === "") throw new Error("storing files requires the record to have an id");
  return `${record.collection.id}/${record.id}/`;
}
