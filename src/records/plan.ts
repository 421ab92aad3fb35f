import type { App } from "../app.ts";
import type { Collection } from "../collections/collection.ts";
import type { Row, Statement } from "../db/database.ts";
import { isAmong } from "../db/dialect/filter.ts";
import { bind, type Fragment, identifier, Slot } from "../db/dialect/fragment.ts";
import {
  countRows,
  hasId,
  readsRows,
  type RecordQuery,
  type RowRange,
  ROW_ID,
  rowId,
  selectExists,
  selectIds,
  selectRows,
  selectTruth,
} from "../db/dialect/record-queries.ts";
import type { ParsedFilter } from "../filter/ast.ts";
import { PlanCache, type Shape } from "../filter/shape.ts";
import { compileSort } from "../filter/sort.ts";
import { runValues } from "./plan-values.ts";
import type { RuleContext } from "./plan-context.ts";
import { RecordResolver } from "./resolver.ts";

/** One kind of query over a collection's records. What is equal here, is compiled once per shape of the inputs. */
export interface QueryRequest {
  readonly collection: Collection;
  readonly kind: QueryKind;
  /** Compiled with all rights; `""` for none. */
  readonly rule: string;
  /** Compiled with the caller's rights, its literals are values of the run. */
  readonly filter?: ParsedFilter | undefined;
  readonly sort?: string;
  /** Whether filter and sort may use hidden fields and collections without a list rule. */
  readonly allowHidden: boolean;
}

/**
 * Reads all rows of a query.
 *
 * @throws FilterError when a text cannot be understood or asks for too much
 */
export async function readAll(
  app: App,
  request: QueryRequest,
  context: RuleContext,
): Promise<Row[]> {
  return app.db.all(statementOf(app, request, context));
}

/** Reads the first row of a query. */
export async function readFirst(
  app: App,
  request: QueryRequest,
  context: RuleContext,
): Promise<Row | undefined> {
  return app.db.get(statementOf(app, request, context));
}

/**
 * The statement that a query runs as, with its values.
 *
 * @throws FilterError
 */
export function statementOf(app: App, request: QueryRequest, context: RuleContext): Statement {
  const { sql: text, parameters } = bind(planOf(app, request, context), context);
  return { sql: text, parameters: parameters.map(asInteger) };
}

/** The compiled query of a run, whose values are not in it yet. The same one for runs of the same shape. @throws FilterError */
export function planOf(app: App, request: QueryRequest, context: RuleContext): Fragment {
  return plansOf(app).get(keyOf(app, request, context), context, (shape) => {
    return compilePlan(app, request, shape, context.info !== undefined);
  });
}

/** How many plans an app has compiled so far: a repeated query adds none. */
export function planCompiles(app: App): number {
  return plansOf(app).planCompiles;
}

/** The statements that can be made of compiled conditions. */
const KINDS = {
  page: (query: RecordQuery, shape: Shape<RuleContext>) => selectRows(query, pageRange(shape)),
  count: (query: RecordQuery) => countRows(query),
  row: (query: RecordQuery) => selectRows(withId(query), { limit: 1n }),
  exists: (query: RecordQuery) => selectExists(withId(query)),
  ids: (query: RecordQuery) => selectIds(amongIds(query)),
  among: (query: RecordQuery) => selectRows(amongIds(query)),
  candidate: (query: RecordQuery) =>
    query.where.length > 0 && query.joins.length === 0 && !readsRows(query.where)
      ? selectTruth(query.where)
      : selectExists(query),
} satisfies Record<string, (query: RecordQuery, shape: Shape<RuleContext>) => Fragment>;

export type QueryKind = keyof typeof KINDS;

/** Characters of SQL that are kept compiled for one app. */
const CACHE_SIZE = 16_000_000;

const caches = new WeakMap<App["store"], PlanCache<RuleContext, Fragment>>();

function plansOf(app: App): PlanCache<RuleContext, Fragment> {
  let cache = caches.get(app.store);
  if (!cache) {
    cache = new PlanCache(CACHE_SIZE, (plan) => 2 * plan.sql.length);
    caches.set(app.store, cache);
  }
  return cache;
}

function keyOf(app: App, request: QueryRequest, context: RuleContext): string {
  const { collection, kind, rule, filter, sort, allowHidden } = request;
  const flags = `${allowHidden ? "h" : ""}${context.info ? "r" : ""}`;
  return [
    app.collections.version,
    collection.version,
    kind,
    flags,
    sort ?? "",
    filter?.shape ?? "",
    rule,
  ].join("\0");
}

function compilePlan(
  app: App,
  request: QueryRequest,
  shape: Shape<RuleContext>,
  hasRequest: boolean,
): Fragment {
  const isCandidate = request.kind === "candidate";
  const base = isCandidate ? candidateOf(request.collection) : request.collection;
  const resolver = new RecordResolver({
    collections: app.collections,
    base,
    shape,
    hasRequest,
    allowHidden: true,
  });
  const where = request.rule === "" ? [] : [resolver.compile(request.rule)];
  resolver.allowHidden = request.allowHidden;
  if (request.filter) where.push(resolver.compileParsed(request.filter, runValues(shape)));
  const place = base.isView ? undefined : rowId(base.name);
  const orderBy = compileSort(request.sort ?? "", resolver, place);
  where.push(...resolver.listRuleConditions());
  const query: RecordQuery = {
    table: base.name,
    columns: base.isView ? undefined : base.fields.map((field) => field.name),
    joins: resolver.joins.fragments,
    where,
    orderBy,
    distinct: resolver.joins.multiplies || (base.isView && resolver.joins.fragments.length > 0),
    countBy: base.isView ? "id" : resolver.joins.multiplies ? ROW_ID : undefined,
    ...(isCandidate && { candidate: candidateColumns(base) }),
  };
  return KINDS[request.kind](query, shape);
}

function pageRange(shape: Shape<RuleContext>): RowRange {
  const limit = BigInt(shape.ask("limit", (context) => String(context.limit ?? -1n)));
  return { limit, offset: new Slot((context: RuleContext) => context.offset ?? 0n) };
}

function withId(query: RecordQuery): RecordQuery {
  const isRow = hasId(query.table, new Slot((context: RuleContext) => context.id));
  return { ...query, where: [isRow, ...query.where] };
}

function amongIds(query: RecordQuery): RecordQuery {
  const ids = new Slot((context: RuleContext) => JSON.stringify(context.ids ?? []));
  return { ...query, where: [isAmong(identifier(query.table, "id"), ids), ...query.where] };
}

const CANDIDATE_SUFFIX = "__pb_create__";
const candidates = new WeakMap<Collection, Collection>();

/**
 * The collection under which a row that is not stored yet is judged: another name and id, so that relations
 * and `@collection` reach the stored rows.
 */
function candidateOf(collection: Collection): Collection {
  let candidate = candidates.get(collection);
  if (!candidate) {
    candidate = collection.clone();
    candidate.id += CANDIDATE_SUFFIX;
    candidate.name += CANDIDATE_SUFFIX;
    candidates.set(collection, candidate);
  }
  return candidate;
}

function candidateColumns({ fields }: Collection): (readonly [string, unknown])[] {
  return fields.map(({ name }) => [
    name,
    new Slot((context: RuleContext) => context.candidate?.()[name]),
  ]);
}

/** SQLite has no booleans: they are the integers 1 and 0. */
export function asInteger(value: unknown): unknown {
  return typeof value === "boolean" ? BigInt(value) : value;
}
