import type { Database, Row } from "../db/database.ts";
import { jsonAt } from "../db/dialect/filter.ts";
import { bind, type Fragment, identifier } from "../db/dialect/fragment.ts";
import { countRows, type RecordQuery, rowId, selectRows } from "../db/dialect/record-queries.ts";
import { Page } from "../lib/page.ts";
import { compileFilter, type Resolver } from "./compile.ts";
import { FilterError } from "./errors.ts";
import { plainOperand } from "./operand.ts";
import { readPaging } from "./paging.ts";
import { parseClientFilter } from "./parser.ts";
import { compileSort } from "./sort.ts";

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
  /** Columns of JSON objects that names may reach into: `data.a.0.b`. */
  readonly jsonColumns?: readonly string[];
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
  const { page, perPage, offset, skipTotal } = readPaging({
    page: params.get("page"),
    perPage: params.get("perPage"),
    skipTotal: params.get("skipTotal"),
  });
  const query = queryOf(source, params);
  const moment = { now: new Date() };
  const items = await db.all<T>(bind(selectRows(query, { limit: perPage, offset }), moment));
  if (skipTotal) return new Page(items, Number(page), Number(perPage), -1);
  const count = await db.get<{ total: number }>(bind(countRows(query), moment));
  return new Page(items, Number(page), Number(perPage), count?.total ?? 0);
}

/**
 * The condition of a client's filter; none for an empty one. To be bound with the moment.
 *
 * @throws FilterError
 */
export function simpleConditions(source: SimpleListSource, filter: string | undefined): Fragment[] {
  const parsed = parseClientFilter(filter);
  const uniqueAlias = (prefix: string) => prefix;
  return parsed ? [compileFilter(parsed, { resolver: resolverOf(source), uniqueAlias })] : [];
}

function queryOf(source: SimpleListSource, params: SimpleListParams): RecordQuery {
  const sort = params.get("sort") ?? "";
  return {
    table: source.table,
    columns: source.columns,
    joins: [],
    where: simpleConditions(source, params.get("filter")),
    orderBy: compileSort(sort, resolverOf(source), rowId(source.table)),
    distinct: false,
    countBy: undefined,
  };
}

function resolverOf(source: SimpleListSource): Resolver {
  return {
    resolve(name) {
      const value = Object.hasOwn(source.fields, name) ? source.fields[name] : undefined;
      if (value) return plainOperand(value);
      const [column = "", ...path] = /^[\w.:]*\w$/.test(name) ? name.split(".") : [];
      if (path.length === 0 || !source.jsonColumns?.includes(column))
        throw new FilterError(`unknown field ${JSON.stringify(name)}`);
      const steps = path.map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`));
      const inside = jsonAt(identifier(source.table, column), steps.join(""));
      return plainOperand(inside, { nullFallback: "disabled" });
    },
  };
}

/** Columns that may be used under their own names. */
export function plainColumns(table: string, names: readonly string[]): Record<string, Fragment> {
  return Object.fromEntries(names.map((name) => [name, identifier(table, name)]));
}
