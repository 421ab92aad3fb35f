import { type App, problem, type RecordRequestEvent, ValidationError } from "generatio";
import { IMAGES } from "../jobs/image-record.ts";
import { USERS } from "../tokens/stored-keys.ts";
import { FOLDERS } from "./folders.ts";

/** Fields that only the server and superusers write, by collection. */
const PROTECTED: Readonly<Record<string, readonly string[]>> = {
  [USERS]: ["fal_token", "auto_session", "financial_data", "model_preferences", "plan"],
  [FOLDERS]: ["user_id", "name_key"],
  model_preferences: ["user_id"],
};

/** Of a picture the owner changes these; everything else is a fact. */
const EDITABLE_OF_IMAGES = new Set(["title", "folder_id", "deleted_at"]);

/** Keeps clients of the records API from writing what is not theirs to write. */
export function bindProtection(app: App): void {
  app.onRecordCreateRequest(USERS).bind({
    id: "genProtectUserOnCreate",
    func: (event) => guard(event, PROTECTED[USERS] ?? []),
  });
  app.onRecordUpdateRequest(...Object.keys(PROTECTED)).bind({
    id: "genProtectFields",
    func: (event) => guard(event, PROTECTED[event.collection.name] ?? []),
  });
  app.onRecordUpdateRequest(IMAGES).bind({
    id: "genProtectImage",
    func: (event) => {
      const fields = event.collection.fields.filter((field) => field.type !== "autodate");
      const names = fields
        .map((field) => field.name)
        .filter((name) => !EDITABLE_OF_IMAGES.has(name));
      return guard(event, names);
    },
  });
}

/** @throws ValidationError naming the first protected field that the request changes */
function guard(event: RecordRequestEvent, names: readonly string[]): Promise<void> {
  if (!event.hasSuperuserAuth()) {
    const changed = names.find((name) => isChanged(event, name));
    if (changed !== undefined) {
      throw new ValidationError({
        [changed]: problem("validation_protected_field", "Cannot be set by clients."),
      });
    }
  }
  return event.next();
}

function isChanged({ record }: RecordRequestEvent, name: string): boolean {
  return JSON.stringify(record.get(name)) !== JSON.stringify(record.originalValue(name));
}
