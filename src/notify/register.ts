import { type FSWatcher, mkdirSync, rmSync, watch, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { App } from "../app.ts";
import type { HookEvent } from "../events/hook.ts";
import { NOTIFY_DIR } from "../lib/data-folder.ts";
import { randomText } from "../lib/id.ts";

const HOOK_ID = "__pbNotifyWatcherSystemHook__";
const DEBOUNCE_MS = 50;

/**
 * Tells other processes on the same folder, PocketBase's too, that collections or settings have changed, and
 * listens to them (PocketBase: core/notify_watcher.go). Requests notice foreign changes anyway; this is for
 * those who wait without asking.
 */
export function registerNotify(app: App): void {
  const instance = `@${randomText(10)}`;
  const folder = join(app.config.dataDir, NOTIFY_DIR);
  let watcher: FSWatcher | undefined;

  app.onBootstrap().bind({
    id: HOOK_ID,
    priority: -998,
    func: async (event) => {
      await event.next();
      watcher?.close();
      watcher = watchFolder(app, folder, instance);
    },
  });
  app.onTerminate().bind({
    id: HOOK_ID,
    priority: -998,
    func: async (event) => {
      watcher?.close();
      watcher = undefined;
      await event.next();
    },
  });

  const tell = (subject: string) => async (event: HookEvent) => {
    await event.next();
    if (watcher) touch(app, join(folder, subject + instance));
  };
  const settings = { id: HOOK_ID, priority: 999, func: tell("settings") };
  app.onModelAfterCreateSuccess("_params").bind(settings);
  app.onModelAfterUpdateSuccess("_params").bind(settings);
  const collections = { id: HOOK_ID, priority: 999, func: tell("collections") };
  app.onCollectionAfterCreateSuccess().bind(collections);
  app.onCollectionAfterUpdateSuccess().bind(collections);
  app.onCollectionAfterDeleteSuccess().bind(collections);
}

function watchFolder(app: App, folder: string, instance: string): FSWatcher | undefined {
  let timer: NodeJS.Timeout | undefined;
  try {
    mkdirSync(folder, { recursive: true });
    const watcher = watch(folder, { persistent: false }, (_kind, name) => {
      if (!name || name.endsWith(instance)) return;
      clearTimeout(timer);
      timer = setTimeout(() => {
        app.noticeForeignChanges()?.catch((error: unknown) => {
          app.logger.warn("another process' change could not be read", { error });
        });
      }, DEBOUNCE_MS).unref();
    });
    watcher.on("close", () => clearTimeout(timer));
    watcher.on("error", (error) =>
      app.logger.warn("the folder for notices cannot be watched", { error }),
    );
    return watcher;
  } catch (error) {
    app.logger.warn("the folder for notices cannot be watched", { error });
    return undefined;
  }
}

/** Made and removed at once: the event is the message. */
function touch(app: App, file: string): void {
  try {
    writeFileSync(file, "");
    rmSync(file, { force: true });
  } catch (error) {
    app.logger.warn("other processes could not be told of a change", { error });
  }
}
