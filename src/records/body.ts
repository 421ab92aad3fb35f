import type { Collection } from "../collections/collection.ts";
import { fieldType } from "../fields/index.ts";
import type { RequestEvent } from "../http/event.ts";
import type { UploadedFile } from "../lib/upload.ts";
import type { FieldModifiers, RecordModel } from "./record.ts";
import { hasSuperuserAuth } from "./request-info.ts";
import type { AccessLevel } from "./submission.ts";

/**
 * The submitted values of a record: modifiers resolved against the record as it is, uploads attached, hidden
 * fields dropped for everyone but superusers (PocketBase: apis/record_crud.go).
 */
export async function readRecordBody(
  event: RequestEvent,
  record: RecordModel,
): Promise<Record<string, unknown>> {
  const info = await event.requestInfo();
  let values = resolveModifiers(record, info.body);
  const uploads = fileParts(record.collection, await event.files());
  if (uploads.size > 0) {
    for (const [key, files] of uploads) values[key] = [...namesBeside(info.body, key), ...files];
    values = resolveModifiers(record, values);
  }
  if (!hasSuperuserAuth(info)) dropHidden(record.collection, values);
  return values;
}

/**
 * Applies modifier keys (`tags+`, `views-`, `slug:autogenerate`) one after another, shorter keys first, each
 * on the result of the one before, and puts the outcome under the plain field name. Plain field values are
 * cast the same way.
 */
export function resolveModifiers(
  record: RecordModel,
  body: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const keys = Object.keys(body);
  const values: Record<string, unknown> = { ...body };
  if (keys.length === 0) return values;
  const copy = record.fresh();
  for (const key of keys.toSorted((a, b) => a.length - b.length)) {
    const field = copy.setField(key, body[key]);
    if (!field) continue;
    delete values[key];
    const type = fieldType(field);
    const value = copy.get(field.name);
    values[field.name] = type.toBody ? type.toBody(field, value) : value;
  }
  return values;
}

/** The modifiers among the submitted keys (`tags+`, `views-`), by the field they change, in the order they apply. */
export function modifiersOf(
  record: RecordModel,
  body: Readonly<Record<string, unknown>>,
  access: AccessLevel,
): FieldModifiers {
  const modifiers = new Map<string, { key: string; raw: unknown }[]>();
  const copy = record.fresh();
  for (const key of Object.keys(body).toSorted((a, b) => a.length - b.length)) {
    const field = copy.setField(key, body[key]);
    if (!field || field.name === key || field.name in body || fieldType(field).holdsFiles) continue;
    if (field.hidden && access !== "superuser") continue;
    modifiers.set(field.name, [...(modifiers.get(field.name) ?? []), { key, raw: body[key] }]);
  }
  return modifiers;
}

/** The parts that belong to file fields; others are ignored. */
function fileParts(
  collection: Collection,
  parts: ReadonlyMap<string, readonly UploadedFile[]>,
): Map<string, readonly UploadedFile[]> {
  const found = new Map<string, readonly UploadedFile[]>();
  if (parts.size === 0) return found;
  for (const field of collection.fields) {
    if (!fieldType(field).holdsFiles) continue;
    for (const key of [field.name, `+${field.name}`, `${field.name}+`]) {
      const files = parts.get(key);
      if (files && files.length > 0) found.set(key, files);
    }
  }
  return found;
}

/** Names submitted under the same plain key stay: without this an upload would silently delete old files. */
function namesBeside(body: Readonly<Record<string, unknown>>, key: string): string[] {
  if (key.startsWith("+") || key.endsWith("+") || key.endsWith("-")) return [];
  const value = body[key];
  const list = Array.isArray(value) ? value : [value];
  return [
    ...new Set(list.filter((name): name is string => typeof name === "string" && name !== "")),
  ];
}

function dropHidden(collection: Collection, values: Record<string, unknown>): void {
  for (const field of collection.fields) {
    // The password of an auth record is hidden in answers and yet what its owner must be able to send.
    if (field.hidden && !(collection.isAuth && field.name === "password"))
      delete values[field.name];
  }
}
