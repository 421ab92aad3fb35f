import { z } from "zod";
import { userOf } from "../caller.ts";
import { createFolder, listFolders } from "../library/folders.ts";
import type { Product } from "../product.ts";
import { parseInput } from "../validation.ts";
import type { RouteGroup } from "./group.ts";

const createBody = z.object({
  name: z.string().trim().min(1).max(255),
  parent_id: z.string().max(100).nullish(),
  private: z.boolean().optional(),
});

/** Folders; document 000 calls them collections. */
export function addFolderRoutes(group: RouteGroup, { app }: Product): void {
  group.post("/collections/create", async (event) => {
    const user = userOf(event);
    const body = parseInput(createBody, await event.body());
    return createFolder(app, user.id, {
      name: body.name,
      parentId: body.parent_id ?? "",
      isPrivate: body.private ?? false,
    });
  });

  group.get("/collections", async (event) => ({
    collections: await listFolders(app, userOf(event).id),
  }));
}
