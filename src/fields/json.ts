import { JSON_COLUMN } from "../db/dialect/columns.ts";
import { numberText } from "../lib/cast.ts";
import { problem } from "../lib/errors.ts";
import { isStrictJson, RawJson } from "../lib/json.ts";
import { atLeast, atMost, REQUIRED, UNSUPPORTED_TYPE } from "../lib/rules.ts";
import type { Field, FieldType } from "./field.ts";
import { describeOptions, FLAG_OPTION, INTEGER_OPTION, TEXT_OPTION } from "./options.ts";
import { MAX_SAFE_INTEGER, settingsProblems } from "./settings.ts";

interface JsonField extends Field {
  /** Bytes; 0 for the default. */
  maxSize: number;
  required: boolean;
}

/** Bytes of UTF-8. */
const DEFAULT_MAX_SIZE = 1024 * 1024;

const SUBMITTED_NULL = new RawJson("null");

const EMPTY_TEXTS: ReadonlySet<string> = new Set(["null", '""', "[]", "{}"]);

/** Any JSON, kept as text in a `RawJson`; null when it was never set or set to null. */
export const json: FieldType<JsonField> = {
  type: "json",
  ...describeOptions({ help: TEXT_OPTION, maxSize: INTEGER_OPTION, required: FLAG_OPTION }),
  filterKind: "json",
  isList: false,

  column: () => JSON_COLUMN,
  zero: () => null,
  prepare: (_, raw) => prepareJson(raw),
  toDatabase: (_, value) => (value instanceof RawJson ? value.text : null),
  // A submitted null is a value: `@request.body.data = null` is false for it.
  toBody: (_, value) => value ?? SUBMITTED_NULL,
  equals: (a, b) => a instanceof RawJson && b instanceof RawJson && a.text === b.text,
  maxBodySize: (field) => maxSizeOf(field),

  validate(field, value) {
    if (value === null) return field.required ? REQUIRED : undefined;
    if (!(value instanceof RawJson)) return UNSUPPORTED_TYPE;
    const maxSize = maxSizeOf(field);
    if (Buffer.byteLength(value.text) > maxSize) {
      return problem(
        "validation_json_size_limit",
        `The maximum allowed JSON size is ${maxSize} bytes`,
        { maxSize },
      );
    }
    if (!isStrictJson(value))
      return problem("validation_invalid_json", "Must be a valid json value");
    return field.required && EMPTY_TEXTS.has(value.text.trim()) ? REQUIRED : undefined;
  },
  async validateSettings(field) {
    return settingsProblems(field, {
      maxSize: atLeast(field.maxSize, 0) ?? atMost(field.maxSize, MAX_SAFE_INTEGER),
    });
  },
};

/**
 * Texts are JSON when they look like it and are valid, else they are JSON strings; so `"5"` is a number, and
 * the text 5 must be sent as `"\"5\""`. It is also how a stored text is read, and a column that SQLite made a
 * number.
 */
function prepareJson(raw: unknown): RawJson | null {
  if (raw === null || raw === undefined || raw === SUBMITTED_NULL) return null;
  if (typeof raw === "number") return Number.isFinite(raw) ? new RawJson(jsonNumber(raw)) : null;
  if (typeof raw !== "string") return RawJson.from(raw) ?? null;
  if (raw === "null" || raw === "true" || raw === "false") return new RawJson(raw);
  const parsed = /^[-0-9"[{]/.test(raw) ? RawJson.parse(raw) : undefined;
  return parsed ?? new RawJson(JSON.stringify(raw));
}

function jsonNumber(value: number): string {
  return Object.is(value, -0) ? numberText(value) : JSON.stringify(value);
}

function maxSizeOf(field: JsonField): number {
  return field.maxSize > 0 ? field.maxSize : DEFAULT_MAX_SIZE;
}
