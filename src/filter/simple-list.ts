import type { Database, Row } from "../db/database.ts";
import { bind, type Fragment, identifier } from "../db/dialect/fragment.ts";
import { countRows, type RecordQuery, rowId, selectRows } from "../db/dialect/record-queries.ts";
import { Page } from "../lib/page.ts";
import { compileFilter, type Resolver } from "./compile.ts";
import { FilterError } from "./errors.ts";
import { plainOperand } from "./operand.ts";
import { parseFilter } from "./parser.ts";
import { compileSort, parseSort } from "./sort.ts";

/** The query parameters of a list, by name. */
export interface SimpleListParams {
  get(name: string): string | undefined;
}

/** A table of the system and what clients may filter and sort it by. */
export interface SimpleListSource {
  readonly table: string;
  /** All columns that are read. */
  readonly columns: readonly string[];
  /** Names that filters and sorts may use, with what they mean. */
  readonly fields: Readonly<Record<string, Fragment>>;
}

/**
 * Lists rows of a system table by the query parameters `page perPage sort filter skipTotal`, without joins,
 * modifiers and rules (PocketBase: search.SimpleFieldResolver).
 *
 * @throws FilterError when a parameter is not valid
 */
export async function listSimply<T = Row>(
  db: Database,
  source: SimpleListSource,
  params: SimpleListParams,
): Promise<Page<T>> {
  const page = pageNumber(integer(params.get("page")));
  const perPage = pageSize(integer(params.get("perPage")));
  const skipTotal = flag(params.get("skipTotal"));
  const query = queryOf(source, params);
  const moment = { now: new Date() };
  const limit = BigInt(perPage);
  const offset = BigInt.asIntN(64, limit * (page - 1n));
  const items = await db.all<T>(bind(selectRows(query, { limit, offset }), moment));
  if (skipTotal) return new Page(items, Number(page), perPage, -1);
  const count = await db.get<{ total: number }>(bind(countRows(query), moment));
  return new Page(items, Number(page), perPage, count?.total ?? 0);
}

const MAX_FILTER_BYTES = 3500;

function queryOf(source: SimpleListSource, params: SimpleListParams): RecordQuery {
  const resolver: Resolver = {
    resolve(name) {
      const value = Object.hasOwn(source.fields, name) ? source.fields[name] : undefined;
      if (!value) throw new FilterError(`unknown field ${JSON.stringify(name)}`);
      return plainOperand(value);
    },
  };
  const filter = params.get("filter") ?? "";
  if (Buffer.byteLength(filter) > MAX_FILTER_BYTES)
    throw new FilterError("max filter length limit reached");
  const sort = params.get("sort") ?? "";
  const uniqueAlias = (prefix: string) => prefix;
  return {
    table: source.table,
    columns: source.columns,
    joins: [],
    where: filter === "" ? [] : [compileFilter(parseFilter(filter), { resolver, uniqueAlias })],
    orderBy:
      sort === ""
        ? []
        : parseSort(sort).map((key) => compileSort(key, resolver, rowId(source.table))),
    distinct: false,
    countBy: undefined,
  };
}

/** Columns that may be used under their own names. */
export function plainColumns(table: string, names: readonly string[]): Record<string, Fragment> {
  return Object.fromEntries(names.map((name) => [name, identifier(table, name)]));
}

const DEFAULT_PER_PAGE = 30;
const MAX_PER_PAGE = 1000;

function pageNumber(page: bigint): bigint {
  return page <= 0n ? 1n : page;
}

function pageSize(perPage: bigint): number {
  if (perPage <= 0n) return DEFAULT_PER_PAGE;
  return perPage > MAX_PER_PAGE ? MAX_PER_PAGE : Number(perPage);
}

/** A 64 bit integer as Go's Atoi takes it; empty counts as absent, which is 0. */
function integer(text: string | undefined): bigint {
  if (!text) return 0n;
  if (!/^[+-]?\d{1,400}$/.test(text)) throw new FilterError("invalid integer");
  const value = text.startsWith("-") ? -BigInt(text.slice(1)) : BigInt(text.replace("+", ""));
  if (BigInt.asIntN(64, value) !== value) throw new FilterError("integer out of range");
  return value;
}

/** A boolean as Go's ParseBool takes it; empty counts as absent. */
function flag(text: string | undefined): boolean {
  if (!text || ["0", "f", "F", "FALSE", "false", "False"].includes(text)) return false;
  if (["1", "t", "T", "TRUE", "true", "True"].includes(text)) return true;
  throw new FilterError("invalid boolean");
}
