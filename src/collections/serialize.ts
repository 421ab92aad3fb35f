import type { Field } from "../fields/field.ts";
import { AUTH_OPTIONS } from "./auth-options.ts";
import { asObject } from "./codec.ts";
import type { Collection } from "./collection.ts";
import { VIEW_OPTIONS } from "./view-options.ts";

/**
 * A collection as the API sends it: options beside the common keys, in PocketBase's order, without
 * secrets.
 */
export function collectionToJson(collection: Collection): Record<string, unknown> {
  return {
    id: collection.id,
    listRule: collection.listRule,
    viewRule: collection.viewRule,
    createRule: collection.createRule,
    updateRule: collection.updateRule,
    deleteRule: collection.deleteRule,
    name: collection.name,
    type: collection.type,
    fields: collection.fields.map(fieldToJson),
    indexes: collection.indexes,
    created: collection.created,
    updated: collection.updated,
    system: collection.system,
    ...encodeOptions(collection, true),
  };
}

/** A field as it is stored and sent: keys in order of their bytes. */
export function fieldToJson(field: Field): Record<string, unknown> {
  return Object.fromEntries(Object.entries(field).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** The fields as the text of `_collections.fields`; equal texts mean equal fields. */
export function fieldsText(fields: readonly Field[]): string {
  return JSON.stringify(fields.map(fieldToJson));
}

/** The options that depend on the kind, for the API or for the database. */
export function encodeOptions(collection: Collection, redact: boolean): Record<string, unknown> {
  if (collection.auth) return asObject(AUTH_OPTIONS.encode(collection.auth, { redact }));
  if (collection.view) return asObject(VIEW_OPTIONS.encode(collection.view, { redact }));
  return {};
}
