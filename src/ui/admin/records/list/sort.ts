/** One key of a sort: `-created` goes down. */
export interface SortKey {
  readonly name: string;
  readonly isDown: boolean;
}

/** The sort key of the API for the order in which rows were made; views have none. */
export const ROW_ORDER = "@rowid";

/** Reads `-created,id`. */
export function parseSort(sort: string): SortKey[] {
  return sort
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "" && part !== "-" && part !== "+")
    .map((part) => ({ name: part.replace(/^[+-]/, ""), isDown: part.startsWith("-") }));
}

/** Writes it. */
export function formatSort(keys: readonly SortKey[]): string {
  return keys.map(({ name, isDown }) => (isDown ? `-${name}` : name)).join(",");
}

/** The same rows from the last to the first. */
export function reverseSort(sort: string): string {
  return formatSort(parseSort(sort).map(({ name, isDown }) => ({ name, isDown: !isDown })));
}

/** What a press on the head of a column makes of the sort: down, then up, then as it was. */
export function nextSort(sort: string, names: readonly string[]): string {
  const keys = parseSort(sort);
  const isThis = names.length > 0 && names.every((name, at) => keys[at]?.name === name);
  if (!isThis) return formatSort(names.map((name) => ({ name, isDown: true })));
  return keys[0]!.isDown ? formatSort(names.map((name) => ({ name, isDown: false }))) : "";
}
