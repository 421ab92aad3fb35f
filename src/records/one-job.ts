import type { Collection } from "../collections/collection.ts";
import type { EventName } from "../events/events.ts";
import { fieldType } from "../fields/index.ts";
import type { RequestEvent } from "../http/event.ts";
import { isWatched } from "./delete.ts";

const HOOKS = {
  update: [
    "onRecordUpdateRequest",
    "onModelValidate",
    "onModelUpdate",
    "onModelUpdateExecute",
    "onRecordValidate",
    "onRecordUpdate",
    "onRecordUpdateExecute",
  ],
  delete: ["onRecordDeleteRequest"],
} as const satisfies Record<string, readonly EventName[]>;

/**
 * True when nothing but the database has to be waited for between reading a record and writing it: no handler
 * of a user would run, no file is stored, no password hashed or compared. The whole action may then be one short job of
 * the writer.
 */
export async function fitsOneJob(
  event: RequestEvent,
  collection: Collection,
  action: keyof typeof HOOKS,
): Promise<boolean> {
  const { app } = event;
  if (app.isTransaction) return false;
  const tags = collection.tags();
  if (HOOKS[action].some((name) => app.events[name].isWatched(tags))) return false;
  if (action === "delete") return !isWatched(app);
  // Changes of auth records may delete their second factors and links, whose hooks may be watched.
  if (collection.isAuth && isWatched(app)) return false;
  if ((await event.files()).size > 0) return false;
  const body = await event.body();
  // Compared with the stored one, whatever else is sent.
  if (collection.isAuth && "oldPassword" in body) return false;
  return !collection.fields.some((field) => field.name in body && fieldType(field).isSecret);
}
