import { createField } from "../fields/index.ts";
import { AUTH_OPTIONS } from "./auth-options.ts";
import { asObject, textList } from "./codec.ts";
import { Collection, type CollectionKind, type Rule } from "./collection.ts";
import { decodeOptions } from "./scaffold.ts";
import { encodeOptions, fieldsText } from "./serialize.ts";
import { VIEW_OPTIONS } from "./view-options.ts";

/** A row of `_collections`. */
export interface CollectionRow {
  id: string;
  system: number;
  type: string;
  name: string;
  /** JSON texts. */
  fields: string;
  indexes: string;
  options: string;
  listRule: Rule;
  viewRule: Rule;
  createRule: Rule;
  updateRule: Rule;
  deleteRule: Rule;
  created: string;
  updated: string;
}

/**
 * Reads a stored collection. Tolerant towards older rows: missing option keys become empty, `null` lists too.
 *
 * @throws Error with the collection's name when the row cannot be understood
 */
export function collectionFromRow(row: CollectionRow): Collection {
  try {
    return read(row);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The collection ${row.name} cannot be read: ${reason}.`, { cause });
  }
}

/** The row of a collection, JSON texts as PocketBase writes them. */
export function collectionToRow(collection: Collection): CollectionRow {
  return {
    createRule: collection.createRule,
    created: collection.created,
    deleteRule: collection.deleteRule,
    fields: fieldsText(collection.fields),
    id: collection.id,
    indexes: JSON.stringify(collection.indexes),
    listRule: collection.listRule,
    name: collection.name,
    options: JSON.stringify({ ...encodeOptions(collection, false), ...collection.unknownOptions }),
    system: Number(collection.system),
    type: collection.type,
    updateRule: collection.updateRule,
    updated: collection.updated,
    viewRule: collection.viewRule,
  };
}

function read(row: CollectionRow): Collection {
  const options = asObject(JSON.parse(row.options || "{}"));
  const collection = new Collection(
    {
      id: row.id,
      name: row.name,
      type: row.type as CollectionKind,
      system: Boolean(row.system),
      fields: readFields(row.fields),
      indexes: textList.decode(JSON.parse(row.indexes || "[]"), []),
      listRule: row.listRule,
      viewRule: row.viewRule,
      createRule: row.createRule,
      updateRule: row.updateRule,
      deleteRule: row.deleteRule,
      created: row.created,
      updated: row.updated,
      auth: undefined,
      view: undefined,
      unknownOptions: {},
    },
    { isNew: false },
  );
  decodeOptions(collection, options);
  collection.unknownOptions = unknownOptions(collection, options);
  return collection;
}

function readFields(text: string): Collection["fields"] {
  const list: unknown = JSON.parse(text || "[]");
  if (!Array.isArray(list)) throw new TypeError("its fields are no list");
  return list.map((field) => createField(asObject(field)));
}

function unknownOptions(
  collection: Collection,
  options: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const known = {
    ...(collection.auth && AUTH_OPTIONS.zero()),
    ...(collection.view && VIEW_OPTIONS.zero()),
  };
  return Object.fromEntries(Object.entries(options).filter(([key]) => !Object.hasOwn(known, key)));
}
