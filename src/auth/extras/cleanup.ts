import type { App } from "../../app.ts";
import { OWNED_TABLES } from "../../db/dialect/auth-extras.ts";
import { dynamicQuery } from "../../db/kysely.ts";
import { deleteAbandoned } from "./anonymous.ts";
import { deleteExpiredKeys } from "./api-keys.ts";

/** Deletes what has expired, and what belonged to records that are gone. */
export async function cleanAuthExtras(app: App): Promise<void> {
  await deleteOrphans(app);
  await deleteExpiredKeys(app);
  await deleteAbandoned(app);
}

/** Deletes rows of records that are gone: PocketBase knows nothing of them. */
export async function deleteOrphans(app: App): Promise<void> {
  for (const table of OWNED_TABLES) {
    if (!(await app.auth.extras.has(app, table))) continue;
    const owners = await app.db.all<{ collection: string }>(
      dynamicQuery.selectFrom(table).select("collection").distinct().compile(),
    );
    for (const { collection: id } of owners) {
      const collection = app.collections.find(id);
      const rows = dynamicQuery.deleteFrom(table).where("collection", "=", id);
      const orphans = collection?.isAuth
        ? rows.where("record", "not in", dynamicQuery.selectFrom(collection.name).select("id"))
        : rows;
      await app.db.run(orphans.compile());
    }
  }
}
