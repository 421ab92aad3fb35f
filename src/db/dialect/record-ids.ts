import { type Fragment, identifier, sql } from "./fragment.ts";

/** How many of the ids exist in a table or view, as `total`. */
export function countIds(table: string, ids: readonly string[]): Fragment {
  const column = identifier(table, "id");
  // By far the most frequent, and read without a list in a third of the time.
  if (ids.length === 1) {
    return sql`SELECT 1 AS total FROM ${identifier(table)} WHERE ${column} = ${ids[0]}`;
  }
  return sql`SELECT count(*) AS total FROM ${identifier(table)} WHERE ${column} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`;
}

/** A row when there is a record with this id in any spelling of its ASCII letters. */
export function findIdIgnoringCase(table: string, id: string): Fragment {
  return sql`SELECT 1 FROM ${identifier(table)} WHERE ${identifier(table, "id")} = ${id} COLLATE NOCASE LIMIT 1`;
}
