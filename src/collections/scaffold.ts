import type { Field } from "../fields/field.ts";
import { createField, fieldType } from "../fields/index.ts";
import { COMMON_OPTIONS } from "../fields/options.ts";
import { toDate } from "../lib/date.ts";
import { checksum } from "../lib/id.ts";
import { AUTH_OPTIONS, defaultAuthOptions } from "./auth-options.ts";
import { asObject, type Codec, flag, object, rule, text, textList } from "./codec.ts";
import { Collection, type CollectionData, type CollectionKind } from "./collection.ts";
import { fieldList } from "./field-list.ts";
import { ensureSystemFields } from "./system-fields.ts";
import { VIEW_OPTIONS } from "./view-options.ts";

/**
 * A new collection with what its kind comes with: system fields, indexes, options and fresh token secrets.
 *
 * @param kind anything unknown makes a base collection
 * @param id made of kind and name when empty, and then kept in step with them until it is saved
 */
export function newCollection(kind: string, name: string, id = ""): Collection {
  const type: CollectionKind = kind === "auth" || kind === "view" ? kind : "base";
  const generatedId = id === "" ? checksumId({ type, name }) : "";
  const collection = new Collection(emptyData(type, name, id || generatedId), { generatedId });
  ensureSystemFields(collection);
  return collection;
}

/** The id that a collection gets when none is given; stable for its kind and name. */
export function checksumId(collection: Pick<CollectionData, "type" | "name">): string {
  return `pbc_${checksum(collection.type + collection.name)}`;
}

/**
 * Reads API JSON onto a collection (PocketBase: decoding a body into the model). Absent keys keep their
 * value and nested options merge; `fields` and `indexes` are replaced as a whole; unknown keys are ignored.
 *
 * @param base changed by nobody: the result is a copy; a scaffold of the JSON's type and name when absent
 * @throws Error when a value has the wrong type or a field's type is unknown
 */
export function decodeCollection(json: unknown, base?: Collection): Collection {
  const body = asObject(json);
  const collection = base?.clone() ?? scaffoldOf(body);
  Object.assign(collection, COMMON.decode(body, collection));
  decodeOptions(collection, body);
  return collection;
}

/** Sets what the kind brings and takes away what it does not have; a kind that is changed starts with empty options. */
export function decodeOptions(
  collection: Collection,
  options: Readonly<Record<string, unknown>>,
): void {
  collection.auth =
    collection.type === "auth"
      ? AUTH_OPTIONS.decode(options, collection.auth ?? AUTH_OPTIONS.zero())
      : undefined;
  collection.view =
    collection.type === "view"
      ? VIEW_OPTIONS.decode(options, collection.view ?? VIEW_OPTIONS.zero())
      : undefined;
}

function scaffoldOf(body: Readonly<Record<string, unknown>>): Collection {
  const read = (key: string) => text.decode(body[key] ?? null, "");
  return newCollection(read("type"), read("name"), read("id"));
}

function emptyData(type: CollectionKind, name: string, id: string): CollectionData {
  return {
    id,
    name,
    type,
    system: false,
    fields: [],
    indexes: [],
    listRule: null,
    viewRule: null,
    createRule: null,
    updateRule: null,
    deleteRule: null,
    created: "",
    updated: "",
    auth: type === "auth" ? defaultAuthOptions() : undefined,
    view: type === "view" ? { viewQuery: "" } : undefined,
    unknownOptions: {},
  };
}

type CommonData = Omit<CollectionData, "auth" | "view" | "unknownOptions">;

const date: Codec<string> = {
  ...text,
  decode: (json, current) => toDate(text.decode(json, current)),
};

/** The list is replaced as a whole, ids are made. */
const fields: Codec<Field[]> = {
  zero: () => [],
  decode(json, current) {
    if (json === null) return [];
    if (!Array.isArray(json)) throw new TypeError("expected a list");
    return fieldList(json.map((item) => decodeField(asObject(item), current)));
  },
  encode: (value) => value,
};

/** What collections of every kind have. */
const COMMON: Codec<CommonData> = object<CommonData>({
  id: text,
  listRule: rule,
  viewRule: rule,
  createRule: rule,
  updateRule: rule,
  deleteRule: rule,
  name: text,
  // Whether it is a kind at all is for the validation to say.
  type: text as Codec<CollectionKind>,
  fields,
  indexes: textList,
  created: date,
  updated: date,
  system: flag,
});

/** Keys that the field's type does not know are dropped, except those of a stored field: a newer version knows them. */
function decodeField(json: Readonly<Record<string, unknown>>, stored: readonly Field[]): Field {
  const field = createField(json);
  const known = {
    ...COMMON_OPTIONS,
    ...fieldType(field).defaults,
    ...stored.find(({ id }) => id === field.id),
  };
  for (const key of Object.keys(field)) if (!Object.hasOwn(known, key)) delete field[key];
  return field;
}
