import type { App } from "../app.ts";
import type { ChangeAction } from "../changes/service.ts";
import type { TaggedHook } from "../events/hook.ts";
import type { ModelEvent } from "../events/model.ts";
import { RecordModel } from "../records/record.ts";
import { unsetClientsAuth, unsetCollectionAuth, updateClientsAuth } from "./auth-state.ts";
import { Broadcaster } from "./broadcast.ts";

/** Ids of the engine's own handlers: users unbind and replace by them. PocketBase's have none. */
const BROADCAST = "__pbRealtimeBroadcast__";
const ORDER = "__pbRealtimeOrder__";
const AUTH = "__pbRealtimeAuth__";

/** Lets record changes reach the clients that listen, with PocketBase's priorities (apis/realtime.go). */
export function bindRealtimeHooks(app: App): void {
  bindAuthState(app);
  const broadcaster = new Broadcaster(app);
  /** Changes whose broadcast was reached. */
  const told = new WeakSet<ModelEvent>();
  for (const [action, hook] of Object.entries(successesOf(app)) as [ChangeAction, Successes][]) {
    hook.bind({
      id: BROADCAST,
      priority: -99,
      func: (event) => {
        if (event.model instanceof RecordModel) broadcaster.publish(action, event.model);
        told.add(event);
        return event.next();
      },
    });
    hook.bind({
      id: ORDER,
      // Around everyone: a handler may keep the broadcast from happening, and nobody is to wait for it then.
      priority: -9999,
      func: async (event) => {
        try {
          await event.next();
        } finally {
          if (event.model instanceof RecordModel && !told.has(event))
            broadcaster.drop(action, event.model);
        }
      },
    });
  }
  app.onModelDelete().bind({
    id: BROADCAST,
    // As late as possible, and before the row and what refers to it are gone.
    priority: 99,
    func: async (event) => {
      if (event.model instanceof RecordModel) await broadcaster.prepareDelete(event.model);
      await event.next();
    },
  });
  const errors = [
    ["create", app.onModelAfterCreateError()],
    ["update", app.onModelAfterUpdateError()],
    ["delete", app.onModelAfterDeleteError()],
  ] as const;
  for (const [action, hook] of errors) {
    hook.bind({
      id: BROADCAST,
      priority: -99,
      func: (event) => {
        if (event.model instanceof RecordModel) broadcaster.drop(action, event.model);
        return event.next();
      },
    });
  }
}

type Successes = TaggedHook<ModelEvent>;

function successesOf(app: App): Readonly<Record<ChangeAction, Successes>> {
  return {
    create: app.onModelAfterCreateSuccess(),
    update: app.onModelAfterUpdateSuccess(),
    delete: app.onModelAfterDeleteSuccess(),
  };
}

function bindAuthState(app: App): void {
  app.onModelAfterUpdateSuccess().bind({
    id: AUTH,
    priority: -99,
    func: (event) => {
      const { model } = event;
      if (model instanceof RecordModel && model.collection.isAuth)
        updateClientsAuth(event.app, model);
      return event.next();
    },
  });
  app.onModelAfterDeleteSuccess().bind({
    id: AUTH,
    priority: -99,
    func: (event) => {
      const { model } = event;
      if (model instanceof RecordModel && model.collection.isAuth)
        unsetClientsAuth(event.app, model);
      return event.next();
    },
  });
  app.onCollectionUpdate().bind({
    id: AUTH,
    priority: -99,
    func: async (event) => {
      const before = event.app.collections.find(event.collection.id)?.auth?.authToken.secret;
      await event.next();
      const { auth } = event.collection;
      if (auth && before !== undefined && before !== auth.authToken.secret)
        unsetCollectionAuth(event.app, event.collection);
    },
  });
  app.onCollectionAfterDeleteSuccess().bind({
    id: AUTH,
    priority: -99,
    func: (event) => {
      if (event.collection.isAuth) unsetCollectionAuth(event.app, event.collection);
      return event.next();
    },
  });
}
