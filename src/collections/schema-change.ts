import type { App } from "../app.ts";
import { raw } from "../db/dialect/fragment.ts";
import { OPTIMIZE } from "../db/dialect/sqlite.ts";
import type { CollectionCache } from "./cache.ts";
import type { CollectionEvent } from "./events.ts";

/**
 * Runs the writes of a change to a collection in one transaction, with the event's app set to it, and lets
 * everyone see the new collections once it is committed. Inside a transaction the change becomes a part of
 * that one and stays invisible outside until its end.
 */
export async function changeSchema(
  event: CollectionEvent,
  work: (tx: App) => Promise<void>,
): Promise<void> {
  const { app } = event;
  let changed: CollectionCache | undefined;
  try {
    await app.runInTransaction(async (tx) => {
      event.app = tx;
      // What a change before this one committed may not have reached the cache yet.
      if (!app.isTransaction) await tx.collections.load(tx.db);
      await work(tx);
      await tx.collections.load(tx.db);
      changed = tx.collections;
    });
  } finally {
    event.app = app;
  }
  if (app.isTransaction) {
    app.afterTransaction(async (outer, error) => {
      if (error === undefined) await publish(outer, app.collections);
    });
    return;
  }
  await publish(app, changed!);
  await quietly(app, "optimize the database", async () => void (await app.db.run(raw(OPTIMIZE))));
}

async function publish(app: App, changed: CollectionCache): Promise<void> {
  if (app.collections.adopt(changed)) return;
  await quietly(app, "reload the collections", () => app.collections.load(app.db));
}

/** The change itself is committed: what follows it must not make it look failed. */
async function quietly(app: App, what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    app.logger.warn(`Failed to ${what} after a schema change`, { error: String(error) });
  }
}
