import { TEXT_COLUMN } from "../db/dialect/columns.ts";
import { dateTime, toDate } from "../lib/date.ts";
import { type ErrorLeaf, problem } from "../lib/errors.ts";
import { REQUIRED, UNSUPPORTED_TYPE } from "../lib/rules.ts";
import type { Field, FieldType } from "./field.ts";
import { DATE_OPTION, describeOptions, FLAG_OPTION, TEXT_OPTION } from "./options.ts";
import { settingsProblems } from "./settings.ts";

interface DateField extends Field {
  min: string;
  max: string;
  required: boolean;
}

/** An instant in UTC as `YYYY-MM-DD HH:MM:SS.mmmZ`; `""` for none and for what cannot be read as a date. */
export const date: FieldType<DateField> = {
  type: "date",
  ...describeOptions({
    help: TEXT_OPTION,
    max: DATE_OPTION,
    min: DATE_OPTION,
    required: FLAG_OPTION,
  }),
  filterKind: "plain",
  isList: false,

  column: () => TEXT_COLUMN,
  zero: () => "",
  prepare: (_, raw) => toDate(raw),

  validate(field, value) {
    if (typeof value !== "string") return UNSUPPORTED_TYPE;
    if (value === "") return field.required ? REQUIRED : undefined;
    return checkRange(field, dateTime(value));
  },
  // A range the wrong way round is accepted, as PocketBase does: nothing then passes.
  validateSettings: async (field) => settingsProblems(field),
};

function checkRange({ min, max }: DateField, time: number): ErrorLeaf | undefined {
  if (min !== "" && time < dateTime(min)) {
    return problem(
      "validation_min_greater_equal_than_required",
      `Must be no less than ${shownTime(min)}`,
      {
        threshold: toRfc3339(min),
      },
    );
  }
  if (max !== "" && time > dateTime(max)) {
    return problem(
      "validation_max_less_equal_than_required",
      `Must be no greater than ${shownTime(max)}`,
      {
        threshold: toRfc3339(max),
      },
    );
  }
  return undefined;
}

/** As Go prints a time: no trailing zeros in the fraction. */
function shownTime(text: string): string {
  return `${withoutTrailingZeros(text)} +0000 UTC`;
}

function toRfc3339(text: string): string {
  return `${withoutTrailingZeros(text).replace(" ", "T")}Z`;
}

function withoutTrailingZeros(text: string): string {
  return text.slice(0, -1).replace(/\.?0+$/, "");
}
