import type { App } from "../app.ts";
import type { RecordModel } from "../records/record.ts";
import { autodate } from "./autodate.ts";
import { bool } from "./bool.ts";
import { date } from "./date.ts";
import { editor } from "./editor.ts";
import { email } from "./email.ts";
import type { Field, FieldType, Verdict } from "./field.ts";
import { file } from "./file.ts";
import { geoPoint } from "./geo-point.ts";
import { json } from "./json.ts";
import { number } from "./number.ts";
import { COMMON_OPTIONS, FieldFormatError, type OptionKind } from "./options.ts";
import { password } from "./password.ts";
import { relation } from "./relation.ts";
import { select } from "./select.ts";
import { text } from "./text.ts";
import { url } from "./url.ts";

const TYPES: readonly FieldType[] = [
  text,
  editor,
  number,
  bool,
  email,
  url,
  date,
  autodate,
  select,
  file,
  relation,
  json,
  password,
  geoPoint,
];

/** Every field type by its name. */
export const FIELD_TYPES: ReadonlyMap<string, FieldType> = new Map(
  TYPES.map((type) => [type.type, type]),
);

/** What a field's type does. */
export function fieldType(field: Field): FieldType {
  const type = FIELD_TYPES.get(field.type);
  if (!type) throw new Error(`unknown field type "${field.type}"`);
  return type;
}

/** The problem with a record's present value of a field: a leaf, or a tree of them for values with parts. */
export function validateRecordValue(
  app: App,
  record: RecordModel,
  field: Field,
): Verdict | Promise<Verdict> {
  return fieldType(field).validate(field, record.get(field.name), { app, record });
}

/**
 * Makes a field from its JSON: absent and null keys get their zero values, keys that this version does not
 * know are kept, and all are put in alphabetical order. Ids are not made here.
 *
 * @throws FieldFormatError when the type is unknown or an option has a wrong JSON type
 */
export function createField(json: Readonly<Record<string, unknown>>): Field {
  const typeName = json["type"];
  const type = typeof typeName === "string" ? FIELD_TYPES.get(typeName) : undefined;
  if (!type) throw new FieldFormatError("missing or unknown field type");
  const kinds: Readonly<Record<string, OptionKind>> = { ...COMMON_OPTIONS, ...type.options };
  const entries = new Map(Object.entries(json));
  for (const [name, kind] of Object.entries(kinds)) {
    const given = entries.get(name) ?? undefined;
    const value = given === undefined ? structuredClone(kind.zero) : kind.read(given);
    if (value === undefined) throw new FieldFormatError(`option "${name}" has a wrong type`);
    entries.set(name, value);
  }
  return Object.fromEntries([...entries].toSorted(([a], [b]) => (a < b ? -1 : 1))) as Field;
}
