import type { App } from "../app.ts";
import { ACTIVE_BACKUP_KEY } from "../lib/store-keys.ts";

/** What runs, by the store of its app. */
const RUNNING = new WeakMap<object, AbortController>();

/**
 * Runs the making or restoring of a backup; there is only one at a time.
 *
 * @throws Error when another one runs
 */
export async function runExclusively(
  app: App,
  name: string,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  if (app.store.has(ACTIVE_BACKUP_KEY)) {
    throw new Error("try again later - another backup/restore operation has already been started");
  }
  const controller = new AbortController();
  app.store.set(ACTIVE_BACKUP_KEY, name);
  RUNNING.set(app.store, controller);
  try {
    await work(controller.signal);
  } finally {
    app.store.delete(ACTIVE_BACKUP_KEY);
    RUNNING.delete(app.store);
  }
}

/** The app ends: what runs is given up. */
export function abortRunning(app: App): void {
  RUNNING.get(app.store)?.abort(new Error("the app was terminated"));
}
