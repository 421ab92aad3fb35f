import { type App, NotFoundError, type RecordModel } from "generatio";
import { notFound } from "../errors.ts";

export const FOLDERS = "folders";

/** What the routes tell of a folder. */
export interface FolderAnswer {
  readonly id: string;
  readonly user_id: string;
  readonly name: string;
  /** Empty at the top. */
  readonly parent_id: string;
  readonly private: boolean;
  /** ISO 8601. */
  readonly created: string;
  readonly updated: string;
}

/**
 * A folder that its user can see.
 *
 * @param field what the client called it
 * @throws ProductError `not_found`, also for folders of others and deleted ones
 */
export async function findLiveFolder(
  app: App,
  userId: string,
  id: string,
  field: string,
): Promise<RecordModel> {
  const folder = await app.findRecordById(FOLDERS, id).catch((error: unknown) => {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  });
  const isVisible =
    folder?.getString("user_id") === userId && folder.getString("deleted_at") === "";
  if (!isVisible) throw notFound("There is no such folder.", field);
  return folder;
}

/** @throws ProductError, ValidationError (see `library/hooks.ts`) */
export async function createFolder(
  app: App,
  userId: string,
  wanted: { name: string; parentId: string; isPrivate: boolean },
): Promise<FolderAnswer> {
  if (wanted.parentId !== "") await findLiveFolder(app, userId, wanted.parentId, "parent_id");
  const folder = app.newRecord(FOLDERS, {
    name: wanted.name,
    user_id: userId,
    parent_id: wanted.parentId,
    private: wanted.isPrivate,
  });
  await app.save(folder);
  return toAnswer(folder);
}

/** A user's live folders, by name. */
export async function listFolders(app: App, userId: string): Promise<FolderAnswer[]> {
  const folders = await app.findRecordsByFilter(FOLDERS, 'user_id = {:userId} && deleted_at = ""', {
    params: { userId },
    sort: "name_key,created",
  });
  return folders.map(toAnswer);
}

function toAnswer(folder: RecordModel): FolderAnswer {
  return {
    id: folder.id,
    user_id: folder.getString("user_id"),
    name: folder.getString("name"),
    parent_id: folder.getString("parent_id"),
    private: folder.getBool("private"),
    created: toIso(folder.getString("created")),
    updated: toIso(folder.getString("updated")),
  };
}

/** PocketBase writes a blank where ISO 8601 has a T. */
function toIso(date: string): string {
  return date.replace(" ", "T");
}
