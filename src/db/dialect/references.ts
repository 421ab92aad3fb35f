import { type Fragment, identifier, join, sql } from "./fragment.ts";

/** One relation column that may hold any of some ids. */
export interface ReferenceColumn {
  readonly table: string;
  readonly column: string;
  readonly isMultiple: boolean;
}

/**
 * Rows of a table that refer to any of the ids, at most `limit`, after a row id (0 for the first page).
 * Each row also carries its row id as `_row` for paging.
 */
export function selectReferencing(
  reference: ReferenceColumn,
  ids: readonly string[],
  page: { readonly after: number; readonly limit: number },
): Fragment {
  const table = identifier(reference.table);
  const column = identifier(reference.table, reference.column);
  const wanted = sql`(SELECT value FROM json_each(${JSON.stringify(ids)}))`;
  const matches = reference.isMultiple
    ? sql`EXISTS (SELECT 1 FROM json_each(CASE WHEN iif(json_valid(${column}), json_type(${column})='array', FALSE) THEN ${column} ELSE json_array(${column}) END) __je WHERE __je.value IN ${wanted})`
    : sql`${column} IN ${wanted}`;
  const rowId = identifier(reference.table, "_rowid_");
  return sql`SELECT ${table}.*, ${rowId} AS _row FROM ${table} WHERE ${matches} AND ${rowId} > ${page.after} ORDER BY ${rowId} LIMIT ${page.limit}`;
}

/** One row when any of the tables has a row with this id. */
export function existsInAny(tables: readonly string[], id: string): Fragment {
  return join(
    tables.map((table) => sql`SELECT 1 FROM ${identifier(table)} WHERE id = ${id}`),
    " UNION ALL ",
  );
}

/**
 * The first row with a value in a unique column. That the value is not empty is said twice, since SQLite does not
 * conclude it from a bound one, and only then uses an index that leaves empty values out.
 */
export function rowByIdentity(
  column: { readonly table: string; readonly column: string; readonly ignoresCase: boolean },
  value: string,
): Fragment {
  const name = identifier(column.column);
  const collation = column.ignoresCase ? sql` COLLATE NOCASE` : sql``;
  const isSet = value === "" ? sql`` : sql` AND ${name} != ''`;
  return sql`SELECT * FROM ${identifier(column.table)} WHERE ${name} = ${value}${collation}${isSet} LIMIT 1`;
}
