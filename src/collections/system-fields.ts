import type { Field } from "../fields/field.ts";
import { createField } from "../fields/index.ts";
import { findSingleColumnUniqueIndex } from "../lib/index-expression.ts";
import type { Collection } from "./collection.ts";
import { addField, fieldList } from "./field-list.ts";

/** The pattern of record ids that are made by default. */
export const RECORD_ID_PATTERN = "^[a-z0-9]+$";

/**
 * Puts in the fields and indexes that the collection's kind cannot do without, and sets on existing ones
 * what may not be otherwise (PocketBase: initDefaultFields). A view's fields come from its query.
 */
export function ensureSystemFields(collection: Collection): void {
  if (collection.isView) return;
  ensureIdField(collection);
  if (!collection.isAuth) return;
  for (const { json, enforced } of AUTH_FIELDS) {
    const known = collection.fields.find(
      (field) => field.name === json.name && field.type === json.type,
    );
    if (known) Object.assign(known, enforced);
    else addField(collection.fields, createField(json));
  }
  ensureUniqueIndex(collection, "tokenKey", "");
  ensureUniqueIndex(collection, "email", " WHERE `email` != ''");
}

function ensureIdField(collection: Collection): void {
  const known = collection.fields.find(
    (field) => field.name === "id" && field.type === ID_FIELD.type,
  );
  if (!known) {
    collection.fields = fieldList([createField(ID_FIELD), ...collection.fields]);
    return;
  }
  Object.assign(known, { system: true, required: true, primaryKey: true, hidden: false });
  if (known["pattern"] === "") known["pattern"] = RECORD_ID_PATTERN;
}

function ensureUniqueIndex(collection: Collection, field: string, condition: string): void {
  if (findSingleColumnUniqueIndex(collection.indexes, field)) return;
  const name = `idx_${field}_${collection.id || collection.name}`.slice(0, 64);
  collection.indexes.push(
    `CREATE UNIQUE INDEX \`${name}\` ON \`${collection.name}\` (\`${field}\`)${condition}`,
  );
}

const ID_FIELD = {
  type: "text",
  name: "id",
  system: true,
  primaryKey: true,
  required: true,
  min: 15,
  max: 15,
  pattern: RECORD_ID_PATTERN,
  autogeneratePattern: "[a-z0-9]{15}",
};

interface SystemField {
  /** How it is made when it is missing. */
  readonly json: Readonly<Record<string, unknown>> & {
    readonly name: string;
    readonly type: string;
  };
  /** What is set on one that is there. */
  readonly enforced: Partial<Field>;
}

const AUTH_FIELDS: readonly SystemField[] = [
  {
    json: {
      type: "password",
      name: "password",
      system: true,
      hidden: true,
      required: true,
      min: 8,
    },
    enforced: { system: true, hidden: true, required: true },
  },
  {
    json: {
      type: "text",
      name: "tokenKey",
      system: true,
      hidden: true,
      required: true,
      min: 30,
      max: 60,
      autogeneratePattern: "[a-zA-Z0-9]{50}",
    },
    enforced: { system: true, hidden: true, required: true },
  },
  {
    json: { type: "email", name: "email", system: true, required: true },
    // Whether it is sent is decided by each record's emailVisibility.
    enforced: { system: true, hidden: false },
  },
  { json: { type: "bool", name: "emailVisibility", system: true }, enforced: { system: true } },
  { json: { type: "bool", name: "verified", system: true }, enforced: { system: true } },
];
