import { isIP } from "node:net";
import { type ErrorLeaf, type ErrorTree, problem } from "./errors.ts";

/**
 * Checks of single values with PocketBase's (ozzo-validation's) codes and messages. Each returns a problem or
 * `undefined`; all but `required` and `equals` let the zero value pass.
 */
export type Check = (value: unknown) => ErrorLeaf | ErrorTree | undefined;

export const required: Check = (value) => (isZero(value) ? problem("validation_required", "Cannot be blank.") : undefined);

/** Length in UTF-8 bytes, as PocketBase counts it here. */
export function length(min: number, max: number): Check {
  return (value) => {
    if (isZero(value)) return undefined;
    const size = Array.isArray(value) ? value.length : Buffer.byteLength(String(value));
    if (size >= min && (max === 0 || size <= max)) return undefined;
    if (min === 0) return problem("validation_length_too_long", `The length must be no more than ${max}.`, { max, min });
    if (max === 0) return problem("validation_length_too_short", `The length must be no less than ${min}.`, { max, min });
    if (min === max) return problem("validation_length_invalid", `The length must be exactly ${min}.`, { max, min });
    return problem("validation_length_out_of_range", `The length must be between ${min} and ${max}.`, { max, min });
  };
}

export function atLeast(threshold: number): Check {
  return (value) =>
    isZero(value) || Number(value) >= threshold
      ? undefined
      : problem("validation_min_greater_equal_than_required", `Must be no less than ${threshold}.`, { threshold });
}

export function atMost(threshold: number): Check {
  return (value) =>
    isZero(value) || Number(value) <= threshold
      ? undefined
      : problem("validation_max_less_equal_than_required", `Must be no greater than ${threshold}.`, { threshold });
}

export function oneOf(allowed: readonly unknown[]): Check {
  return (value) =>
    isZero(value) || allowed.includes(value) ? undefined : problem("validation_in_invalid", "Must be a valid value.");
}

export function matches(pattern: RegExp): Check {
  return satisfies((text) => pattern.test(text), "validation_match_invalid", "Must be in a valid format.");
}

export function equals(expected: unknown): Check {
  return (value) => (value === expected ? undefined : problem("validation_values_mismatch", "Values don't match."));
}

/** A check of non-empty texts by a predicate. */
export function satisfies(test: (text: string) => boolean, code: string, message: string): Check {
  return (value) => (isZero(value) || test(String(value)) ? undefined : problem(code, message));
}

/** The code is misspelt on the wire. */
export const ipOrSubnet: Check = satisfies(isIpOrSubnet, "validation_invlaid_ip_or_subnet", "Invalid IP or CIDR subnet.");

export const hexColor: Check = satisfies(
  (text) => /^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/.test(text),
  "validation_is_hex_color",
  "Must be a valid hexadecimal color code.",
);

export const host: Check = satisfies(isHost, "validation_is_host", "Must be a valid IP address or DNS name.");

/** Applies checks to every element; problems are keyed by index. */
export function each(...checks: readonly Check[]): Check {
  return (value) => {
    const errors: ErrorTree = {};
    (Array.isArray(value) ? value : []).forEach((item, index) => {
      const error = firstProblem(item, checks);
      if (error) errors[index] = error;
    });
    return Object.keys(errors).length > 0 ? errors : undefined;
  };
}

/** The first problem that the checks, tried in order, find. */
export function firstProblem(value: unknown, checks: readonly Check[]): ErrorLeaf | ErrorTree | undefined {
  for (const check of checks) {
    const error = check(value);
    if (error) return error;
  }
  return undefined;
}

/** Problems of an object's values by key; empty when there are none. */
export function checkObject(
  values: Readonly<Record<string, unknown>>,
  checks: Readonly<Record<string, readonly Check[]>>,
): ErrorTree {
  const errors: ErrorTree = {};
  for (const [key, list] of Object.entries(checks)) {
    const error = firstProblem(values[key], list);
    if (error) errors[key] = error;
  }
  return errors;
}

function isZero(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === "" ||
    value === 0 ||
    value === false ||
    (Array.isArray(value) && value.length === 0)
  );
}

function isIpOrSubnet(text: string): boolean {
  const [address = "", bits, ...rest] = text.split("/");
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  if (bits === undefined) return true;
  return /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
}

function isHost(text: string): boolean {
  return isIP(text) !== 0 || (text.length <= 255 && /^[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,62})(\.[a-zA-Z0-9_][a-zA-Z0-9_-]{0,62})*\.?$/.test(text));
}
