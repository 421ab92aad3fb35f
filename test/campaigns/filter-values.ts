/*
 * How SQLite compares values, as far as the campaign's values go: INTEGER is a bigint here, REAL a number,
 * TEXT a string. Written from SQLite's documentation of datatypes, not from the compiler.
 */

export type Sql = null | string | number | bigint;

/** What a column's declared type does to the values that it is compared with. */
export type Affinity = "text" | "numeric" | "none";

export interface Typed {
  readonly value: Sql;
  readonly affinity: Affinity;
}

/** TRUE, FALSE and unknown. */
export type Truth = boolean | null;

export function not(truth: Truth): Truth {
  return truth === null ? null : !truth;
}

export function and(truths: readonly Truth[]): Truth {
  if (truths.includes(false)) return false;
  return truths.includes(null) ? null : true;
}

export function or(truths: readonly Truth[]): Truth {
  if (truths.includes(true)) return true;
  return truths.includes(null) ? null : false;
}

export function textOf(value: Sql): string | null {
  if (typeof value === "number") return Number.isInteger(value) ? `${value}.0` : String(value);
  return value === null ? null : String(value);
}

/** Negative, zero or positive; `null` when either is NULL. */
export function order(left: Typed, right: Typed): number | null {
  const a = converted(left, right);
  const b = converted(right, left);
  if (a === null || b === null) return null;
  const [isTextA, isTextB] = [typeof a === "string", typeof b === "string"];
  // Numbers come before texts.
  if (isTextA !== isTextB) return isTextA ? 1 : -1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `=` that takes two NULLs as equal. */
export function is(left: Typed, right: Typed): boolean {
  if (left.value === null || right.value === null) return left.value === right.value;
  return order(left, right) === 0;
}

/** `LIKE … ESCAPE '\'`: `%` and `_`, without regard to the case of ASCII letters. */
export function like(value: Sql, pattern: string | null): Truth {
  const text = textOf(value);
  if (text === null || pattern === null) return null;
  let source = "";
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at]!;
    if (char === "\\") source += exactly(pattern[++at] ?? "");
    else if (char === "%") source += "[^]*";
    else source += char === "_" ? "[^]" : exactly(char);
  }
  return new RegExp(`^${source}$`).test(text);
}

function exactly(char: string): string {
  if (/[a-z]/i.test(char)) return `[${char.toLowerCase()}${char.toUpperCase()}]`;
  return char.replace(/[\\^$.*+?()[\]{}|/-]/, "\\$&");
}

function converted(own: Typed, other: Typed): Sql {
  if (own.affinity !== "numeric" && other.affinity === "numeric") return asNumber(own.value);
  if (own.affinity === "none" && other.affinity === "text") return textOf(own.value);
  return own.value;
}

function asNumber(value: Sql): Sql {
  return typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
}
