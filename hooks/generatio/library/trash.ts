import type { App, RecordModel } from "generatio";
import { notFound } from "../errors.ts";
import { IMAGES } from "../jobs/image-record.ts";
import { FOLDERS } from "./folders.ts";

const DAY_MS = 86_400_000;
const MOST_AT_ONCE = 200;

/** What a user has deleted and can still have back. */
export interface Trash {
  /** One page of them, the last deleted first; those that went with their folder are in that. */
  readonly images: readonly RecordModel[];
  readonly total: number;
  /** Without those that went with a folder above them. */
  readonly folders: readonly RecordModel[];
}

/** @param page from 1 */
export async function listTrash(
  app: App,
  userId: string,
  { page, perPage }: { page: number; perPage: number },
): Promise<Trash> {
  const filter = 'user_id = {:userId} && deleted_at != ""';
  const params = { userId };
  const options = { params, sort: "-deleted_at,-id", limit: perPage, offset: (page - 1) * perPage };
  const [images, total, folders] = await Promise.all([
    app.findRecordsByFilter(IMAGES, filter, options),
    app.countRecords(IMAGES, filter, params),
    app.findRecordsByFilter(FOLDERS, filter, { params, sort: "-deleted_at,-id" }),
  ]);
  const deleted = new Map(folders.map((folder) => [folder.id, folder.getString("deleted_at")]));
  const wentAlone = (folder: RecordModel) =>
    deleted.get(folder.getString("parent_id")) !== folder.getString("deleted_at");
  return { images, total, folders: folders.filter(wentAlone) };
}

/** @throws ProductError `not_found`, also for those of others */
export async function findOwn(
  app: App,
  collection: typeof IMAGES | typeof FOLDERS,
  { userId, id }: { userId: string; id: string },
): Promise<RecordModel> {
  const [record] = await app.findRecordsByIds(collection, [id]);
  if (record?.getString("user_id") !== userId) throw notFound("There is no such thing of yours.");
  return record;
}

/** Hides it from its user; a folder takes what is in it along. */
export async function throwAway(app: App, record: RecordModel): Promise<void> {
  if (record.getString("deleted_at") !== "") return;
  record.set("deleted_at", new Date());
  await app.save(record);
}

/** Where it was; at the top when that folder is not there any more. */
export function restoreImage(app: App, image: RecordModel): Promise<void> {
  return app.runInTransaction(async (tx) => {
    const stored = await tx.findRecordById(IMAGES, image.id);
    const folder = await liveFolder(tx, stored.getString("folder_id"));
    stored.load({ deleted_at: "", folder_id: folder?.id ?? "" });
    await tx.save(stored);
  });
}

/** With everything that went with it; under another name when there is one of its name by now. */
export function restoreFolder(app: App, folder: RecordModel): Promise<void> {
  return app.runInTransaction(async (tx) => {
    const stored = await tx.findRecordById(FOLDERS, folder.id);
    const parent = await liveFolder(tx, stored.getString("parent_id"));
    const parentId = parent?.id ?? "";
    const name = await freeName(tx, stored, parentId);
    stored.load({ deleted_at: "", parent_id: parentId, name });
    await tx.save(stored);
  });
}

async function freeName(tx: App, folder: RecordModel, parentId: string): Promise<string> {
  const filter = 'user_id = {:userId} && parent_id = {:parentId} && deleted_at = "" && id != {:id}';
  const params = { userId: folder.getString("user_id"), parentId, id: folder.id };
  const others = await tx.findRecordsByFilter(FOLDERS, filter, { params });
  const taken = new Set(others.map((other) => nameKey(other.getString("name"))));
  const name = folder.getString("name");
  let free = name;
  for (let count = 2; taken.has(nameKey(free)); count++) free = `${name} (${count})`;
  return free;
}

/** Names are distinct in any case and spelling of the same characters. */
export function nameKey(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}

async function liveFolder(tx: App, id: string): Promise<RecordModel | undefined> {
  if (id === "") return undefined;
  const [folder] = await tx.findRecordsByIds(FOLDERS, [id]);
  return folder?.getString("deleted_at") === "" ? folder : undefined;
}

/** Deletes a picture for good, with its file. */
export async function purgeImage(app: App, image: RecordModel): Promise<void> {
  await app.delete(image);
}

/** Deletes a folder for good, with the folders and pictures in it. */
export async function purgeFolder(app: App, folder: RecordModel): Promise<void> {
  const inside = { params: { id: folder.id } };
  for (const child of await app.findRecordsByFilter(FOLDERS, "parent_id = {:id}", inside)) {
    await purgeFolder(app, child);
  }
  for (const image of await app.findRecordsByFilter(IMAGES, "folder_id = {:id}", inside)) {
    await purgeImage(app, image);
  }
  await app.delete(folder);
}

/** @returns how many pictures and folders, without those in other folders, are gone for good */
export async function emptyTrash(app: App, userId: string): Promise<number> {
  let gone = 0;
  for (;;) {
    const { images, folders } = await listTrash(app, userId, { page: 1, perPage: MOST_AT_ONCE });
    for (const folder of folders) await purgeFolder(app, folder);
    for (const image of images) await purgeIfThere(app, image);
    gone += folders.length + images.length;
    if (images.length < MOST_AT_ONCE) return gone;
  }
}

/** Deletes for good what was deleted so many days ago. */
export async function sweepTrash(app: App, days: number): Promise<void> {
  const before = new Date(Date.now() - days * DAY_MS).toISOString().replace("T", " ");
  const filter = 'deleted_at != "" && deleted_at < {:before}';
  const options = { params: { before }, limit: MOST_AT_ONCE };
  for (const image of await app.findRecordsByFilter(IMAGES, filter, options)) {
    await purgeIfThere(app, image);
  }
  for (const folder of await app.findRecordsByFilter(FOLDERS, filter, options)) {
    const [stored] = await app.findRecordsByIds(FOLDERS, [folder.id]);
    if (stored) await purgeFolder(app, stored);
  }
}

/** It may have gone with its folder. */
async function purgeIfThere(app: App, image: RecordModel): Promise<void> {
  const [stored] = await app.findRecordsByIds(IMAGES, [image.id]);
  if (stored) await purgeImage(app, stored);
}
