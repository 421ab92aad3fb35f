import { toUniqueTexts } from "../lib/cast.ts";
import { problem } from "../lib/errors.ts";
import { atLeast, atMost, REQUIRED, required } from "../lib/rules.ts";
import type { FieldType } from "./field.ts";
import {
  describeOptions,
  FLAG_OPTION,
  INTEGER_OPTION,
  TEXT_OPTION,
  TEXTS_OPTION,
} from "./options.ts";
import { settingsProblems } from "./settings.ts";
import {
  equalTexts,
  isMultiple,
  modifyTexts,
  prepareTexts,
  textListColumn,
  type TextListField,
  textsToDatabase,
  zeroTexts,
} from "./text-list.ts";

interface SelectField extends TextListField {
  values: string[];
  required: boolean;
}

/** One or several of a fixed list of values. */
export const select: FieldType<SelectField> = {
  type: "select",
  ...describeOptions({
    help: TEXT_OPTION,
    maxSelect: INTEGER_OPTION,
    required: FLAG_OPTION,
    values: TEXTS_OPTION,
  }),
  filterKind: "plain",
  isList: true,

  column: textListColumn,
  zero: zeroTexts,
  prepare: prepareTexts,
  toDatabase: textsToDatabase,
  equals: equalTexts,
  isMultiple,
  modify: modifyTexts,

  validate(field, value) {
    const chosen = toUniqueTexts(value);
    if (chosen.length === 0) return field.required ? REQUIRED : undefined;
    const maxSelect = Math.max(field.maxSelect, 1);
    if (chosen.length > maxSelect) {
      return problem("validation_too_many_values", `Select no more than ${maxSelect}`, {
        maxSelect,
      });
    }
    const invalid = chosen.find((text) => !field.values.includes(text));
    return invalid === undefined
      ? undefined
      : problem("validation_invalid_value", `Invalid value ${invalid}`, { value: invalid });
  },
  async validateSettings(field) {
    return settingsProblems(field, {
      values: required(field.values),
      maxSelect:
        atLeast(field.maxSelect, 0) ?? atMost(field.maxSelect, Math.max(field.values.length, 1)),
    });
  },
};
