import { type ErrorLeaf, problem } from "./errors.ts";

/*
 * PocketBase's generic rules (ozzo-validation) with its codes, messages and parameters. All but `required`
 * and `equal` accept the zero value silently.
 */

type Check = ErrorLeaf | undefined;

export const REQUIRED = problem("validation_required", "Cannot be blank");
export const MUST_BE_BLANK = problem("validation_empty", "Must be blank");
export const UNSUPPORTED_TYPE = problem(
  "validation_unsupported_value_type",
  "Invalid or unsupported value type",
);
/** What a problem without a code of its own becomes. */
export const INVALID_VALUE = problem("validation_invalid_value", "Invalid value");

/** Refuses `""`, 0, false, null and an empty list. */
export function required(value: unknown): Check {
  return isZero(value) ? REQUIRED : undefined;
}

/** Refuses everything that `required` accepts. */
export function empty(value: unknown): Check {
  return isZero(value) ? undefined : MUST_BE_BLANK;
}

/**
 * @param min in bytes of UTF-8
 * @param max the same; 0 for no limit
 */
export function length(text: string, min: number, max: number): Check {
  const bytes = Buffer.byteLength(text);
  if (text === "" || (bytes >= min && (max === 0 || bytes <= max))) return undefined;
  const [code, message] = lengthProblem(min, max);
  return problem(code, message, { max, min });
}

function lengthProblem(min: number, max: number): [code: string, message: string] {
  if (min === 0) {
    return ["validation_length_too_long", `The length must be no more than ${max}`];
  }
  if (max === 0) {
    return ["validation_length_too_short", `The length must be no less than ${min}`];
  }
  if (min === max) return ["validation_length_invalid", `The length must be exactly ${min}`];
  return ["validation_length_out_of_range", `The length must be between ${min} and ${max}`];
}

export function matches(text: string, pattern: RegExp): Check {
  return text === "" || pattern.test(text)
    ? undefined
    : problem("validation_match_invalid", "Must be in a valid format");
}

export function notIn(value: string, list: readonly string[]): Check {
  return list.includes(value)
    ? problem("validation_not_in_invalid", "Must not be in list")
    : undefined;
}

export function atLeast(value: number, threshold: number): Check {
  if (value === 0 || value >= threshold) return undefined;
  return problem(
    "validation_min_greater_equal_than_required",
    `Must be no less than ${threshold}`,
    { threshold },
  );
}

export function atMost(value: number, threshold: number): Check {
  if (value === 0 || value <= threshold) return undefined;
  return problem(
    "validation_max_less_equal_than_required",
    `Must be no greater than ${threshold}`,
    { threshold },
  );
}

export function equal(value: unknown, other: unknown): Check {
  return value === other ? undefined : problem("validation_values_mismatch", "Values don't match");
}

/** The zero value of its kind: what every rule but `required` and `equal` lets pass. */
export function isZero(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === "" || value === 0 || value === false || value === null || value === undefined;
}
