import type { RequestInfo } from "../../src/records/request-info.ts";
import { RecordModel } from "../../src/records/record.ts";
import { type CampaignOptions, type CampaignResult, hasBudget } from "./campaign.ts";
import { evaluate, type Question } from "./filter-evaluator.ts";
import { pathsOf } from "./filter-paths.ts";
import { type Ask, appOver, MUTATIONS, runCompiled, runListed, superuser } from "./filter-run.ts";
import {
  type Comparison,
  type Expression,
  group,
  type Operand,
  randomComparison,
  randomExpression,
  write,
} from "./filter-texts.ts";
import { createTables, isList, randomWorld, type Tables, type World } from "./filter-world.ts";
import { Random } from "./random.ts";

export const summary = "compiled filters find what a slow evaluator of the same rows finds";

export const mutants = Object.keys(MUTATIONS);

/** Filters per random schema. */
const ROUND_CASES = 400;
/** Failures after which it gives up; a planted defect needs to be seen only once. */
const maxFailures = (mutant: string | undefined) => (mutant ? 1 : 20);

export async function run(options: CampaignOptions): Promise<CampaignResult> {
  const started = performance.now();
  const totals: Totals = { cases: 0, refused: 0, matching: 0, identities: 0, failures: [] };
  for (
    let round = 0;
    hasBudget(options, started, totals.cases) &&
    totals.failures.length < maxFailures(options.mutant);
    round++
  ) {
    const budget = Math.min(ROUND_CASES, options.cases - totals.cases);
    await new Round(options.seed + round, options.mutant).run(budget, totals);
    if (round % 25 === 24) options.print(`${totals.cases} filters`);
  }
  const { cases, refused, matching, identities, failures } = totals;
  return {
    cases,
    failures,
    figures: { refused: refused, "with matches": matching, "identities checked": identities },
  };
}

interface Totals {
  cases: number;
  refused: number;
  matching: number;
  identities: number;
  readonly failures: string[];
}

/** One random schema with its rows and list rules, and many filters over it. */
class Round {
  readonly #seed: number;
  readonly #random: Random;
  readonly #world: World;
  readonly #listRules = new Map<string, Expression | null | undefined>();
  readonly #mutant: string | undefined;

  constructor(seed: number, mutant: string | undefined) {
    this.#seed = seed;
    this.#mutant = mutant;
    this.#random = new Random(seed);
    this.#world = randomWorld(this.#random);
  }

  async run(cases: number, totals: Totals): Promise<void> {
    this.#chooseListRules();
    const tables = await createTables(this.#world);
    const store = new Map<string, unknown>();
    try {
      for (let n = 0; n < cases && totals.failures.length < maxFailures(this.#mutant); n++) {
        const problem = await this.#check(tables, store, totals);
        totals.cases++;
        if (problem) totals.failures.push(`seed ${this.#seed}, filter ${n + 1}: ${problem}`);
      }
    } finally {
      await tables.close();
    }
  }

  #chooseListRules(): void {
    for (const collection of this.#world.values()) {
      const kind = this.#random.next();
      const tree = kind < 0.5 ? undefined : kind < 0.6 ? null : this.#rule(collection.name, 2);
      this.#listRules.set(collection.name, tree);
      collection.listRule = tree ? write(tree) : tree === null ? null : "";
    }
  }

  #rule(collection: string, maxComparisons: number): Expression {
    const base = this.#world.get(collection)!;
    const auth = this.#world.get("users");
    return randomExpression(this.#random, {
      world: this.#world,
      base,
      isRule: true,
      auth,
      maxComparisons,
    });
  }

  async #check(
    tables: Tables,
    store: Map<string, unknown>,
    totals: Totals,
  ): Promise<string | undefined> {
    const question = this.#question();
    // Nobody waits for a product of too many tables.
    if (new Set(this.#pathTexts(question)).size > 5) return undefined;
    const ask = this.#ask(tables, question);
    const expected = evaluate(question);
    if (expected === "refused") totals.refused++;
    else if (expected.length > 0) totals.matching++;
    const mutation = MUTATIONS[this.#mutant ?? ""];
    const compiled = await runCompiled(tables, ask, mutation);
    const about = () =>
      `${JSON.stringify(ask.filter)} on ${ask.collection}, rule ${JSON.stringify(ask.rule)}, ${this.#caller(question)}`;
    if (!same(expected, compiled))
      return `${about()}: expected ${show(expected)}, compiled ${show(compiled)}`;
    if (mutation) return undefined;
    if (question.isRoot || question.rule === this.#listRules.get(question.collection)) {
      const listed = await runListed(appOver(tables, store), ask);
      if (!same(expected, listed))
        return `${about()}: expected ${show(expected)}, listed ${show(listed)}`;
    }
    return this.#checkIdentities(tables, totals);
  }

  #question(): Question {
    const { collection, auth, isRoot } = this.#someone();
    const filter = randomExpression(this.#random, {
      world: this.#world,
      base: this.#world.get(collection)!,
      isRule: false,
      auth: undefined,
      maxComparisons: 3,
    });
    const own = this.#listRules.get(collection);
    const rule = own !== null && this.#random.chance(0.6) ? own : this.#rule(collection, 2);
    const query: Record<string, string> = { empty: "" };
    if (this.#random.chance(0.7)) query["k"] = this.#random.pick(["a", "x", "1", ""]);
    return {
      world: this.#world,
      collection,
      rule,
      filter,
      listRules: this.#listRules,
      isRoot,
      auth,
      query,
    };
  }

  #someone() {
    const collection = this.#random.pick([...this.#world.keys()]);
    const isRoot = this.#random.chance(0.25);
    const users = this.#world.get("users")!.rows;
    const auth =
      isRoot || this.#random.chance(0.4)
        ? undefined
        : { collection: "users", row: this.#random.pick(users) };
    return { collection, isRoot, auth };
  }

  #ask(tables: Tables, { collection, rule, filter, isRoot, auth, query }: Question): Ask {
    const users = tables.collections.find("users")!;
    const record = isRoot ? superuser() : auth && RecordModel.fromRow(users, auth.row);
    const info: RequestInfo = {
      context: "default",
      method: "GET",
      headers: {},
      query,
      body: {},
      auth: record,
    };
    return { collection, rule: rule ? write(rule) : "", filter: write(filter), isRoot, info };
  }

  /** Beginnings of paths: each is a join. */
  #pathTexts({ rule, filter }: Question): string[] {
    const texts: string[] = [];
    for (const { root, hops, modifier } of [...(rule ? pathsOf(rule) : []), ...pathsOf(filter)]) {
      const words = hops.map((hop) => hop.word);
      if (root.kind !== "row") texts.push(JSON.stringify(root));
      words.forEach((_, index) => texts.push(words.slice(0, index + 1).join(".")));
      if (modifier === "each") texts.push(`${words.join(".")}[]`);
    }
    return texts;
  }

  /** What must hold whatever the rows are; asked as a superuser, whose filters no list rule narrows. */
  async #checkIdentities(tables: Tables, totals: Totals): Promise<string | undefined> {
    if (!this.#random.chance(0.2)) return undefined;
    totals.identities++;
    const collection = this.#random.pick([...this.#world.keys()]);
    const base = this.#world.get(collection)!;
    const pick = () =>
      randomComparison(this.#random, {
        world: this.#world,
        base,
        isRule: false,
        auth: undefined,
        maxComparisons: 1,
      });
    const find = async (filter: Expression) => {
      const ask = this.#ask(tables, {
        ...this.#question(),
        collection,
        rule: undefined,
        filter,
        isRoot: true,
      });
      return (await runCompiled(tables, ask)) as readonly string[];
    };
    const [a, b] = [pick(), pick()];
    const [found, and, or, swapped] = [
      await find(a),
      await find(joined(a, "&&", b)),
      await find(joined(a, "||", b)),
      await find(swap(a)),
    ];
    const text = JSON.stringify([write(a), write(b)]);
    if (!within(and, found))
      return `on ${collection} ${text}: \`a && b\` finds ${show(and)}, \`a\` ${show(found)}`;
    if (!within(found, or))
      return `on ${collection} ${text}: \`a\` finds ${show(found)}, \`a || b\` ${show(or)}`;
    if (swapped && !same(found, swapped))
      return `on ${collection} ${text}: swapped sides find ${show(swapped)}, not ${show(found)}`;
    const bracketed = await find(group(this.#random, [group(this.#random, [a])]));
    if (!same(found, bracketed))
      return `on ${collection} ${text}: in brackets finds ${show(bracketed)}, not ${show(found)}`;
    if (!isSingle(a)) return undefined;
    const any = await find({ ...a, sign: a.sign.startsWith("?") ? a.sign.slice(1) : `?${a.sign}` });
    return same(found, any)
      ? undefined
      : `on ${collection} ${text}: one value, yet any and all differ: ${show(found)}, ${show(any)}`;
  }

  #caller({ isRoot, auth, query }: Question): string {
    const who = isRoot ? "superuser" : auth ? `user ${auth.row["id"]}` : "guest";
    const rules = [...this.#world.values()].map(({ name, listRule }) => [name, listRule]);
    return `${who}, query ${JSON.stringify(query)}, list rules ${JSON.stringify(Object.fromEntries(rules))}`;
  }
}

const MIRRORED: Readonly<Record<string, string>> = {
  "=": "=",
  "!=": "!=",
  ">": "<",
  ">=": "<=",
  "<": ">",
  "<=": ">=",
};

/** The same comparison with its sides exchanged; patterns cannot be. */
function swap({ left, sign, right }: Comparison): Comparison {
  const any = sign.startsWith("?") ? "?" : "";
  const mirrored = MIRRORED[sign.slice(any.length)];
  return mirrored
    ? { kind: "comparison", left: right, sign: any + mirrored, right: left }
    : { kind: "comparison", left, sign, right };
}

function joined(a: Expression, join: "&&" | "||", b: Expression): Expression {
  return {
    kind: "group",
    items: [
      { join, node: a },
      { join, node: b },
    ],
  };
}

/** No path of it can have several values. */
function isSingle({ left, right }: Comparison): boolean {
  const single = (operand: Operand): boolean => {
    if (operand.kind === "strftime") return single(operand.time);
    if (operand.kind !== "path") return true;
    const narrow = operand.hops.every(
      (hop) => hop.field.kind === "relation" && (!hop.isBack || hop.field.unique),
    );
    return narrow && !(operand.modifier === "each" && isList(operand.field));
  };
  return single(left) && single(right);
}

type Found = readonly string[] | "refused";

const show = (found: Found) => (found === "refused" ? found : `[${found.join(" ")}]`);

function same(a: Found, b: Found): boolean {
  if (a === "refused" || b === "refused") return a === b;
  return a.length === b.length && within(a, b) && within(b, a);
}

const within = (small: readonly string[], large: readonly string[]) =>
  small.every((id) => large.includes(id));
