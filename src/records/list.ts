import type { App } from "../app.ts";
import type { Collection } from "../collections/collection.ts";
import type { ParsedFilter } from "../filter/ast.ts";
import { type Paging, type PagingParams, readPaging } from "../filter/paging.ts";
import { parseClientFilter } from "../filter/parser.ts";
import { ApiError, badRequest } from "../lib/errors.ts";
import { Page } from "../lib/page.ts";
import { type QueryKind, type QueryRequest, readAll, readFirst } from "./plan.ts";
import type { RuleContext } from "./plan-context.ts";
import { RecordModel } from "./record.ts";
import { hasSuperuserAuth, type RequestInfo } from "./request-info.ts";

/** The query parameters of a list as they were sent. */
export interface ListParams extends PagingParams {
  readonly sort?: string | undefined;
  readonly filter?: string | undefined;
}

/** One page of records; totals are -1 when they were not asked for. */
export type RecordPage = Page<RecordModel>;

/**
 * Lists records that the caller may see by the collection's list rule; superusers pass it. That the rule is
 * not `null` and that the texts hold no words meant for rules is for the route to check.
 *
 * @throws ApiError 400 without details when a parameter is not valid
 */
export async function listRecords(
  app: App,
  collection: Collection,
  params: ListParams,
  info: RequestInfo,
): Promise<RecordPage> {
  try {
    return await new RecordList(app, collection, params, info).read();
  } catch (error) {
    throw error instanceof ApiError ? error : badRequest("", { cause: error });
  }
}

class RecordList {
  readonly #app: App;
  readonly #collection: Collection;
  readonly #paging: Paging;
  readonly #sort: string;
  readonly #filter: ParsedFilter | undefined;
  readonly #isSuperuser: boolean;
  readonly #context: RuleContext;

  constructor(app: App, collection: Collection, params: ListParams, info: RequestInfo) {
    this.#app = app;
    this.#collection = collection;
    this.#paging = readPaging(params);
    this.#sort = params.sort ?? "";
    this.#filter = parseClientFilter(params.filter);
    this.#isSuperuser = hasSuperuserAuth(info);
    this.#context = {
      now: new Date(),
      info,
      literals: this.#filter?.literals ?? [],
      values: {},
      limit: this.#paging.perPage,
      offset: this.#paging.offset,
    };
  }

  async read(): Promise<RecordPage> {
    const { page, perPage, skipTotal } = this.#paging;
    const rows = await readAll(this.#app, this.#query("page"), this.#context);
    const items = rows.map((row) => RecordModel.fromRow(this.#collection, row));
    const total = skipTotal ? -1 : (this.#knownTotal(items.length) ?? (await this.#count()));
    return new Page(items, Number(page), Number(perPage), total);
  }

  /** A page that is not full ends the list. Views may repeat ids, which are counted once. */
  #knownTotal(count: number): number | undefined {
    const { page, perPage, offset } = this.#paging;
    if (this.#collection.isView || count >= Number(perPage)) return undefined;
    return count > 0 || page === 1n ? Number(offset) + count : undefined;
  }

  async #count(): Promise<number> {
    const row = await readFirst(this.#app, this.#query("count"), this.#context);
    return Number(row?.["total"]);
  }

  #query(kind: QueryKind): QueryRequest {
    return {
      collection: this.#collection,
      kind,
      rule: this.#isSuperuser ? "" : (this.#collection.listRule ?? ""),
      filter: this.#filter,
      sort: this.#sort,
      allowHidden: this.#isSuperuser,
    };
  }
}
