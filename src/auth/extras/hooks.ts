import type { App } from "../../app.ts";
import type { CollectionEvent } from "../../collections/events.ts";
import type { RecordEvent } from "../../records/events.ts";
import { noteSeen } from "./anonymous.ts";
import { deleteOrphans } from "./cleanup.ts";

/** What keeps the additions in step with the records they belong to. */
export function bindAuthExtraHooks(app: App): void {
  app.onBootstrap().bind({
    id: "__pbAuthExtras__",
    priority: 99,
    func: async (event) => {
      await event.next();
      event.app.auth.extras.forget();
      await deleteOrphans(event.app);
    },
  });
  app.onRecordDeleteExecute().bind({ id: "__pbAuthExtras__", priority: 99, func: deleteWithOwner });
  app.onRecordAuthRequest().bind({
    id: "__pbAuthExtras__",
    priority: -99,
    func: async (event) => {
      await noteSeen(event.app, event.record);
      await event.next();
    },
  });
  app.onCollectionDeleteExecute().bind({
    id: "__pbAuthExtras__",
    priority: 99,
    func: deleteWithCollection,
  });
}

async function deleteWithOwner(event: RecordEvent): Promise<void> {
  const { record } = event;
  const outer = event.app;
  if (!record.collection.isAuth) return event.next();
  try {
    await outer.runInTransaction(async (tx) => {
      event.app = tx;
      await event.next();
      await tx.auth.extras.deleteOwned(tx, record);
    });
  } finally {
    event.app = outer;
  }
}

async function deleteWithCollection(event: CollectionEvent): Promise<void> {
  const { collection } = event;
  const outer = event.app;
  if (!collection.isAuth) return event.next();
  try {
    await outer.runInTransaction(async (tx) => {
      event.app = tx;
      await event.next();
      await tx.auth.extras.deleteCollection(tx, collection.id);
    });
  } finally {
    event.app = outer;
  }
}
