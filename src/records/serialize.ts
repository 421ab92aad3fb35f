import type { Collection } from "../collections/collection.ts";
import type { Field, FieldType } from "../fields/field.ts";
import { fieldType } from "../fields/index.ts";
import type { Expand, RecordModel } from "./record.ts";

/** One key of a record's JSON: a field, or what every record has beside its fields. */
type Entry =
  | { readonly name: string; readonly field: Field; readonly type: FieldType }
  | {
      readonly name: string;
      readonly field?: undefined;
      readonly of: (record: RecordModel) => unknown;
    };

/** In alphabetical order. */
type Layout = readonly Entry[];

const layouts = new WeakMap<Collection, Layout>();

/**
 * What a client may see of a record as plain data, with keys in alphabetical order (PocketBase:
 * Record.PublicExport): visible fields, never secrets, an auth record's e-mail only when it may be shown,
 * `collectionId`, `collectionName`, and `expand` once one was made.
 */
export function recordToJson(record: RecordModel): Record<string, unknown> {
  const json: Record<string, unknown> = {};
  for (const entry of layoutOf(record.collection)) {
    const value = entry.field
      ? shownValue(record, entry.field, entry.type)
      : extraValue(record, entry);
    if (value !== undefined) json[entry.name] = value;
  }
  return record.withCustomData ? withCustomData(record, json) : json;
}

function shownValue(record: RecordModel, field: Field, type: FieldType): unknown {
  if (!record.isVisible(field)) return undefined;
  if (field.name === "email" && record.collection.isAuth && !mayShowEmail(record)) return undefined;
  const value = record.get(field.name);
  return type.toJson ? type.toJson(field, value) : value;
}

function extraValue(record: RecordModel, { name, of }: Entry & { field?: undefined }): unknown {
  return record.visibility.get(name) === false ? undefined : of(record);
}

function withCustomData(
  record: RecordModel,
  json: Record<string, unknown>,
): Record<string, unknown> {
  const custom = [...record.customData()].filter(([name]) => record.visibility.get(name) !== false);
  const all = [...Object.entries(json), ...custom];
  return Object.fromEntries(all.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function mayShowEmail(record: RecordModel): boolean {
  return record.ignoreEmailVisibility || record.get("emailVisibility") === true;
}

function layoutOf(collection: Collection): Layout {
  let layout = layouts.get(collection);
  if (!layout) {
    // An auth record's password and token key never leave the server, not even for superusers.
    const isSecret = ({ name }: Field) =>
      collection.isAuth && (name === "password" || name === "tokenKey");
    const fields = collection.fields
      .filter((field) => !isSecret(field))
      .map((field) => ({ name: field.name, field, type: fieldType(field) }));
    layout = [...fields, ...EXTRAS].toSorted((a, b) => (a.name < b.name ? -1 : 1));
    layouts.set(collection, layout);
  }
  return layout;
}

const EXTRAS: Layout = [
  { name: "collectionId", of: (record) => record.collection.id },
  { name: "collectionName", of: (record) => record.collection.name },
  { name: "expand", of: (record) => record.expand && expandToJson(record.expand) },
];

function expandToJson(expand: Expand): Record<string, unknown> {
  const json: Record<string, unknown> = {};
  for (const [name, related] of Object.entries(expand)) {
    json[name] = Array.isArray(related)
      ? related.map((record) => record.toJSON())
      : related.toJSON();
  }
  return json;
}
