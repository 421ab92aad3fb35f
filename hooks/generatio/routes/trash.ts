import type { RecordModel } from "generatio";
import { z } from "zod";
import { userOf } from "../caller.ts";
import { IMAGES } from "../jobs/image-record.ts";
import { FOLDERS } from "../library/folders.ts";
import {
  emptyTrash,
  findOwn,
  listTrash,
  purgeFolder,
  purgeImage,
  restoreFolder,
  restoreImage,
  throwAway,
} from "../library/trash.ts";
import type { Product } from "../product.ts";
import { parseInput } from "../validation.ts";
import type { RouteGroup } from "./group.ts";
import { pageQuery, queryOf } from "./page-query.ts";

const deleteQuery = z.object({ purge: z.enum(["", "0", "1", "true", "false"]).default("") });

const KINDS = [
  { path: "/images/{id}", collection: IMAGES, restore: restoreImage, purge: purgeImage },
  { path: "/collections/{id}", collection: FOLDERS, restore: restoreFolder, purge: purgeFolder },
] as const;

/** What was deleted: to be seen, had back, or deleted for good. */
export function addTrashRoutes(group: RouteGroup, { app, settings }: Product): void {
  const keptMs = settings.trashDays * 86_400_000;
  group.get("/trash", async (event) => {
    const { page, perPage } = parseInput(pageQuery, queryOf(event, pageQuery));
    const { images, total, folders } = await listTrash(app, userOf(event).id, { page, perPage });
    return {
      images: images.map((image) => encodeImage(image, keptMs)),
      folders: folders.map((folder) => encodeFolder(folder, keptMs)),
      page,
      perPage,
      totalItems: total,
      totalPages: Math.ceil(total / perPage),
    };
  });

  group.post("/trash/empty", async (event) => ({
    purged: await emptyTrash(app, userOf(event).id),
  }));

  for (const { path, collection, restore, purge } of KINDS) {
    group.post(`${path}/restore`, async (event) => {
      const wanted = { userId: userOf(event).id, id: event.params["id"] ?? "" };
      await restore(app, await findOwn(app, collection, wanted));
      return { success: true, id: wanted.id };
    });

    group.delete(path, async (event) => {
      const wanted = { userId: userOf(event).id, id: event.params["id"] ?? "" };
      const query = parseInput(deleteQuery, queryOf(event, deleteQuery));
      const isForGood = query.purge === "1" || query.purge === "true";
      await (isForGood ? purge : throwAway)(app, await findOwn(app, collection, wanted));
      return { success: true, id: wanted.id, purged: isForGood };
    });
  }
}

function encodeImage(image: RecordModel, keptMs: number) {
  return {
    id: image.id,
    title: image.getString("title"),
    prompt: image.getString("prompt"),
    url: image.getString("url"),
    folder_id: image.getString("folder_id"),
    ...timesOf(image, keptMs),
  };
}

function encodeFolder(folder: RecordModel, keptMs: number) {
  return {
    id: folder.id,
    name: folder.getString("name"),
    parent_id: folder.getString("parent_id"),
    ...timesOf(folder, keptMs),
  };
}

/** When it was deleted, and when it will be gone for good. */
function timesOf(record: RecordModel, keptMs: number) {
  const deletedAt = Date.parse(record.getString("deleted_at"));
  return {
    deleted_at: new Date(deletedAt).toISOString(),
    purge_at: new Date(deletedAt + keptMs).toISOString(),
  };
}
