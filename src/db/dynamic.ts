/**
 * The statements on record tables. Their texts are compiled once per table and set of columns and kept: a
 * repeated insert compiles nothing.
 */
import type { Row, Statement } from "./database.ts";
import { deleteByIds, rowsByIds } from "./dialect/sqlite.ts";
import { dynamicQuery } from "./kysely.ts";

/** @param row values by column; booleans and `undefined` are bound as 1/0 and NULL */
export function insertRow(table: string, row: Readonly<Row>): Statement {
  const columns = Object.keys(row).toSorted();
  const sql = cached("insert", table, columns, () =>
    columns.length === 0
      ? dynamicQuery.insertInto(table).defaultValues().compile().sql
      : dynamicQuery.insertInto(table).values(placeholders(columns)).compile().sql,
  );
  return { sql, parameters: columns.map((column) => row[column]) };
}

/** Several rows in one statement. @param rows at least one; all with the columns of the first */
export function insertRows(table: string, rows: readonly Readonly<Row>[]): Statement {
  const columns = Object.keys(rows[0]!).toSorted();
  const sql = cached(`insert ${rows.length}`, table, columns, () => {
    const row = placeholders(columns);
    return dynamicQuery
      .insertInto(table)
      .values(rows.map(() => row))
      .compile().sql;
  });
  return { sql, parameters: rows.flatMap((row) => columns.map((column) => row[column])) };
}

/**
 * @param id the id the row is stored under
 * @param row the columns to change; at least one
 */
export function updateRow(table: string, id: string, row: Readonly<Row>): Statement {
  const columns = Object.keys(row).toSorted();
  const sql = cached(
    "update",
    table,
    columns,
    () =>
      dynamicQuery.updateTable(table).set(placeholders(columns)).where("id", "=", id).compile().sql,
  );
  return { sql, parameters: [...columns.map((column) => row[column]), id] };
}

export function deleteRow(table: string, id: string): Statement {
  const sql = cached(
    "delete",
    table,
    [],
    () => dynamicQuery.deleteFrom(table).where("id", "=", id).compile().sql,
  );
  return { sql, parameters: [id] };
}

export function deleteRows(table: string, ids: readonly string[]): Statement {
  const sql = cached("delete many", table, [], () => deleteByIds(table).sql);
  return { sql, parameters: [JSON.stringify(ids)] };
}

export function selectById(table: string, id: string): Statement {
  const sql = cached(
    "select",
    table,
    [],
    () => dynamicQuery.selectFrom(table).selectAll().where("id", "=", id).compile().sql,
  );
  return { sql, parameters: [id] };
}

/** The rows come in no particular order, each once. */
export function selectByIds(table: string, ids: readonly string[]): Statement {
  const sql = cached("select many", table, [], () => rowsByIds(table).sql);
  return { sql, parameters: [JSON.stringify(ids)] };
}

/** Column sets come from schemas and changed fields: many at most in theory, so the cache is bounded. */
const MAX_TEXTS = 5000;
const texts = new Map<string, string>();

function cached(
  kind: string,
  table: string,
  columns: readonly string[],
  compile: () => string,
): string {
  const key = `${kind}\n${table}\n${columns.join("\n")}`;
  const known = texts.get(key);
  if (known !== undefined) return known;
  if (texts.size >= MAX_TEXTS) texts.clear();
  const sql = compile();
  texts.set(key, sql);
  return sql;
}

/** Values that only make kysely write a `?` for each column. */
function placeholders(columns: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(columns.map((column) => [column, ""]));
}
