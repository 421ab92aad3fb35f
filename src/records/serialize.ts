import type { Collection } from "../collections/collection.ts";
import type { Field, FieldType } from "../fields/field.ts";
import { fieldType } from "../fields/index.ts";
import type { RecordModel } from "./record.ts";

interface Shown {
  readonly field: Field;
  readonly type: FieldType;
}

interface Layout {
  readonly shown: readonly Shown[];
  readonly hasEmail: boolean;
}

const layouts = new WeakMap<Collection, Layout>();

/**
 * What a client may see of a record, with keys in alphabetical order (PocketBase: Record.PublicExport):
 * visible fields, never secrets, an auth record's e-mail only when it may be shown, `collectionId`,
 * `collectionName`, and `expand` once one was made.
 */
export function recordToJson(record: RecordModel): Record<string, unknown> {
  const { shown, hasEmail } = layoutOf(record.collection);
  const values: [string, unknown][] = [];
  for (const { field, type } of shown) {
    if (!record.isVisible(field)) continue;
    if (hasEmail && field.name === "email" && !mayShowEmail(record)) continue;
    const value = record.get(field.name);
    values.push([field.name, type.toJson ? type.toJson(field, value) : value]);
  }
  addExtras(record, values);
  values.sort((a, b) => (a[0] < b[0] ? -1 : 1));
  return Object.fromEntries(values);
}

function addExtras(record: RecordModel, values: [string, unknown][]): void {
  const isShown = (name: string) => record.visibility.get(name) !== false;
  if (record.withCustomData) {
    for (const [name, value] of record.customData()) if (isShown(name)) values.push([name, value]);
  }
  if (isShown("collectionId")) values.push(["collectionId", record.collection.id]);
  if (isShown("collectionName")) values.push(["collectionName", record.collection.name]);
  if (record.expand && isShown("expand")) values.push(["expand", record.expand]);
}

function mayShowEmail(record: RecordModel): boolean {
  return record.ignoreEmailVisibility || record.get("emailVisibility") === true;
}

function layoutOf(collection: Collection): Layout {
  let layout = layouts.get(collection);
  if (!layout) {
    // An auth record's password and token key never leave the server, not even for superusers.
    const isSecret = (field: Field) =>
      collection.isAuth && (field.name === "password" || field.name === "tokenKey");
    layout = {
      shown: collection.fields
        .filter((field) => !isSecret(field))
        .map((field) => ({ field, type: fieldType(field) })),
      hasEmail: collection.isAuth,
    };
    layouts.set(collection, layout);
  }
  return layout;
}
