import { toBool } from "./cast.ts";
import { excerpt } from "./picker-excerpt.ts";
import { Page } from "./page.ts";
import { splitTokens } from "./split-tokens.ts";

/**
 * Picks what a `fields` text names out of an answer (PocketBase: tools/picker): a comma list of dot paths,
 * `*` for all keys of a level, `:modifier(args)` after a path. Lists are picked from element by element,
 * pages from their items.
 *
 * @param data anything that `JSON.stringify` takes
 * @returns plain data with the keys in alphabetical order
 * @throws Error when the text is broken
 */
export function pickFields(data: unknown, fields: string): unknown {
  const paths = parseFields(fields);
  const plain: unknown = JSON.parse(JSON.stringify(data) ?? "null");
  if (!(data instanceof Page)) return pick(plain, paths);
  return isObject(plain) ? { ...plain, items: pick(plain["items"], paths) } : plain;
}

/** Changes a picked value. */
export type PickModifier = (value: unknown) => unknown;

/** The modifiers by name: each checks its arguments and gives the change. */
export const PICK_MODIFIERS: ReadonlyMap<string, (args: readonly string[]) => PickModifier> =
  new Map([["excerpt", excerptModifier]]);

type Paths = ReadonlyMap<string, PickModifier | undefined>;

function parseFields(text: string): Paths {
  const paths = new Map<string, PickModifier | undefined>();
  for (const field of splitTokens(text, { separators: "," })) {
    const colon = field.indexOf(":");
    if (colon < 0) paths.set(field, undefined);
    else paths.set(field.slice(0, colon), parseModifier(field.slice(colon + 1)));
  }
  return paths;
}

function parseModifier(text: string): PickModifier {
  const [name, ...args] = splitTokens(text, { separators: "(), ", ignoreBrackets: true });
  const modifier = name === undefined ? undefined : PICK_MODIFIERS.get(name);
  if (!modifier) throw new Error(`missing or invalid modifier ${JSON.stringify(text)}`);
  return modifier(args);
}

/** `excerpt(max, withEllipsis?)`: the beginning of the text of an HTML value. */
function excerptModifier(args: readonly string[]): PickModifier {
  if (args.length === 0 || args.length > 2) throw new Error("expected excerpt(max, withEllipsis?)");
  const max = wholeNumber(args[0]!);
  if (max <= 0) throw new Error("the max argument of excerpt must be > 0");
  const withEllipsis = toBool(args[1] ?? "");
  return (value) => (typeof value === "string" ? excerpt(value, max, withEllipsis) : value);
}

/** Go's cast of a text to an integer: decimals are cut, what is no number is 0. */
function wholeNumber(text: string): number {
  const match = /^([+-]?\d+)(?:\.\d*)?$/.exec(text);
  return match ? Number(match[1]) : 0;
}

function pick(data: unknown, paths: Paths): unknown {
  if (paths.size === 0) return data;
  if (isObject(data)) return pickKeys(data, paths);
  if (!Array.isArray(data) || !isObject(data[0])) return data;
  return data.map((item: unknown) => (isObject(item) ? pickKeys(item, paths) : item));
}

function pickKeys(data: Record<string, unknown>, paths: Paths): Record<string, unknown> {
  const picked: [string, unknown][] = [];
  for (const key of Object.keys(data).toSorted()) {
    const deeper = new Map<string, PickModifier | undefined>();
    for (const [path, modifier] of paths) {
      if (`${path}.`.startsWith(`${key}.`)) deeper.set(path.slice(key.length + 1), modifier);
    }
    if (deeper.size === 0 && paths.has("*")) deeper.set("", paths.get("*"));
    if (deeper.has("")) picked.push([key, modified(data[key], deeper.get(""))]);
    else if (deeper.size > 0) picked.push([key, pick(data[key], deeper)]);
  }
  return Object.fromEntries(picked);
}

function modified(value: unknown, modifier: PickModifier | undefined): unknown {
  return modifier ? modifier(value) : value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
