import type { App } from "../app.ts";
import type { ModelEvent } from "../events/model.ts";
import { currentSettings, loadSettings } from "./store.ts";
import { Settings } from "./settings.ts";

const SETTINGS_SYSTEM_HOOK = "__pbSettingsSystemHook__";

/** Keeps the app's settings those of the database, and rate-limit labels those of renamed collections. */
export function bindSettingsHooks(app: App): void {
  const reload = async (event: ModelEvent): Promise<void> => {
    await event.next();
    if (event.model instanceof Settings) await loadSettings(event.app);
  };
  app
    .onModelAfterCreateSuccess("_params")
    .bind({ id: SETTINGS_SYSTEM_HOOK, priority: -999, func: reload });
  app
    .onModelAfterUpdateSuccess("_params")
    .bind({ id: SETTINGS_SYSTEM_HOOK, priority: -999, func: reload });
  app.onModelDelete("_params").bind({
    id: SETTINGS_SYSTEM_HOOK,
    priority: -999,
    func: () => {
      throw new Error("the app params settings cannot be deleted");
    },
  });
  app.onCollectionUpdate().bind({
    id: SETTINGS_SYSTEM_HOOK,
    priority: 99,
    func: async (event) => {
      const before = event.app.collections.find(event.collection.id)?.name;
      await event.next();
      if (before !== undefined && before !== event.collection.name) {
        await renameLabels(event.app, `${before}:`, `${event.collection.name}:`);
      }
    },
  });
}

async function renameLabels(app: App, before: string, after: string): Promise<void> {
  const settings = currentSettings(app);
  const rules = settings.data.rateLimits.rules.filter((rule) => rule.label.startsWith(before));
  if (rules.length === 0) return;
  for (const rule of rules) rule.label = after + rule.label.slice(before.length);
  await app.save(settings);
}
