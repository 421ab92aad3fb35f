import { isAmong, jsonItems } from "./filter.ts";
import { type Fragment, identifier, join, raw, sql } from "./fragment.ts";

/** What a query over one collection's table is made of. */
export interface RecordQuery {
  readonly table: string;
  /** All that the table has when absent: an outdated view may lack some. */
  readonly columns: readonly string[] | undefined;
  readonly joins: readonly Fragment[];
  readonly where: readonly Fragment[];
  readonly orderBy: readonly Fragment[];
  /** The joins can give a row several times. */
  readonly distinct: boolean;
  /** The column whose distinct values are counted, where rows cannot simply be counted. */
  readonly countBy: string | undefined;
  /** The values of a row that is not stored: they stand in for the table. */
  readonly candidate?: readonly (readonly [column: string, value: unknown])[];
}

export interface RowRange {
  /** Written into the text: SQLite plans by it, and would plan anew for each run if it were bound. */
  readonly limit: bigint;
  readonly offset?: unknown;
}

/** Whole rows. */
export function selectRows(query: RecordQuery, range?: RowRange): Fragment {
  const columns = query.columns
    ? join(
        query.columns.map((column) => identifier(query.table, column)),
        ", ",
      )
    : sql`${identifier(query.table)}.*`;
  const distinct = raw(query.distinct ? "DISTINCT " : "");
  const order = query.orderBy.length > 0 ? sql` ORDER BY ${join(query.orderBy, ", ")}` : raw("");
  const limit = raw(range ? ` LIMIT ${range.limit}` : "");
  const offset = range?.offset === undefined ? raw("") : sql` OFFSET ${range.offset}`;
  return sql`SELECT ${distinct}${columns}${from(query)}${order}${limit}${offset}`;
}

/** `total`: how many rows, each counted once. */
export function countRows(query: RecordQuery): Fragment {
  const counted =
    query.countBy === undefined
      ? raw("*")
      : sql`DISTINCT ${identifier(query.table, query.countBy)}`;
  return sql`SELECT COUNT(${counted}) AS ${identifier("total")}${from(query)}`;
}

/** `id` of each row, maybe several times. */
export function selectIds(query: RecordQuery): Fragment {
  return sql`SELECT ${identifier(query.table, "id")} AS ${identifier("id")}${from(query)}`;
}

/** One row with `1` when there is a match. */
export function selectExists(query: RecordQuery): Fragment {
  return sql`${withCandidate(query)}SELECT 1 AS ${identifier("found")}${from(query)} LIMIT 1`;
}

/** One row with `1` when the conditions, which look at no row, are true. */
export function selectTruth(where: readonly Fragment[]): Fragment {
  return sql`SELECT 1 AS ${identifier("found")} WHERE ${join(where, " AND ")}`;
}

/**
 * For which of several runs a query finds something: their numbers, one per row. The values of the runs are in the
 * one parameter that is left, a JSON array of arrays.
 *
 * @param query with the parameters of all runs
 * @param places for each of its parameters where it stands in a run's values; undefined for one that all share
 * @returns undefined for a query whose text cannot be taken apart
 */
export function existsForEach(
  query: Fragment,
  places: readonly (number | undefined)[],
  runs: string,
): Fragment | undefined {
  const texts = query.sql.split("?");
  if (texts.length !== places.length + 1) return undefined;
  const values = query.parameters.filter((_, index) => places[index] === undefined);
  const text = texts.reduce((before, after, index) => {
    const place = places[index - 1];
    const value = place === undefined ? "?" : `json_extract(${RUN}.value, '$[${place}]')`;
    return `${before}${value}${after}`;
  });
  return {
    sql: `SELECT ${RUN}.key FROM json_each(?) AS ${RUN} WHERE EXISTS (${text})`,
    parameters: [runs, ...values],
  };
}

/** No table or column can have this name. */
const RUN = '"each run"';

/** Whether conditions look at rows: whatever does, names a column. */
export function readsRows(where: readonly Fragment[]): boolean {
  return where.some((condition) => condition.sql.includes("`"));
}

/** The row with an id. */
export function hasId(table: string, id: unknown): Fragment {
  return sql`${identifier(table, "id")} = ${id}`;
}

/** The column that counts rows without looking at any other; views have none. */
export const ROW_ID = "_rowid_";

/** The position of a row in its table. */
export function rowId(table: string): Fragment {
  return identifier(table, "_rowid_");
}

export interface BackReference {
  readonly table: string;
  readonly column: string;
  readonly isMultiple: boolean;
  /** False for views, which have no row order. */
  readonly hasRowId: boolean;
}

/**
 * For each id of a JSON array (`owner`) the ids of at most `limit` rows whose column holds it (`id`), in
 * the order of the table.
 */
export function selectBackReferences(
  reference: BackReference,
  owners: string,
  limit: number,
): Fragment {
  const { table, isMultiple } = reference;
  const column = identifier(table, reference.column);
  const place = reference.hasRowId ? rowId(table) : raw("1");
  const item = isMultiple ? identifier("__item", "value") : column;
  const source = isMultiple
    ? sql`${identifier(table)}, ${jsonItems(column)} ${identifier("__item")}`
    : identifier(table);
  // Each row is looked at once, however many owners are asked for; an id repeated in a list counts once.
  const found = sql`SELECT ${raw(isMultiple ? "DISTINCT " : "")}${item} AS owner, ${identifier(table, "id")} AS id, ${place} AS place FROM ${source} WHERE ${isAmong(item, owners)}`;
  const numbered = sql`SELECT owner, id, row_number() OVER (PARTITION BY owner ORDER BY place) AS number FROM (${found})`;
  return sql`SELECT owner, id FROM (${numbered}) WHERE number <= ${limit} ORDER BY owner, number`;
}

function from(query: RecordQuery): Fragment {
  const joins = query.joins.map((part) => sql` ${part}`);
  const where = query.where.length > 0 ? sql` WHERE ${join(query.where, " AND ")}` : raw("");
  return sql` FROM ${identifier(query.table)}${join(joins, "")}${where}`;
}

function withCandidate(query: RecordQuery): Fragment {
  if (!query.candidate) return raw("");
  const columns = query.candidate.map(([column, value]) => sql`${value} AS ${identifier(column)}`);
  return sql`WITH ${identifier(query.table)} AS (SELECT ${join(columns, ", ")}) `;
}
