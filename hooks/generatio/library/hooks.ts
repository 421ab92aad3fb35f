import { type App, problem, type RecordEvent, type RecordModel, ValidationError } from "generatio";
import { IMAGES } from "../jobs/image-record.ts";
import { FolderTree, MAX_DEPTH } from "./folder-tree.ts";
import { FOLDERS } from "./folders.ts";
import { nameKey } from "./trash.ts";

/** What holds for folders and pictures whoever writes them, and how they are deleted. */
export function bindLibraryHooks(app: App): void {
  app.onRecordValidate(FOLDERS).bind({ id: "genValidateFolder", func: validateFolder });
  app.onRecordValidate(IMAGES).bind({ id: "genValidateImageFolder", func: validateImageFolder });
  app.onRecordUpdate(FOLDERS).bind({ id: "genFolderTrash", func: carryChildren });
  app.onRecordDeleteRequest(FOLDERS, IMAGES).bind({
    id: "genSoftDelete",
    func: async (event) => {
      // A superuser really deletes.
      if (event.hasSuperuserAuth()) return event.next();
      event.record.set("deleted_at", new Date());
      await event.app.save(event.record);
      return event.noContent();
    },
  });
}

async function validateFolder(event: RecordEvent): Promise<void> {
  const folder = event.record;
  folder.set("name", folder.getString("name").trim());
  folder.set("name_key", nameKey(folder.getString("name")));
  if (folder.getString("deleted_at") === "") {
    const live = await liveFolders(event.app, folder.getString("user_id"));
    checkPlace(new FolderTree(live), folder);
  }
  await event.next();
}

/** @throws ValidationError when the folder cannot be where it says */
function checkPlace(tree: FolderTree, folder: RecordModel): void {
  const parentId = folder.getString("parent_id");
  if (parentId !== "") checkParent(tree, folder, parentId);
  const namesake = tree
    .childrenOf(parentId)
    .some(
      (other) =>
        other.id !== folder.id && other.getString("name_key") === folder.getString("name_key"),
    );
  if (namesake) refuse("name", "validation_not_unique", "There is a folder of this name already.");
}

function checkParent(tree: FolderTree, folder: RecordModel, parentId: string): void {
  if (!tree.find(parentId)) {
    refuse("parent_id", "validation_missing_rel_records", "There is no such folder.");
  }
  const ancestors = tree.ancestorsOf(parentId);
  if (folder.id !== "" && ancestors.includes(folder.id)) {
    refuse("parent_id", "validation_folder_cycle", "A folder cannot be inside itself.");
  }
  const height = folder.isNew ? 1 : tree.heightOf(folder.id);
  if (ancestors.length + height > MAX_DEPTH) {
    refuse("parent_id", "validation_folder_depth", `Folders can be ${MAX_DEPTH} deep.`);
  }
}

/** A picture can only be in a folder of its own user. */
async function validateImageFolder(event: RecordEvent): Promise<void> {
  const image = event.record;
  const folderId = image.getString("folder_id");
  const isMoved = image.isNew || folderId !== image.originalValue("folder_id");
  if (folderId !== "" && isMoved) {
    const live = await liveFolders(event.app, image.getString("user_id"));
    if (!live.some((folder) => folder.id === folderId)) {
      refuse("folder_id", "validation_missing_rel_records", "There is no such folder.");
    }
  }
  await event.next();
}

function liveFolders(app: App, userId: string): Promise<RecordModel[]> {
  return app.findRecordsByFilter(FOLDERS, 'user_id = {:userId} && deleted_at = ""', {
    params: { userId },
  });
}

/** Folders below a deleted one are deleted with it, and come back with it. */
async function carryChildren(event: RecordEvent): Promise<void> {
  const folder = event.record;
  const before = String(folder.originalValue("deleted_at") ?? "");
  const after = folder.getString("deleted_at");
  if (before === after) return event.next();
  const outer = event.app;
  try {
    await outer.runInTransaction(async (tx) => {
      event.app = tx;
      await event.next();
      for (const child of await childrenToCarry(tx, folder, before)) {
        child.set("deleted_at", after);
        await tx.saveNoValidate(child);
      }
    });
  } finally {
    event.app = outer;
  }
}

/** The direct children that were in the same state; each carries its own. */
function childrenToCarry(tx: App, folder: RecordModel, before: string): Promise<RecordModel[]> {
  const filter = "parent_id = {:id} && deleted_at = {:before}";
  return tx.findRecordsByFilter(FOLDERS, filter, { params: { id: folder.id, before } });
}

function refuse(field: string, code: string, message: string): never {
  throw new ValidationError({ [field]: problem(code, message) });
}
