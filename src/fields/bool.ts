import { BOOLEAN_COLUMN } from "../db/dialect/columns.ts";
import { toBool } from "../lib/cast.ts";
import { required, UNSUPPORTED_TYPE } from "../lib/rules.ts";
import type { Field, FieldType } from "./field.ts";
import { describeOptions, FLAG_OPTION, TEXT_OPTION } from "./options.ts";
import { settingsProblems } from "./settings.ts";

interface BoolField extends Field {
  required: boolean;
}

/** True or false; when required, true only. */
export const bool: FieldType<BoolField> = {
  type: "bool",
  ...describeOptions({ help: TEXT_OPTION, required: FLAG_OPTION }),
  filterKind: "plain",
  isList: false,

  column: () => BOOLEAN_COLUMN,
  zero: () => false,
  prepare: (_, raw) => toBool(raw),

  validate(field, value) {
    if (typeof value !== "boolean") return UNSUPPORTED_TYPE;
    return field.required ? required(value) : undefined;
  },
  validateSettings: async (field) => settingsProblems(field),
};
