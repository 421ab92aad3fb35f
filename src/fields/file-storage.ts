import type { RecordModel } from "../records/record.ts";
import type { InterceptAction, ValueContext } from "./field.ts";
import { type FileField, isName, isUpload, listFiles, nameOf, prepareFiles } from "./file-value.ts";

/**
 * Stores a field's new files before its record is written. Once the write is committed, has failed or was
 * rolled back, those of the new and the replaced files go that the row does not name (PocketBase:
 * core/field_file.go).
 */
export async function aroundSave(
  field: FileField,
  action: InterceptAction,
  context: ValueContext,
  next: () => Promise<void>,
): Promise<void> {
  const isWrite = action === "createExecute" || action === "updateExecute";
  const { record } = context;
  if (!isWrite || !record.changedFields().some(({ name }) => name === field.name)) return next();
  const { app } = context;
  const change = app.files.unsettled.begin();
  if (app.isTransaction) app.afterTransaction((outer) => change.settle(outer));
  try {
    await change.enter(folderOf(record));
    // What another save replaces from here on is settled together with this one.
    const before = await storedNames(field, context);
    const uploads = listFiles(record.get(field.name)).filter(isUpload);
    const names = [...new Set([...before, ...uploads.map(nameOf)])];
    if (names.length > 0) await change.intend([{ folder: folderOf(record), names }]);
    for (const upload of uploads) {
      const { originalName } = upload;
      await app.files
        .upload(`${folderOf(record)}${upload.name}`, upload, { originalName })
        .catch((cause: unknown) => {
          throw new Error(`failed to upload "${upload.name}"`, { cause });
        });
    }
    await next();
    const stored = listFiles(record.get(field.name)).map(nameOf);
    if (uploads.length > 0) record.setRaw(field.name, prepareFiles(field, stored));
  } finally {
    if (!app.isTransaction) await change.settle(app);
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

function folderOf(record: RecordModel): string {
  if (record.id === "") throw new Error("storing files requires the record to have an id");
  return `${record.collection.id}/${record.id}/`;
}
