import type { RecordModel } from "pocketbase";
import { quoted } from "../quoted.ts";
import type { SortKey } from "./sort.ts";

const LONGEST_TEXT = 100;

/**
 * A filter for the rows behind a known one, so that the database need not count up to them. It holds for a sort
 * by one field with the id as tie-breaker, or by the id alone.
 *
 * @param keys `[field, id]` or `[id]`, as `parseSort` gives them
 * @returns undefined when it cannot be said: other sorts, values that are no short text or number
 */
export function behindFilter(keys: readonly SortKey[], row: RecordModel): string | undefined {
  const [first, last] = [keys[0], keys.at(-1)];
  if (!first || last?.name !== "id" || keys.length > 2) return undefined;
  const beyond = first.isDown ? "<" : ">";
  if (keys.length === 1) return `id${beyond}${quoted(row.id)}`;
  const value = literal(row[first.name]);
  if (value === undefined) return undefined;
  const { name } = first;
  const beyondId = `id${last.isDown ? "<" : ">"}${quoted(row.id)}`;
  // The first part lets an index of the field find the place.
  return `${name}${beyond}=${value}&&(${name}${beyond}${value}||${beyondId})`;
}

function literal(value: unknown): string | undefined {
  if (typeof value === "number")
    return /^-?\d+(\.\d+)?$/.test(String(value)) ? `${value}` : undefined;
  if (typeof value !== "string" || value === "" || value.length > LONGEST_TEXT) return undefined;
  return /[\0-\u001f]/.test(value) ? undefined : quoted(value);
}
