import type { App } from "../app.ts";
import type { Collection, Rule } from "../collections/collection.ts";
import { Shape } from "../filter/shape.ts";
import { type QueryKind, type QueryRequest, readAll, readFirst } from "./plan.ts";
import type { RuleContext } from "./plan-context.ts";
import { RecordModel } from "./record.ts";
import { hasSuperuserAuth, type RequestInfo } from "./request-info.ts";
import { RecordResolver } from "./resolver.ts";

/**
 * Reads a record if the rule lets the caller have it. Superusers pass every rule, everyone passes `""`,
 * nobody else passes `null`. A rule that cannot be run counts as not matching and is logged.
 */
export async function findByRule(
  app: App,
  collection: Collection,
  id: string,
  rule: Rule,
  info: RequestInfo,
): Promise<RecordModel | undefined> {
  const text = ruleFor(rule, info);
  if (text === undefined || id === "") return undefined;
  return quietly(app, undefined, async () => {
    const row = await readFirst(app, query("row", collection, text), { ...contextOf(info), id });
    return row && RecordModel.fromRow(collection, row);
  });
}

/**
 * Whether a stored record satisfies a rule for the caller (PocketBase: CanAccessRecord).
 *
 * @param whenBroken the answer when the rule cannot be run; that is logged too
 */
export async function matchesRule(
  app: App,
  record: RecordModel,
  rule: Rule,
  info: RequestInfo,
  whenBroken = false,
): Promise<boolean> {
  const text = ruleFor(rule, info);
  if (text === undefined) return false;
  if (text === "") return true;
  return quietly(app, whenBroken, async () => {
    const context = { ...contextOf(info), id: record.id };
    return (await readFirst(app, query("exists", record.collection, text), context)) !== undefined;
  });
}

/**
 * Judges a row that is not stored yet by several rules; `""` always matches. The row stands in for the
 * collection's table under another name, so relations and `@collection` see the stored rows.
 *
 * @param row column values as they would be stored; asked for when a rule looks at them
 * @throws Error when a rule cannot be run
 */
export async function candidateMatches(
  app: App,
  collection: Collection,
  row: () => Readonly<Record<string, unknown>>,
  rules: readonly string[],
  info: RequestInfo,
): Promise<boolean[]> {
  const matches: boolean[] = [];
  const context = { ...contextOf(info), candidate: row };
  for (const rule of rules) {
    if (rule === "") {
      matches.push(true);
      continue;
    }
    const found = await readFirst(app, query("candidate", collection, rule), context);
    matches.push(found !== undefined);
  }
  return matches;
}

/**
 * The ids among those given whose records satisfy a rule, in one query.
 *
 * @throws Error when the rule cannot be run
 */
export async function filterIds(
  app: App,
  collection: Collection,
  ids: readonly string[],
  rule: Rule,
  info: RequestInfo,
): Promise<Set<string>> {
  const text = ruleFor(rule, info);
  if (text === undefined || ids.length === 0) return new Set();
  if (text === "") return new Set(ids);
  const rows = await readAll(app, query("ids", collection, text), { ...contextOf(info), ids });
  return new Set(rows.map((row) => String(row["id"])));
}

/**
 * Reads the records with the given ids that the caller may have by a rule, in one query; the order is the
 * database's.
 *
 * @throws Error when the rule cannot be run
 */
export async function findAllByRule(
  app: App,
  collection: Collection,
  ids: readonly string[],
  rule: Rule,
  info: RequestInfo,
): Promise<RecordModel[]> {
  const text = ruleFor(rule, info);
  if (text === undefined || ids.length === 0) return [];
  const context = { ...contextOf(info), ids: [...new Set(ids)] };
  const rows = await readAll(app, query("among", collection, text), context);
  return rows.map((row) => RecordModel.fromRow(collection, row));
}

/**
 * Checks that a rule can be compiled for a collection, which need not be saved yet.
 *
 * @throws FilterError with a message for the one who wrote it
 */
export function compileRule(app: App, collection: Collection, rule: string): void {
  const context = contextOf(EMPTY_REQUEST);
  const shape = new Shape<RuleContext>(context);
  const { collections } = app;
  new RecordResolver({
    collections,
    base: collection,
    shape,
    hasRequest: true,
    allowHidden: true,
  }).compile(rule);
}

const EMPTY_REQUEST: RequestInfo = {
  context: "default",
  method: "",
  headers: {},
  query: {},
  body: {},
  auth: undefined,
};

/** The text that must match: none for those who pass anyway; `undefined` when nothing can. */
function ruleFor(rule: Rule, info: RequestInfo): string | undefined {
  return hasSuperuserAuth(info) ? "" : (rule ?? undefined);
}

function contextOf(info: RequestInfo): RuleContext {
  return { now: new Date(), info, literals: [], values: {} };
}

function query(kind: QueryKind, collection: Collection, rule: string): QueryRequest {
  return { collection, kind, rule, allowHidden: true };
}

async function quietly<T>(app: App, otherwise: T, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    app.logger.debug("failed to check a rule", { error: String(error) });
    return otherwise;
  }
}
