import { NUMBER_COLUMN } from "../db/dialect/columns.ts";
import { numberText, toNumber } from "../lib/cast.ts";
import { type ErrorLeaf, problem } from "../lib/errors.ts";
import { REQUIRED, UNSUPPORTED_TYPE } from "../lib/rules.ts";
import type { Field, FieldType } from "./field.ts";
import { describeOptions, FLAG_OPTION, OPTIONAL_NUMBER_OPTION, TEXT_OPTION } from "./options.ts";
import { settingsProblems } from "./settings.ts";

interface NumberField extends Field {
  min: number | null;
  max: number | null;
  onlyInt: boolean;
  required: boolean;
}

/** A double. Zero counts as "not given": it fails `required` and no other check looks at it. */
export const number: FieldType<NumberField> = {
  type: "number",
  ...describeOptions({
    help: TEXT_OPTION,
    max: OPTIONAL_NUMBER_OPTION,
    min: OPTIONAL_NUMBER_OPTION,
    onlyInt: FLAG_OPTION,
    required: FLAG_OPTION,
  }),
  filterKind: "plain",
  isList: false,

  column: () => NUMBER_COLUMN,
  zero: () => 0,
  prepare: (_, raw) => toNumber(raw),

  modify(field, key, current, raw) {
    if (key === `${field.name}+`) return { value: toNumber(current) + toNumber(raw) };
    if (key === `${field.name}-`) return { value: toNumber(current) - toNumber(raw) };
    return undefined;
  },

  validate(field, value) {
    if (typeof value !== "number") return UNSUPPORTED_TYPE;
    if (!Number.isFinite(value)) return NOT_A_NUMBER;
    if (value === 0) return field.required ? REQUIRED : undefined;
    if (field.onlyInt && !isInteger(value)) return ONLY_INTEGERS;
    if (field.min !== null && value < field.min) return tooSmall(field.min);
    if (field.max !== null && value > field.max) return tooLarge(field.max);
    return undefined;
  },

  async validateSettings(field) {
    const { min, max } = field;
    return settingsProblems(field, {
      min: checkInteger(field, min),
      max:
        checkInteger(field, max) ??
        (min !== null && max !== null && max < min ? tooSmall(min) : undefined),
    });
  },
};

const NOT_A_NUMBER = problem(
  "validation_not_a_number",
  "The submitted number is not properly formatted",
);
const ONLY_INTEGERS = problem("validation_only_int_constraint", "Decimal numbers are not allowed");

function tooSmall(min: number): ErrorLeaf {
  return problem(
    "validation_min_number_constraint",
    `Must be greater or equal than ${shownNumber(min)}`,
    { min },
  );
}

function tooLarge(max: number): ErrorLeaf {
  return problem(
    "validation_max_number_constraint",
    `Must be less or equal than ${shownNumber(max)}`,
    { max },
  );
}

function checkInteger(field: NumberField, limit: number | null): ErrorLeaf | undefined {
  return field.onlyInt && limit !== null && !isInteger(limit) ? ONLY_INTEGERS : undefined;
}

/** What a 64-bit integer holds, as Go converts there and back. */
function isInteger(value: number): boolean {
  return Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63;
}

/** As Go prints a double: an exponent from 1e+21 on. */
function shownNumber(value: number): string {
  const magnitude = Math.abs(value);
  return magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e21)
    ? value.toExponential().replace(/e([+-])(\d)$/, "e$10$2")
    : numberText(value);
}
