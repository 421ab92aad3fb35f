import type { App } from "../app.ts";
import { Collection } from "../collections/collection.ts";
import { fieldType } from "../fields/index.ts";
import { RecordModel } from "../records/record.ts";
import { S3Driver } from "./storage/s3.ts";

/**
 * After a record or a collection with file fields is gone for good, so are its files (PocketBase: core/base.go).
 * The storage is the one that the settings name, from the moment they are loaded.
 */
export function bindFileHooks(app: App): void {
  app.onModelAfterDeleteSuccess().bind({
    id: "__pbFilesManagerDelete__",
    priority: -99,
    func: async (event) => {
      const folder = folderOf(event.model);
      if (folder !== undefined) await removeFolder(event.app, folder);
      await event.next();
    },
  });
  let applied = JSON.stringify(app.settings.s3);
  app.onSettingsReload().bind({
    id: "__pbFilesystem__",
    func: async (event) => {
      await event.next();
      const { s3 } = event.app.settings;
      const wanted = JSON.stringify(s3);
      // A storage that an extension has chosen stays until these settings change.
      if (wanted === applied) return;
      event.app.files.use(s3.enabled ? new S3Driver(s3) : event.app.files.local);
      applied = wanted;
    },
  });
}

function folderOf(model: unknown): string | undefined {
  if (model instanceof Collection) return hasFiles(model) ? `${model.id}/` : undefined;
  if (!(model instanceof RecordModel) || !hasFiles(model.collection)) return undefined;
  return `${model.collection.id}/${model.lastSavedId}/`;
}

function hasFiles({ fields }: Collection): boolean {
  return fields.some((field) => fieldType(field).holdsFiles === true);
}

/** The row is gone either way: what is left over is only worth a warning. */
async function removeFolder(app: App, folder: string): Promise<void> {
  try {
    await app.files.deletePrefix(folder);
  } catch (error) {
    app.logger.warn("failed to delete the files of a deleted model", { folder, error });
  }
}
