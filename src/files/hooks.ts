import type { App } from "../app.ts";
import { Collection } from "../collections/collection.ts";
import { fieldType } from "../fields/index.ts";
import { RecordModel } from "../records/record.ts";

/** After a record or a collection with file fields is gone for good, so are its files (PocketBase: core/base.go). */
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
  app.onSettingsReload().bind({
    id: "__pbFilesystem__",
    func: async (event) => {
      await event.next();
      warnOfS3(event.app);
    },
  });
}

/** Better said than found out by files that are not there. */
function warnOfS3(app: App): void {
  if (!app.settings.s3.enabled) return;
  app.logger.warn(
    "S3 file storage is not built yet: files are read from and written to the data folder",
  );
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
