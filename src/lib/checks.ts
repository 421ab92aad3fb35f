import { isIP } from "node:net";
import { type ErrorLeaf, type ErrorTree, problem } from "./errors.ts";
import * as rules from "./rules.ts";
import { isZero } from "./rules.ts";

/**
 * The rules of `rules.ts` and a few more as checks that can be listed for a key of an object. Each returns a
 * problem or `undefined`; all but `required` and `equals` let the zero value pass.
 */
export type Check = (value: unknown) => ErrorLeaf | ErrorTree | undefined;

export const required: Check = rules.required;

/** Length of a text in bytes of UTF-8; 0 as `max` for no limit. */
export function length(min: number, max: number): Check {
  return (value) => (isZero(value) ? undefined : rules.length(String(value), min, max));
}

export function atLeast(threshold: number): Check {
  return (value) => rules.atLeast(Number(value), threshold);
}

export function atMost(threshold: number): Check {
  return (value) => rules.atMost(Number(value), threshold);
}

export function oneOf(allowed: readonly unknown[]): Check {
  return (value) =>
    isZero(value) || allowed.includes(value)
      ? undefined
      : problem("validation_in_invalid", "Must be a valid value.");
}

export function matches(pattern: RegExp): Check {
  return (value) => (isZero(value) ? undefined : rules.matches(String(value), pattern));
}

export function equals(expected: unknown): Check {
  return (value) => rules.equal(value, expected);
}

/** A check of non-empty texts by a predicate. */
export function satisfies(test: (text: string) => boolean, code: string, message: string): Check {
  return (value) => (isZero(value) || test(String(value)) ? undefined : problem(code, message));
}

/** The code is misspelt on the wire. */
export const ipOrSubnet: Check = satisfies(
  isIpOrSubnet,
  "validation_invlaid_ip_or_subnet",
  "Invalid IP or CIDR subnet.",
);

export const hexColor: Check = satisfies(
  (text) => /^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/.test(text),
  "validation_is_hex_color",
  "Must be a valid hexadecimal color code.",
);

export const host: Check = satisfies(
  isHost,
  "validation_is_host",
  "Must be a valid IP address or DNS name.",
);

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
export function firstProblem(
  value: unknown,
  checks: readonly Check[],
): ErrorLeaf | ErrorTree | undefined {
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

function isIpOrSubnet(text: string): boolean {
  const [address = "", bits, ...rest] = text.split("/");
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  if (bits === undefined) return true;
  return /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
}

function isHost(text: string): boolean {
  return (
    isIP(text) !== 0 ||
    (text.length <= 255 &&
      /^[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,62})(\.[a-zA-Z0-9_][a-zA-Z0-9_-]{0,62})*\.?$/.test(text))
  );
}
