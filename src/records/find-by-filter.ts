import type { App } from "../app.ts";
import type { Collection } from "../collections/collection.ts";
import { parseFilter } from "../filter/parser.ts";
import { NotFoundError } from "../lib/errors.ts";
import { prepareQuery, type QueryKind } from "./plan.ts";
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
  const query = prepare(app, collection, "page", filter, options);
  const rows = await app.db.all(query, query.options);
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
  const query = prepare(app, collection, "count", filter, { params });
  const row = await app.db.get<{ total: number }>(query, query.options);
  return row!.total;
}

function prepare(
  app: App,
  collection: Collection,
  kind: QueryKind,
  filter: string,
  options: FindOptions,
) {
  const parsed = filter === "" ? undefined : parseFilter(filter, true);
  const { sort = "", limit = 0, offset = 0, params = {} } = options;
  return prepareQuery(
    app,
    { collection, kind, rule: "", filter: parsed, sort, allowHidden: true },
    {
      now: new Date(),
      info: undefined,
      literals: parsed?.literals ?? [],
      values: params,
      limit: limit > 0 ? BigInt(Math.trunc(limit)) : -1n,
      offset: offset > 0 ? BigInt(Math.trunc(offset)) : 0n,
    },
  );
}
