import type { App } from "../../src/app.ts";
import { CollectionCache } from "../../src/collections/cache.ts";
import { decodeCollection } from "../../src/collections/scaffold.ts";
import { compare, like, not } from "../../src/db/dialect/filter.ts";
import { bind, type Fragment, mapParameters, Slot } from "../../src/db/dialect/fragment.ts";
import { selectRows } from "../../src/db/dialect/record-queries.ts";
import { type Language, LANGUAGE } from "../../src/filter/compile.ts";
import { FilterError } from "../../src/filter/errors.ts";
import type { Operand } from "../../src/filter/operand.ts";
import type { Operator } from "../../src/filter/operators.ts";
import { parseFilter } from "../../src/filter/parser.ts";
import { Shape } from "../../src/filter/shape.ts";
import { ApiError } from "../../src/lib/errors.ts";
import { listRecords } from "../../src/records/list.ts";
import type { RuleContext } from "../../src/records/plan-context.ts";
import { RecordModel } from "../../src/records/record.ts";
import type { RequestInfo } from "../../src/records/request-info.ts";
import { RecordResolver } from "../../src/records/resolver.ts";
import type { Tables } from "./filter-world.ts";

/** What is asked of the engine. */
export interface Ask {
  readonly collection: string;
  /** `null` for none: superusers. */
  readonly rule: string;
  readonly filter: string;
  readonly isRoot: boolean;
  readonly info: RequestInfo;
}

/** Changes the engine's parts, to see that the campaign notices. */
export interface Mutation {
  readonly language?: Language;
  readonly text?: (filter: string) => string;
  readonly operand?: (operand: Operand) => Operand;
  readonly dropsListRules?: boolean;
  readonly showsHidden?: boolean;
}

/** Compiles and runs a filter without the plan cache, with the engine's parts as they are or as changed. */
export async function runCompiled(
  tables: Tables,
  ask: Ask,
  mutation: Mutation = {},
): Promise<readonly string[] | "refused"> {
  const context: RuleContext = { now: new Date(), info: ask.info, literals: [], values: {} };
  const base = tables.collections.find(ask.collection)!;
  const options = {
    collections: tables.collections,
    base,
    shape: new Shape<RuleContext>(context),
    hasRequest: true,
    allowHidden: true,
    language: mutation.language ?? LANGUAGE,
  };
  const resolver = new MutableResolver(options, mutation);
  try {
    const where = ask.rule === "" || ask.isRoot ? [] : [resolver.compile(ask.rule)];
    resolver.allowHidden = ask.isRoot || (mutation.showsHidden ?? false);
    where.push(resolver.compileParsed(parseFilter(mutation.text?.(ask.filter) ?? ask.filter)));
    const listRules = resolver.listRuleConditions();
    if (!mutation.dropsListRules) where.push(...listRules);
    const query = selectRows({
      table: base.name,
      columns: ["id"],
      joins: resolver.joins.fragments,
      where,
      orderBy: [],
      distinct: resolver.joins.multiplies,
      countBy: undefined,
    });
    const { sql, parameters } = bind(query, context);
    const rows = await tables.db.values({ sql, parameters: parameters.map(withoutBooleans) });
    return rows.map(([id]) => String(id));
  } catch (error) {
    if (error instanceof FilterError) return "refused";
    throw error;
  }
}

/** As queries do it before they are run. */
const withoutBooleans = (value: unknown) => (typeof value === "boolean" ? BigInt(value) : value);

/** A resolver whose operands can be tampered with. */
class MutableResolver extends RecordResolver {
  readonly #change: (operand: Operand) => Operand;

  constructor(options: ConstructorParameters<typeof RecordResolver>[0], { operand }: Mutation) {
    super(options);
    this.#change = operand ?? ((same) => same);
  }

  override resolve(name: string): Operand {
    return this.#change(super.resolve(name));
  }
}

/** Asks the engine's own list, with its cached plans. */
export async function runListed(app: App, ask: Ask): Promise<readonly string[] | "refused"> {
  try {
    const page = await listRecords(
      app,
      app.collections.find(ask.collection)!,
      { filter: ask.filter, perPage: "1000" },
      ask.info,
    );
    return page.items.map((record) => record.id);
  } catch (error) {
    if (error instanceof ApiError && error.cause instanceof FilterError) return "refused";
    throw error;
  }
}

const SUPERUSERS = decodeCollection({ name: "_superusers", type: "auth" });

export function superuser(): RecordModel {
  return RecordModel.fromRow(SUPERUSERS, { id: "root" });
}

/** As much of an app as lists need, over the campaign's tables. */
export function appOver(tables: Tables, store: Map<string, unknown>): App {
  const collections = new CollectionCache([...tables.collections.all(), SUPERUSERS]);
  return { db: tables.db, collections, store } as unknown as App;
}

/** Named defects. */
export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  "swapped-any-and-all": { text: (filter) => swapSigns(filter) },
  "no-coalescing": { language: withOperators({ "=": plain("="), "!=": plain("IS NOT") }) },
  "greater-or-equal": { language: withOperators({ ">=": plain(">") }) },
  "less-than": { language: withOperators({ "<": plain("<=") }) },
  "unequal-without-null": { language: withOperators({ "!=": { compare: unequalWithoutNull } }) },
  "unescaped-like": { language: withOperators({ "~": { compare: unescapedLike } }) },
  "no-list-rules": { dropsListRules: true },
  "hidden-fields-shown": { showsHidden: true },
  "private-emails-found": { operand: ({ finish: _finish, ...rest }) => rest },
  "one-match-is-enough": { operand: ({ matchAll: _matchAll, ...rest }) => rest },
  "json-coalesced": { operand: (operand) => ({ ...operand, nullFallback: "auto" }) },
};

function withOperators(changed: Readonly<Record<string, Operator>>): Language {
  return { ...LANGUAGE, operators: new Map([...LANGUAGE.operators, ...Object.entries(changed)]) };
}

function plain(word: "=" | "IS NOT" | ">" | "<="): Operator {
  return { compare: (left, right) => compare(left.value, word, right.value) };
}

/** As if `!=` were the plain opposite of `=`: unknown for NULL. */
function unequalWithoutNull(left: Operand, right: Operand): Fragment {
  return not(compare(left.value, "=", right.value));
}

function unescapedLike(left: Operand, right: Operand): Fragment {
  if (right.parameters.length === 0) return LANGUAGE.operators.get("~")!.compare(left, right);
  const wrap = (value: unknown) => `%${String(value)}%`;
  const pattern = mapParameters(right.value, (parameter) =>
    parameter instanceof Slot
      ? new Slot((context: unknown) => wrap((parameter as Slot<unknown>).resolve(context)))
      : wrap(parameter),
  );
  return like(left.value, pattern, false);
}

/** Exchanges `=` and `?=` and so on, outside of texts. */
function swapSigns(filter: string): string {
  return filter.replaceAll(
    /('(?:[^'\\]|\\.)*')|(\?)?(!=|!~|>=|<=|=|~|>|<)/g,
    (all, literal?: string, any?: string, sign?: string) => {
      if (literal !== undefined) return all;
      return any ? sign! : `?${sign}`;
    },
  );
}
