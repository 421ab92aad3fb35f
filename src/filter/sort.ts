import { order, RANDOM } from "../db/dialect/filter.ts";
import type { Fragment } from "../db/dialect/fragment.ts";
import type { Resolver } from "./compile.ts";
import { FilterError } from "./errors.ts";

export interface SortKey {
  readonly name: string;
  readonly direction: "ASC" | "DESC";
}

/** Splits `-created,+title,name`; names are checked only when they are compiled. */
export function parseSort(text: string): SortKey[] {
  return text.split(",").map((part) => {
    const key = part.replace(BLANK_ENDS, "");
    if (key.startsWith("-")) return { name: key.slice(1), direction: "DESC" };
    return { name: key.startsWith("+") ? key.slice(1) : key, direction: "ASC" };
  });
}

const MAX_KEYS = 8;
const MAX_KEY_BYTES = 255;

/**
 * Compiles a sort text; an empty one sorts by nothing. Names that stand for bound values cannot be sorted by.
 *
 * @param rowId the table's row id, `undefined` where it has none
 * @throws FilterError
 */
export function compileSort(
  text: string,
  resolver: Resolver,
  rowId: Fragment | undefined,
): Fragment[] {
  if (text === "") return [];
  const keys = parseSort(text);
  if (keys.length > MAX_KEYS) throw new FilterError("max sort expressions limit reached");
  return keys.map((key) => compileKey(key, resolver, rowId));
}

function compileKey(key: SortKey, resolver: Resolver, rowId: Fragment | undefined): Fragment {
  if (Buffer.byteLength(key.name) > MAX_KEY_BYTES) {
    throw new FilterError("max sort field length limit reached");
  }
  if (key.name === "@random") return RANDOM;
  if (key.name === "@rowid") {
    if (!rowId) throw invalid(key);
    return order(rowId, key.direction);
  }
  try {
    const operand = resolver.resolve(key.name);
    if (operand.parameters.length > 0 || operand.word === "null") throw invalid(key);
    return order(operand.value, key.direction);
  } catch (error) {
    throw error instanceof FilterError ? invalid(key) : error;
  }
}

/** White space as Go's strings.TrimSpace knows it. */
const BLANK_ENDS = /^[\t\n\v\f\r \u0085\p{Z}]+|[\t\n\v\f\r \u0085\p{Z}]+$/gu;

function invalid(key: SortKey): FilterError {
  return new FilterError(`invalid sort field ${JSON.stringify(key.name)}`);
}
