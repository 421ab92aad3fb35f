import type { PathOperand } from "./filter-texts.ts";
import {
  type Affinity,
  is,
  like,
  not,
  order,
  type Sql,
  textOf,
  type Truth,
  type Typed,
} from "./filter-values.ts";
import { isList, type WorldField, type WorldRow } from "./filter-world.ts";

/** One side of a comparison. */
export interface Side extends Typed {
  /** NULL and the empty text are the same unless it is "never"; "always" also for known values. */
  readonly coalesces: "usually" | "never" | "always";
  readonly isNullWord: boolean;
  readonly isTruthWord: boolean;
  /** The words TRUE and FALSE, for which `IS` asks whether the other side is true or false. */
  readonly isKeyword: boolean;
  /** For each bound value in it: whether it is empty. */
  readonly bound: readonly boolean[];
  /** As the pattern of a LIKE. */
  readonly pattern: string | null;
}

export function column(
  value: Sql,
  affinity: Affinity,
  coalesces: Side["coalesces"] = "usually",
): Side {
  const text = textOf(value);
  const pattern = text === null ? null : `%${text}%`;
  return {
    value,
    affinity,
    coalesces,
    isNullWord: false,
    isTruthWord: false,
    isKeyword: false,
    bound: [],
    pattern,
  };
}

/** A number is REAL, as all literals are. */
export function parameter(value: string | number | bigint): Side {
  const text = typeof value === "number" ? String(value) : String(value);
  const pattern = text.includes("%") ? text : `%${text.replaceAll(/[\\_]/g, "\\$&")}%`;
  return { ...column(value, "none"), bound: [value === ""], pattern };
}

export const NULL: Side = { ...column(null, "none"), isNullWord: true };

export const truthWord = (value: boolean): Side => ({
  ...column(value ? 1n : 0n, "none"),
  isTruthWord: true,
});

/** A side without what is known of it beyond its value: how values inside "all match" are compared. */
export const inner = (side: Side): Side => ({
  ...column(side.value, side.affinity, side.coalesces),
});

/** The single side beside several values. */
export const lonely = (side: Side): Side => ({ ...side, coalesces: "usually" });

export function formatted(format: string, time: Side): Side {
  const match = /^(\d{4})-(\d\d)-(\d\d) (\d\d)/.exec(textOf(time.value) ?? "");
  const [, year = "", month = "", day = "", hour = ""] = match ?? [];
  const parts: Readonly<Record<string, string>> = {
    "%Y": year,
    "%m": month,
    "%d": day,
    "%H": hour,
  };
  const value = match ? format.replaceAll(/%./g, (part) => parts[part]!) : null;
  return { ...column(value, "none", "always"), bound: [false], pattern: value };
}

const NUMERIC: ReadonlySet<string> = new Set(["number", "bool", "selects", "relations"]);

export function fieldSide(
  row: WorldRow | null,
  field: WorldField,
  { modifier, inside }: PathOperand,
): Side {
  const stored = row === null ? null : row[field.name]!;
  if (field.kind === "json") return column(jsonValue(stored, inside), "none", "never");
  if (modifier === "length" && takesList(field)) return column(lengthOf(stored, field), "none");
  const value = typeof stored === "number" && Number.isInteger(stored) ? BigInt(stored) : stored;
  if (modifier === "lower") return column(lowered(textOf(value)), "none");
  return column(value, NUMERIC.has(field.kind) ? "numeric" : "text");
}

const lowered = (text: string | null) =>
  text && text.replaceAll(/[A-Z]/g, (char) => char.toLowerCase());

/** Selects and relations, whether they hold one value or several. */
const takesList = (field: WorldField) => /^(select|relation)s?$/.test(field.kind);

function lengthOf(stored: Sql, field: WorldField): bigint {
  if (!isList(field) || stored === null) return stored ? 1n : 0n;
  return BigInt((JSON.parse(String(stored)) as unknown[]).length);
}

function jsonValue(stored: Sql, inside: readonly string[]): Sql {
  if (stored === null) return null;
  const found = inside.reduce<unknown>(
    (value, key) => (value as Record<string, unknown> | null | undefined)?.[key],
    JSON.parse(String(stored)),
  );
  if (found === undefined || found === null) return null;
  if (typeof found === "boolean") return found ? 1n : 0n;
  if (typeof found === "number") return Number.isInteger(found) ? BigInt(found) : found;
  return typeof found === "string" ? found : JSON.stringify(found);
}

export function compareSides(left: Side, sign: string, right: Side): Truth {
  switch (sign) {
    case "=":
      return equal(left, right);
    case "!=":
      return not(equal(left, right, true));
    case "~":
      return like(left.value, right.pattern);
    case "!~":
      return not(like(left.value, right.pattern));
  }
  const places = order(left, right);
  if (places === null) return null;
  if (sign === ">") return places > 0;
  if (sign === ">=") return places >= 0;
  return sign === "<" ? places < 0 : places <= 0;
}

/**
 * Whether two sides are equal; with `nullSafe` a NULL equals only a NULL, and nothing stays unknown.
 */
function equal(left: Side, right: Side, nullSafe = false): Truth {
  const isSame = (a: Typed, b: Typed): boolean =>
    right.isKeyword ? isTruth(a.value, right) : is(a, b);
  const same = (a: Typed, b: Typed): Truth => {
    if (nullSafe) return isSame(a, b);
    const places = order(a, b);
    return places === null ? null : places === 0;
  };
  if (left.coalesces === "never" || right.coalesces === "never") return isSame(left, right);
  const [leftEmpty, rightEmpty] = [isEmpty(left), isEmpty(right)];
  if (leftEmpty && rightEmpty) return true;
  const [a, b] = [leftEmpty ? EMPTY : left, rightEmpty ? EMPTY : right];
  if (isFilled(left) || isFilled(right)) return same(a, b);
  if (leftEmpty) return right.value === null || order(EMPTY, right) === 0;
  if (rightEmpty) return left.value === null || order(left, EMPTY) === 0;
  return same(coalesced(left), coalesced(right));
}

/** `x IS TRUE` and `x IS FALSE`: texts count by the number that they begin with. */
function isTruth(value: Sql, word: Side): boolean {
  if (value === null) return false;
  const number = typeof value === "string" ? Number.parseFloat(value) || 0 : Number(value);
  return (number !== 0) === (word.value === 1n);
}

const EMPTY: Typed = { value: "", affinity: "none" };

const coalesced = (side: Side): Typed => ({ value: side.value ?? "", affinity: "none" });

const isEmpty = (side: Side) =>
  side.isNullWord || (side.coalesces === "usually" && side.bound.length === 1 && side.bound[0]!);

const isFilled = (side: Side) =>
  side.coalesces !== "always" &&
  (side.isTruthWord || (side.bound.length > 0 && !side.bound.includes(true)));
