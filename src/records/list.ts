import type { App } from "../app.ts";
import type { Collection } from "../collections/collection.ts";
import type { ParsedFilter } from "../filter/ast.ts";
import { FilterError } from "../filter/errors.ts";
import { parseFilter } from "../filter/parser.ts";
import { ApiError, badRequest } from "../lib/errors.ts";
import { Page } from "../lib/page.ts";
import { type QueryKind, type QueryRequest, readAll, readFirst } from "./plan.ts";
import type { RuleContext } from "./plan-context.ts";
import { RecordModel } from "./record.ts";
import { hasSuperuserAuth, type RequestInfo } from "./request-info.ts";

/** The query parameters of a list as they were sent. */
export interface ListParams {
  readonly page?: string;
  readonly perPage?: string;
  readonly sort?: string;
  readonly filter?: string;
  readonly skipTotal?: string;
}

/** One page of records; totals are -1 when they were not asked for. */
export type RecordPage = Page<RecordModel>;

const DEFAULT_PER_PAGE = 30;
const MAX_PER_PAGE = 1000;
const MAX_FILTER_BYTES = 3500;

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
  readonly #page: bigint;
  readonly #perPage: bigint;
  readonly #skipTotal: boolean;
  readonly #sort: string;
  readonly #filter: ParsedFilter | undefined;
  readonly #isSuperuser: boolean;
  readonly #context: RuleContext;

  constructor(app: App, collection: Collection, params: ListParams, info: RequestInfo) {
    this.#app = app;
    this.#collection = collection;
    this.#skipTotal = params.skipTotal ? parseBool(params.skipTotal) : false;
    this.#page = pageNumber(params.page);
    this.#perPage = pageSize(params.perPage);
    this.#sort = params.sort ?? "";
    this.#filter = clientFilter(params.filter);
    this.#isSuperuser = hasSuperuserAuth(info);
    this.#context = {
      now: new Date(),
      info,
      literals: this.#filter?.literals ?? [],
      values: {},
      limit: this.#perPage,
      offset: BigInt.asIntN(64, this.#perPage * (this.#page - 1n)),
    };
  }

  async read(): Promise<RecordPage> {
    const rows = await readAll(this.#app, this.#query("page"), this.#context);
    const items = rows.map((row) => RecordModel.fromRow(this.#collection, row));
    const total = this.#skipTotal ? -1 : (this.#knownTotal(items.length) ?? (await this.#count()));
    return new Page(items, Number(this.#page), Number(this.#perPage), total);
  }

  /** A page that is not full ends the list. Views may repeat ids, which are counted once. */
  #knownTotal(count: number): number | undefined {
    if (this.#collection.isView || count >= Number(this.#perPage)) return undefined;
    return count > 0 || this.#page === 1n ? Number(this.#context.offset) + count : undefined;
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

function clientFilter(text: string | undefined): ParsedFilter | undefined {
  if (!text) return undefined;
  if (Buffer.byteLength(text) > MAX_FILTER_BYTES)
    throw new FilterError("max filter length limit reached");
  return parseFilter(text);
}

function pageNumber(text: string | undefined): bigint {
  const page = text ? parseInteger(text) : 1n;
  return page > 0n ? page : 1n;
}

function pageSize(text: string | undefined): bigint {
  const size = text ? parseInteger(text) : 0n;
  if (size <= 0n) return BigInt(DEFAULT_PER_PAGE);
  return size > MAX_PER_PAGE ? BigInt(MAX_PER_PAGE) : size;
}

const MAX_INTEGER = 2n ** 63n - 1n;

/** A 64 bit integer as Go's Atoi takes it. */
function parseInteger(text: string): bigint {
  if (!/^[+-]?\d{1,400}$/.test(text)) throw new FilterError("invalid integer");
  const value = text.startsWith("-") ? -BigInt(text.slice(1)) : BigInt(text.replace("+", ""));
  if (value > MAX_INTEGER || value < -MAX_INTEGER - 1n)
    throw new FilterError("integer out of range");
  return value;
}

const TRUE_WORDS: ReadonlySet<string> = new Set(["1", "t", "T", "TRUE", "true", "True"]);
const FALSE_WORDS: ReadonlySet<string> = new Set(["0", "f", "F", "FALSE", "false", "False"]);

/** A boolean as Go's ParseBool takes it. */
function parseBool(text: string): boolean {
  if (TRUE_WORDS.has(text)) return true;
  if (FALSE_WORDS.has(text)) return false;
  throw new FilterError("invalid boolean");
}
