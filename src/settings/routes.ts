import type { RequestEvent } from "../http/event.ts";
import { requireSuperuserAuth } from "../http/middleware/require.ts";
import type { Router } from "../http/router.ts";
import { badRequest, ValidationError } from "../lib/errors.ts";
import { decodeSettings } from "./decode.ts";
import { SettingsListRequestEvent, SettingsUpdateRequestEvent } from "./events.ts";
import { currentSettings } from "./store.ts";

/** The settings API (PocketBase: apis/settings.go). */
export function addSettingsRoutes(router: Router): void {
  const group = router.group("/api/settings").bind(requireSuperuserAuth());
  group.get("", listSettings);
  group.patch("", updateSettings);
}

async function listSettings(event: RequestEvent): Promise<void> {
  const list = new SettingsListRequestEvent(event, currentSettings(event.app));
  await event.app.events.onSettingsListRequest.trigger(list, () => list.json(200, list.settings));
}

async function updateSettings(event: RequestEvent): Promise<void> {
  const next = currentSettings(event.app);
  next.data = decodeSettings(next.data, await readBody(event));
  const update = new SettingsUpdateRequestEvent(event, currentSettings(event.app), next);
  await event.app.events.onSettingsUpdateRequest.trigger(update, async () => {
    await update.app.save(update.newSettings).catch((error: unknown) => {
      const data = error instanceof ValidationError ? error.errors : {};
      throw badRequest("An error occurred while saving the new settings.", { data, cause: error });
    });
    await update.json(200, currentSettings(update.app));
  });
}

/** Whatever is wrong with the body, also its size, is told by this one message. */
async function readBody(event: RequestEvent): Promise<Record<string, unknown>> {
  try {
    return await event.body();
  } catch (error) {
    throw badRequest("An error occurred while loading the submitted data.", { cause: error });
  }
}
