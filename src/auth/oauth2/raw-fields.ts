/*
 * Reads a provider's answer. A value that is missing or null is empty; one of another type than the
 * provider's documentation says is an error: guessing would mean to guess who somebody is.
 */

/** @throws Error for anything but a text */
export function text(raw: unknown, ...path: readonly (string | number)[]): string {
  const value = at(raw, path) ?? "";
  if (typeof value !== "string") throw unexpected(path, "a text");
  return value;
}

/** A numeric id as text; `""` when it is missing. @throws Error for anything but a whole number */
export function integerText(raw: unknown, ...path: readonly (string | number)[]): string {
  const value = at(raw, path) ?? 0;
  if (typeof value !== "number" || !Number.isSafeInteger(value))
    throw unexpected(path, "a whole number");
  return value === 0 ? "" : String(value);
}

/** @throws Error for anything but a boolean */
export function flag(raw: unknown, ...path: readonly (string | number)[]): boolean {
  const value = at(raw, path) ?? false;
  if (typeof value !== "boolean") throw unexpected(path, "a boolean");
  return value;
}

/** @throws Error for anything but a list */
export function list(raw: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const value = at(raw, path) ?? [];
  if (!Array.isArray(value)) throw unexpected(path, "a list");
  return value;
}

function at(raw: unknown, path: readonly (string | number)[]): unknown {
  let value = raw;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Object.hasOwn(value, key)
      ? (value as Record<string | number, unknown>)[key]
      : undefined;
  }
  return value;
}

function unexpected(path: readonly (string | number)[], what: string): Error {
  return new Error(`the provider's answer has no ${what} at ${path.join(".") || "its top"}`);
}
