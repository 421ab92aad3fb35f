import { domainToASCII } from "node:url";
import { type Check, atLeast, atMost, checkObject, length } from "../../lib/checks.ts";
import { type ErrorTree, problem, ValidationError } from "../../lib/errors.ts";

/** What a collection has switched on of the additions to PocketBase's auth; everything is off by default. */
export interface AuthExtraOptions {
  readonly apiKeys: {
    readonly enabled: boolean;
    /** Longest life of a key in days. */
    readonly maxDays: number;
  };
  readonly totp: {
    readonly enabled: boolean;
    /** Shown by authenticator apps; the application's name when empty. */
    readonly issuer: string;
  };
  readonly recoveryCodes: { readonly enabled: boolean };
  readonly anonymous: {
    readonly enabled: boolean;
    /** Days without a sign-in or refresh after which an account that never became a real one is deleted. */
    readonly days: number;
  };
  readonly passkeys: {
    readonly enabled: boolean;
    /** The domain that passkeys are made for; the host of the application's URL when empty. */
    readonly rpId: string;
    /** Pages that may use them; the application's URL when empty. */
    readonly origins: readonly string[];
  };
}

export type AuthExtra = keyof AuthExtraOptions;

export const NO_EXTRAS: AuthExtraOptions = {
  apiKeys: { enabled: false, maxDays: 365 },
  totp: { enabled: false, issuer: "" },
  recoveryCodes: { enabled: false },
  anonymous: { enabled: false, days: 30 },
  passkeys: { enabled: false, rpId: "", origins: [] },
};

/** True when every addition is off. */
export function isAllOff(options: AuthExtraOptions): boolean {
  return Object.values(options).every(({ enabled }) => !enabled);
}

/**
 * The options after a change as a client sends it: a tree with only what changes.
 *
 * @throws ValidationError for names that do not exist and values that do not fit
 */
export function changeOptions(
  present: AuthExtraOptions,
  change: Readonly<Record<string, unknown>>,
): AuthExtraOptions {
  const errors: ErrorTree = {};
  const next: Record<string, unknown> = { ...present };
  for (const [name, value] of Object.entries(change)) {
    if (!isExtra(name)) errors[name] = UNKNOWN;
    else if (!isObject(value)) errors[name] = WRONG_TYPE;
    else {
      const wrong = checkSection(present[name], value, CHECKS[name]);
      if (Object.keys(wrong).length > 0) errors[name] = wrong;
      else next[name] = { ...present[name], ...value };
    }
  }
  if (Object.keys(errors).length > 0) throw new ValidationError(errors);
  return next as unknown as AuthExtraOptions;
}

/** Stored options with the defaults of what they do not say. */
export function readOptions(text: string): AuthExtraOptions {
  const stored = JSON.parse(text) as Partial<AuthExtraOptions>;
  return {
    apiKeys: { ...NO_EXTRAS.apiKeys, ...stored.apiKeys },
    totp: { ...NO_EXTRAS.totp, ...stored.totp },
    recoveryCodes: { ...NO_EXTRAS.recoveryCodes, ...stored.recoveryCodes },
    anonymous: { ...NO_EXTRAS.anonymous, ...stored.anonymous },
    passkeys: { ...NO_EXTRAS.passkeys, ...stored.passkeys },
  };
}

const UNKNOWN = problem("validation_unknown_key", "There is no such option");
const WRONG_TYPE = problem("validation_invalid_type", "The value is of a wrong type");

const MAX_DAYS = 3650;
const MAX_ORIGINS = 20;

/** A zero would pass the other checks. */
const days: readonly Check[] = [
  (value) =>
    Number.isInteger(value)
      ? undefined
      : problem("validation_not_an_integer", "Must be a whole number"),
  (value) => (value === 0 ? problem("validation_required", "Cannot be blank") : undefined),
  atLeast(1),
  atMost(MAX_DAYS),
];

const domain: Check = (value) =>
  value === "" || isDomain(String(value))
    ? undefined
    : problem("validation_is_domain", "Must be a domain without scheme and port");

const origins: Check = (value) =>
  isTextList(value) && value.length <= MAX_ORIGINS && value.every(isOrigin)
    ? undefined
    : problem("validation_is_origin", "Must be a list of origins like https://example.com");

const CHECKS: Readonly<Record<AuthExtra, Readonly<Record<string, readonly Check[]>>>> = {
  apiKeys: { maxDays: days },
  totp: { issuer: [length(0, 100), withoutColon] },
  recoveryCodes: {},
  anonymous: { days },
  passkeys: { rpId: [length(0, 253), domain], origins: [origins] },
};

function checkSection(
  present: object,
  change: Readonly<Record<string, unknown>>,
  checks: Readonly<Record<string, readonly Check[]>>,
): ErrorTree {
  const errors: ErrorTree = {};
  const before = present as Readonly<Record<string, unknown>>;
  for (const [name, value] of Object.entries(change)) {
    if (!Object.hasOwn(before, name)) errors[name] = UNKNOWN;
    else if (typeof value !== typeof before[name] || value === null) errors[name] = WRONG_TYPE;
    else Object.assign(errors, checkObject({ [name]: value }, { [name]: checks[name] ?? [] }));
  }
  return errors;
}

/** It separates the issuer from the account in the label that apps read. */
function withoutColon(value: unknown): ReturnType<Check> {
  return String(value).includes(":")
    ? problem("validation_match_invalid", "Must not contain a colon")
    : undefined;
}

function isExtra(name: string): name is AuthExtra {
  return Object.hasOwn(NO_EXTRAS, name);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isDomain(text: string): boolean {
  return domainToASCII(text) === text && /^[a-z0-9.-]+$/.test(text);
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
    ? new URL(text).origin === text
    : false;
}
