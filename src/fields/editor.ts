import { TEXT_COLUMN } from "../db/dialect/columns.ts";
import { toText } from "../lib/cast.ts";
import { problem } from "../lib/errors.ts";
import { atLeast, atMost, REQUIRED, UNSUPPORTED_TYPE } from "../lib/rules.ts";
import type { Field, FieldType } from "./field.ts";
import { describeOptions, FLAG_OPTION, INTEGER_OPTION, TEXT_OPTION } from "./options.ts";
import { MAX_SAFE_INTEGER, settingsProblems } from "./settings.ts";

interface EditorField extends Field {
  /** Bytes; 0 for the default. */
  maxSize: number;
  required: boolean;
}

/** Bytes of UTF-8. */
const DEFAULT_MAX_SIZE = 5 * 1024 * 1024;

/** Rich text, kept as it was sent. */
export const editor: FieldType<EditorField> = {
  type: "editor",
  ...describeOptions({
    convertURLs: FLAG_OPTION,
    help: TEXT_OPTION,
    maxSize: INTEGER_OPTION,
    required: FLAG_OPTION,
  }),
  filterKind: "plain",
  isList: false,

  column: () => TEXT_COLUMN,
  zero: () => "",
  prepare: (_, raw) => toText(raw),
  maxBodySize: (field) => maxSizeOf(field),

  validate(field, value) {
    if (typeof value !== "string") return UNSUPPORTED_TYPE;
    if (field.required && value === "") return REQUIRED;
    const maxSize = maxSizeOf(field);
    if (Buffer.byteLength(value) <= maxSize) return undefined;
    return problem(
      "validation_content_size_limit",
      `The maximum allowed content size is ${maxSize} bytes`,
      { maxSize },
    );
  },
  async validateSettings(field) {
    return settingsProblems(field, {
      maxSize: atLeast(field.maxSize, 0) ?? atMost(field.maxSize, MAX_SAFE_INTEGER),
    });
  },
};

function maxSizeOf(field: EditorField): number {
  return field.maxSize > 0 ? field.maxSize : DEFAULT_MAX_SIZE;
}
