import type { App } from "../app.ts";
import type { Collection } from "../collections/collection.ts";
import { parseFilter } from "../filter/parser.ts";
import { NotFoundError } from "../lib/errors.ts";
import { type QueryKind, type QueryRequest, readAll, readFirst } from "./plan.ts";
import type { RuleContext } from "./plan-context.ts";
import { RecordModel } from "./record.ts";

/** Values of the `{:name}` placeholders in a filter: always bound, never put into the text. */
export type FilterValues = Readonly<Record<string, unknown>>;

export interface FindOptions {
  /** `-created,title`. */
  readonly sort?: string;
  /** All when absent or not positive. */
  readonly limit?: number;
  readonly offset?: number;
  readonly params?: FilterValues;
}

/**
 * Reads the records that match a filter, with all rights; `@request.…` is NULL in it. An empty filter
 * matches all.
 *
 * @throws FilterError
 */
export async function findRecordsByFilter(
  app: App,
  collection: Collection,
  filter: string,
  options: FindOptions = {},
): Promise<RecordModel[]> {
  const { request, context } = codeQuery(collection, "page", filter, options);
  const rows = await readAll(app, request, context);
  return rows.map((row) => RecordModel.fromRow(collection, row));
}

/** @throws NotFoundError when no record matches */
export async function findFirstRecordByFilter(
  app: App,
  collection: Collection,
  filter: string,
  params: FilterValues = {},
): Promise<RecordModel> {
  const [first] = await findRecordsByFilter(app, collection, filter, { limit: 1, params });
  if (!first) throw new NotFoundError();
  return first;
}

/** How many records match a filter; all without one. */
export async function countRecords(
  app: App,
  collection: Collection,
  filter = "",
  params: FilterValues = {},
): Promise<number> {
  const { request, context } = codeQuery(collection, "count", filter, { params });
  const row = await readFirst(app, request, context);
  return Number(row?.["total"]);
}

function codeQuery(collection: Collection, kind: QueryKind, filter: string, options: FindOptions) {
  const parsed = filter === "" ? undefined : parseFilter(filter, true);
  const { sort = "", limit = 0, offset = 0, params = {} } = options;
  const request: QueryRequest = {
    collection,
    kind,
    rule: "",
    filter: parsed,
    sort,
    allowHidden: true,
  };
  const context: RuleContext = {
    now: new Date(),
    info: undefined,
    literals: parsed?.literals ?? [],
    values: params,
    limit: limit > 0 ? BigInt(Math.trunc(limit)) : -1n,
    offset: offset > 0 ? BigInt(Math.trunc(offset)) : 0n,
  };
  return { request, context };
}
