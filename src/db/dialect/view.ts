import { type Fragment, identifier, join, raw, sql } from "./fragment.ts";

/** A view of the schema, with the statement that makes it. */
export interface ViewSource {
  readonly name: string;
  readonly sql: string;
}

/** One column of a table or view, as SQLite knows it. */
export interface ColumnInfo {
  readonly name: string;
  /** The declared type or what it is derived from; may be empty. */
  readonly type: string;
}

/**
 * @param query a superuser's SELECT; it is wrapped in another one, which keeps further statements out
 */
export function createView(name: string, query: string): Fragment {
  return sql`CREATE VIEW ${identifier(name)} AS SELECT * FROM (${raw(query)})`;
}

/** Makes a view again that was read with `selectViews`. */
export function recreateView(view: ViewSource): Fragment {
  return raw(view.sql);
}

export function dropView(name: string): Fragment {
  return sql`DROP VIEW IF EXISTS ${identifier(name)}`;
}

export function selectViews(): Fragment {
  return sql`SELECT name, sql FROM sqlite_schema WHERE type = 'view' AND sql IS NOT NULL`;
}

/** The columns of a table or view as `ColumnInfo`s; none when it does not exist. */
export function selectColumns(table: string): Fragment {
  return sql`SELECT name, type FROM pragma_table_info(${table})`;
}

/**
 * A view's query around which the `id` column is made a text.
 *
 * @param columns the query's columns, in order
 */
export function withTextId(query: string, columns: readonly string[]): string {
  const list = columns.map((name) =>
    name === "id" ? sql`CAST(${identifier(name)} as TEXT) ${identifier(name)}` : identifier(name),
  );
  return sql`SELECT ${join(list, ",")} FROM (${raw(query)})`.sql;
}

/** The first rows of a view's query. */
export function selectSample(query: string, alias: string, limit: number): Fragment {
  return sql`SELECT ${identifier(alias)}.* FROM (SELECT * FROM (${raw(query)})) ${identifier(alias)} LIMIT ${limit}`;
}
