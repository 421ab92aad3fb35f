import { parseStrictJson } from "../lib/json.ts";
import { parsePairs } from "./query.ts";

/** Form values by name, in the order they were sent. */
export type FormValues = Map<string, string[]>;

/** Reads `application/x-www-form-urlencoded`. @throws SyntaxError for a malformed pair */
export function parseUrlEncoded(text: string): FormValues {
  const values: FormValues = new Map();
  for (const pair of parsePairs(text)) {
    if (pair === undefined) throw new SyntaxError("malformed form value");
    addValue(values, pair[0], pair[1]);
  }
  return values;
}

export function addValue(values: FormValues, name: string, value: string): void {
  const list = values.get(name);
  if (list === undefined) values.set(name, [value]);
  else list.push(value);
}

/** Values under this key are JSON objects that are laid over the rest without inference. */
const JSON_PAYLOAD_KEY = "@jsonPayload";

/**
 * Makes the body map of form values: one value stays single, several become a list, each inferred; then the
 * JSON payloads are merged in (PocketBase: router.UnmarshalRequestData).
 *
 * @throws SyntaxError for a payload that is no JSON object
 */
export function bindForm(values: FormValues): Record<string, unknown> {
  const entries: [string, unknown][] = [];
  for (const [name, list] of values) {
    if (name === JSON_PAYLOAD_KEY) continue;
    entries.push([name, list.length === 1 ? inferValue(list[0]!) : list.map(inferValue)]);
  }
  for (const payload of values.get(JSON_PAYLOAD_KEY) ?? []) {
    const laid = parseStrictJson(payload);
    // As in Go, which reads null into the map itself: nothing of what came before is left.
    if (laid === null) entries.length = 0;
    entries.push(...Object.entries(toObject(laid)));
  }
  return Object.fromEntries(entries);
}

/** @throws SyntaxError for anything but an object; null counts as an empty one */
export function toObject(value: unknown): Record<string, unknown> {
  if (value === null) return {};
  if (typeof value !== "object" || Array.isArray(value)) throw new SyntaxError("not a JSON object");
  return value as Record<string, unknown>;
}

/**
 * Gives a form value the type it looks like: `true` and `false`, and numbers written in their shortest
 * decimal form; everything else stays text (`007`, `1.0`, `1e3`, the empty text).
 */
export function inferValue(text: string): string | number | boolean {
  if (text === "true") return true;
  if (text === "false") return false;
  if (!/^(?:-|\d)[-.\d]*$/.test(text)) return text;
  const number = Number(text);
  return Number.isFinite(number) && shortestDecimal(number) === text ? number : text;
}

/** The shortest decimal digits that read back as the same number, never with an exponent. */
function shortestDecimal(number: number): string {
  const text = Object.is(number, -0) ? "-0" : String(number);
  const [, sign = "", whole = "", fraction = "", exponent] =
    /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text) ?? [];
  if (exponent === undefined) return text;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return `${sign}${digits.padEnd(point, "0")}`;
}
