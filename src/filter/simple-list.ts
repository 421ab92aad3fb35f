import type { Database, Row } from "../db/database.ts";
import { type Fragment, identifier } from "../db/dialect/fragment.ts";
import { countRows, type RecordQuery, rowId, selectRows } from "../db/dialect/record-queries.ts";
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

/** One page; totals are -1 when they were not asked for. */
export interface SimplePage<T> {
  items: T[];
  page: number;
  perPage: number;
  totalItems: number;
  totalPages: number;
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
): Promise<SimplePage<T>> {
  const page = Math.max(1, integer(params.get("page"), 1));
  const perPage = pageSize(integer(params.get("perPage"), 0));
  const skipTotal = flag(params.get("skipTotal"));
  const query = queryOf(source, params);
  const offset = Math.min(perPage * (page - 1), Number.MAX_SAFE_INTEGER);
  const items = await db.all<T>(
    selectRows(query, { limit: BigInt(perPage), offset: BigInt(offset) }),
  );
  if (skipTotal) return { items, page, perPage, totalItems: -1, totalPages: -1 };
  const totalItems = (await db.get<{ total: number }>(countRows(query)))?.total ?? 0;
  return { items, page, perPage, totalItems, totalPages: Math.ceil(totalItems / perPage) };
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

function pageSize(perPage: number): number {
  return perPage <= 0 ? DEFAULT_PER_PAGE : Math.min(perPage, MAX_PER_PAGE);
}

/** An integer as Go's Atoi takes it; empty counts as absent. */
function integer(text: string | undefined, absent: number): number {
  if (!text) return absent;
  if (!/^[+-]?\d+$/.test(text)) throw new FilterError("invalid integer");
  const value = BigInt(text.replace("+", ""));
  if (BigInt.asIntN(64, value) !== value) throw new FilterError("integer out of range");
  return Number(value);
}

/** A boolean as Go's ParseBool takes it; empty counts as absent. */
function flag(text: string | undefined): boolean {
  if (!text || ["0", "f", "F", "FALSE", "false", "False"].includes(text)) return false;
  if (["1", "t", "T", "TRUE", "true", "True"].includes(text)) return true;
  throw new FilterError("invalid boolean");
}
