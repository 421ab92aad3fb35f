import { createField, fieldType } from "../../src/fields/index.ts";
import type { Field, SettingsContext, ValueContext } from "../../src/fields/field.ts";
import type { ErrorLeaf, ErrorTree } from "../../src/lib/errors.ts";

/** For types that ask nothing of the app or the record. */
const NOTHING = undefined as never;

/** A field of a type with some options and a proper id and name. */
export function makeField(type: string, options: Readonly<Record<string, unknown>> = {}): Field {
  return createField({ id: "f1", name: "f", type, ...options });
}

/** What a field makes of a raw value. */
export function prepare(field: Field, raw: unknown): unknown {
  return fieldType(field).prepare(field, raw);
}

/** The problem with a raw value, cast first as `record.set` does. */
export async function problemOf(
  field: Field,
  raw: unknown,
  context: ValueContext = NOTHING,
): Promise<ErrorLeaf | ErrorTree | undefined> {
  const type = fieldType(field);
  const value = type.assign ? type.assign(field, type.zero(field), raw) : type.prepare(field, raw);
  return type.validate(field, value, context);
}

/** The problems with a field's settings, by option. */
export function settingsProblemsOf(
  field: Field,
  context: SettingsContext = NOTHING,
): Promise<ErrorTree> {
  return fieldType(field).validateSettings(field, context);
}

export const REQUIRED = { code: "validation_required", message: "Cannot be blank." };

/** PocketBase's answer when a number is below its least. */
export function tooLow(threshold: number): ErrorLeaf {
  const message = `Must be no less than ${threshold}.`;
  return { code: "validation_min_greater_equal_than_required", message, params: { threshold } };
}

/** PocketBase's answer when a number is above its greatest. */
export function tooHigh(threshold: number): ErrorLeaf {
  const message = `Must be no greater than ${threshold}.`;
  return { code: "validation_max_less_equal_than_required", message, params: { threshold } };
}
