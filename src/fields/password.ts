import { TEXT_COLUMN } from "../db/dialect/columns.ts";
import { toText } from "../lib/cast.ts";
import { type ErrorLeaf, problem } from "../lib/errors.ts";
import { goRegExp, goRegExpProblem } from "../lib/go-regexp.ts";
import {
  DEFAULT_COST,
  fitsBcrypt,
  hashPassword,
  MAX_COST,
  MIN_COST,
  verifyPassword,
} from "../lib/password.ts";
import { atLeast, atMost, INVALID_VALUE, REQUIRED, UNSUPPORTED_TYPE } from "../lib/rules.ts";
import type { Field, FieldType, InterceptAction } from "./field.ts";
import { describeOptions, FLAG_OPTION, INTEGER_OPTION, TEXT_OPTION } from "./options.ts";
import { settingsProblems } from "./settings.ts";

interface PasswordField extends Field {
  pattern: string;
  /** Characters. */
  min: number;
  max: number;
  /** bcrypt's; 0 for the default. */
  cost: number;
  required: boolean;
}

/**
 * A password on its way: the hash that is stored, and until it was saved also the text that was typed. A
 * typed one has no hash until `settle` made it.
 */
export class PasswordValue {
  readonly plain: string;
  #hash: string;
  #settling: Promise<void> | undefined;

  private constructor(plain: string, hash: string) {
    this.plain = plain;
    this.#hash = hash;
  }

  static fromHash(hash: string): PasswordValue {
    return new PasswordValue("", hash);
  }

  static fromPlain(plain: string): PasswordValue {
    return new PasswordValue(plain, "");
  }

  /** `""` when there is no password, or no hash yet. */
  get hash(): string {
    return this.#hash;
  }

  get isEmpty(): boolean {
    return this.plain === "" && this.#hash === "";
  }

  /** Typed but not hashed. */
  get isPending(): boolean {
    return this.plain !== "" && this.#hash === "";
  }

  /** Makes the hash of a typed password, once. */
  settle(cost: number): Promise<void> {
    if (!this.isPending) return Promise.resolve();
    this.#settling ??= hashPassword(this.plain, cost).then((hash) => {
      this.#hash = hash;
    });
    return this.#settling;
  }

  /** Whether it is this password. */
  async matches(plain: string): Promise<boolean> {
    return this.isPending ? plain === this.plain : verifyPassword(plain, this.#hash);
  }

  withoutPlain(): PasswordValue {
    return PasswordValue.fromHash(this.#hash);
  }

  /** What was typed, as PocketBase's `record.get("password")` gives it; `""` once it was saved. */
  toString(): string {
    return this.plain;
  }

  toJSON(): string {
    return "";
  }
}

const DEFAULT_MAX = 71;

/**
 * Stands in a row for a hash that is not made yet (the candidate that create rules look at): not empty, and
 * no password matches it.
 */
const PENDING_HASH = "*";

/** A bcrypt hash; reads as `""` everywhere outside the server. */
export const password: FieldType<PasswordField> = {
  type: "password",
  ...describeOptions({
    cost: INTEGER_OPTION,
    help: TEXT_OPTION,
    max: INTEGER_OPTION,
    min: INTEGER_OPTION,
    pattern: TEXT_OPTION,
    required: FLAG_OPTION,
  }),
  filterKind: "plain",
  isList: false,
  isSecret: true,

  column: () => TEXT_COLUMN,
  zero: () => PasswordValue.fromHash(""),
  prepare: (_, raw) => (raw instanceof PasswordValue ? raw : PasswordValue.fromHash(toText(raw))),
  assign: (_, __, raw) =>
    raw instanceof PasswordValue ? raw : PasswordValue.fromPlain(toText(raw)),
  toDatabase: (_, value) =>
    isPassword(value) ? (value.isPending ? PENDING_HASH : value.hash) : "",
  toJson: () => "",
  toBody: (_, value) => (isPassword(value) ? value.plain : ""),
  equals: (a, b) =>
    isPassword(a) &&
    isPassword(b) &&
    a.hash === b.hash &&
    a.isPending === b.isPending &&
    (!a.isPending || a.plain === b.plain),

  settle: async (field, value) => {
    if (isPassword(value) && fitsBcrypt(value.plain)) await value.settle(costOf(field));
  },
  derive(field, key, value) {
    return key === `${field.name}:hash`
      ? { value: isPassword(value) ? value.hash : "" }
      : undefined;
  },

  validate(field, value) {
    if (!isPassword(value)) return UNSUPPORTED_TYPE;
    if (!fitsBcrypt(value.plain)) return INVALID_VALUE;
    if (field.required && value.isEmpty) return REQUIRED;
    return value.plain === "" ? undefined : checkPlain(field, value.plain);
  },

  async validateSettings(field) {
    return settingsProblems(field, {
      min: atLeast(field.min, 1) ?? atMost(field.min, DEFAULT_MAX),
      max: atLeast(field.max, field.min) ?? atMost(field.max, DEFAULT_MAX),
      cost: atLeast(field.cost, MIN_COST) ?? atMost(field.cost, MAX_COST),
      pattern: goRegExpProblem(field.pattern),
    });
  },

  intercepts: (_, action) => INTERCEPTED.has(action),
  async intercept(field, action, { record }, next) {
    const value = record.get(field.name);
    if (isPassword(value)) {
      if (action === "createExecute" || action === "updateExecute")
        await value.settle(costOf(field));
      if (action === "afterCreate" || action === "afterUpdate")
        record.setRaw(field.name, value.withoutPlain());
    }
    await next();
  },
};

const INTERCEPTED: ReadonlySet<InterceptAction> = new Set([
  "createExecute",
  "updateExecute",
  "afterCreate",
  "afterUpdate",
]);

function isPassword(value: unknown): value is PasswordValue {
  return value instanceof PasswordValue;
}

function costOf(field: PasswordField): number {
  return field.cost > 0 ? field.cost : DEFAULT_COST;
}

/** Lengths are in characters; the numbers stand in the message only. */
function checkPlain(field: PasswordField, plain: string): ErrorLeaf | undefined {
  const length = [...plain].length;
  if (length < field.min)
    return problem("validation_min_text_constraint", `Must be at least ${field.min} character(s)`);
  const max = field.max > 0 ? field.max : DEFAULT_MAX;
  if (length > max)
    return problem("validation_max_text_constraint", `Must be less than ${max} character(s)`);
  if (field.pattern === "" || goRegExp(field.pattern).test(plain)) return undefined;
  return problem("validation_invalid_format", "Invalid value format");
}
