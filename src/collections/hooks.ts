import type { App } from "../app.ts";
import type { Hook } from "../events/hook.ts";
import type { ModelErrorEvent, ModelEvent } from "../events/model.ts";
import { NotFoundError } from "../lib/errors.ts";
import { Collection } from "./collection.ts";
import { executeDelete } from "./delete.ts";
import { CollectionErrorEvent, CollectionEvent } from "./events.ts";
import { executeSave } from "./execute-save.ts";
import { normalizeCollection } from "./normalize.ts";
import { restrictSuperusers, SUPERUSERS } from "./superusers.ts";
import { checkCollection } from "./validate.ts";

/** Id of the engine's own collection handlers, as in PocketBase: users unbind and replace by it. */
const COLLECTION_SYSTEM_HOOK = "__pbCollectionSystemHook__";

/** Lays the collection hooks inside the model hooks and the engine's work inside those (PocketBase: core/collection_model.go). */
export function bindCollectionHooks(app: App): void {
  const { events } = app;
  proxy(events.onModelValidate, events.onCollectionValidate);
  proxy(events.onModelCreate, events.onCollectionCreate);
  proxy(events.onModelCreateExecute, events.onCollectionCreateExecute);
  proxy(events.onModelAfterCreateSuccess, events.onCollectionAfterCreateSuccess);
  proxyError(events.onModelAfterCreateError, events.onCollectionAfterCreateError);
  proxy(events.onModelUpdate, events.onCollectionUpdate);
  proxy(events.onModelUpdateExecute, events.onCollectionUpdateExecute);
  proxy(events.onModelAfterUpdateSuccess, events.onCollectionAfterUpdateSuccess);
  proxyError(events.onModelAfterUpdateError, events.onCollectionAfterUpdateError);
  proxy(events.onModelDelete, events.onCollectionDelete);
  proxy(events.onModelDeleteExecute, events.onCollectionDeleteExecute);
  proxy(events.onModelAfterDeleteSuccess, events.onCollectionAfterDeleteSuccess);
  proxyError(events.onModelAfterDeleteError, events.onCollectionAfterDeleteError);

  // User handlers have priority 0: they see the normalised collection (-99) and run before it is checked and
  // written (+99), which keeps the transaction short.
  bind(events.onCollectionCreate, -99, normalize);
  bind(events.onCollectionUpdate, -99, normalize);
  bind(events.onCollectionValidate, 99, check);
  bind(events.onCollectionCreateExecute, 99, executeSave);
  bind(events.onCollectionUpdateExecute, 99, executeSave);
  bind(events.onCollectionDeleteExecute, 99, executeDelete);
  bind(events.onCollectionAfterCreateError, -99, reload);
  bind(events.onCollectionAfterUpdateError, -99, reload);
  bind(events.onCollectionAfterDeleteError, -99, reload);
  for (const hook of [events.onCollectionCreateExecute, events.onCollectionUpdateExecute]) {
    hook.bind({
      id: "pbSuperusersCollectionSaveExec",
      priority: 99,
      func: (event) => {
        if (event.tags().includes(SUPERUSERS)) restrictSuperusers(event.collection);
        return event.next();
      },
    });
  }
}

function bind<E extends CollectionEvent>(
  hook: Hook<E>,
  priority: number,
  func: (event: E) => Promise<void>,
): void {
  hook.bind({ id: COLLECTION_SYSTEM_HOOK, priority, func });
}

function proxy(models: Hook<ModelEvent>, collections: Hook<CollectionEvent>): void {
  models.bind({
    id: COLLECTION_SYSTEM_HOOK,
    priority: -99,
    func: (outer) => {
      if (!(outer.model instanceof Collection)) return outer.next();
      return nest(outer, new CollectionEvent(outer.app, outer.model, outer.type), collections);
    },
  });
}

function proxyError(models: Hook<ModelErrorEvent>, collections: Hook<CollectionErrorEvent>): void {
  models.bind({
    id: COLLECTION_SYSTEM_HOOK,
    priority: -99,
    func: (outer) => {
      if (!(outer.model instanceof Collection)) return outer.next();
      const inner = new CollectionErrorEvent(outer.app, outer.model, outer.type, outer.error);
      return nest(outer, inner, collections);
    },
  });
}

/** Runs the collection chain and, at its end, the rest of the model chain; a handler may have swapped app or collection. */
function nest<M extends ModelEvent, C extends CollectionEvent>(
  outer: M,
  inner: C,
  collections: Hook<C>,
): Promise<void> {
  const sync = () => {
    outer.app = inner.app;
    outer.model = inner.collection;
  };
  return collections
    .trigger(inner, async () => {
      sync();
      await outer.next();
    })
    .finally(sync);
}

function normalize(event: CollectionEvent): Promise<void> {
  normalizeCollection(event.app, event.collection);
  return event.next();
}

async function check(event: CollectionEvent): Promise<void> {
  const { app, collection } = event;
  const original = app.collections.all().find(({ id }) => id === collection.lastSavedId);
  if (!collection.isNew && !original) throw new NotFoundError();
  await checkCollection({ app, collection, original });
  await event.next();
}

/** What a failed change left in the cache of a transaction that goes on is read again. */
async function reload(event: CollectionErrorEvent): Promise<void> {
  try {
    await event.app.collections.load(event.app.db);
  } catch (error) {
    event.app.logger.warn("Failed to reload the collections after a failed change", {
      error: String(error),
    });
  }
  await event.next();
}
