import { LruCache } from "./lru-cache.ts";

/** A question about a run's inputs whose answer decides what SQL is compiled; few answers are possible. */
export interface Probe<C> {
  /** Equal for equal questions. */
  readonly id: string;
  answer(context: C): string;
}

/** Answers probes for one compilation and remembers them: together they are the shape the SQL fits. */
export class Shape<C> {
  readonly #context: C;
  readonly #answers = new Map<string, { readonly probe: Probe<C>; readonly answer: string }>();

  constructor(context: C) {
    this.#context = context;
  }

  ask(id: string, answer: (context: C) => string): string {
    const known = this.#answers.get(id);
    if (known) return known.answer;
    const found = answer(this.#context);
    this.#answers.set(id, { probe: { id, answer }, answer: found });
    return found;
  }

  /** In the order they were asked. */
  answers(): Iterable<{ readonly probe: Probe<C>; readonly answer: string }> {
    return this.#answers.values();
  }
}

type Branch<C, P> =
  | { readonly plan: P }
  | { readonly probe: Probe<C>; readonly branches: Map<string, Branch<C, P>> };

interface Tree<C, P> {
  root: Branch<C, P> | undefined;
  plans: number;
  cost: number;
}

/** Shapes of one query kept at once; client texts decide how many there can be. */
const MAX_PLANS_PER_KEY = 64;

/**
 * Compiled plans by key and by the shape of the inputs they were compiled for. Compiling asks its probes in
 * a fixed order as long as the answers are the same, so the plans of one key are leaves of a decision tree:
 * finding one costs a few answers and no compilation.
 */
export class PlanCache<C, P> {
  readonly #trees: LruCache<Tree<C, P>>;
  readonly #costOf: (plan: P) => number;
  /** Plans made since the start: a repeated query makes none. */
  planCompiles = 0;

  /** @param maxCost total of `costOf` that is kept */
  constructor(maxCost: number, costOf: (plan: P) => number) {
    this.#trees = new LruCache(maxCost);
    this.#costOf = costOf;
  }

  get(key: string, context: C, compile: (shape: Shape<C>) => P): P {
    const tree = this.#trees.get(key);
    const found = tree && search(tree, context);
    if (found) return found.plan;
    const shape = new Shape(context);
    const plan = compile(shape);
    this.planCompiles++;
    const grown =
      tree && tree.plans < MAX_PLANS_PER_KEY ? tree : { root: undefined, plans: 0, cost: 0 };
    grown.root = planted(grown.root, [...shape.answers()], plan);
    grown.plans++;
    grown.cost += key.length + this.#costOf(plan);
    this.#trees.set(key, grown, grown.cost);
    return plan;
  }
}

function search<C, P>(tree: Tree<C, P>, context: C): { readonly plan: P } | undefined {
  let branch = tree.root;
  while (branch && !("plan" in branch)) branch = branch.branches.get(branch.probe.answer(context));
  return branch;
}

function planted<C, P>(
  branch: Branch<C, P> | undefined,
  [first, ...rest]: readonly { readonly probe: Probe<C>; readonly answer: string }[],
  plan: P,
): Branch<C, P> {
  if (!first) return { plan };
  const node =
    branch && "branches" in branch
      ? branch
      : { probe: first.probe, branches: new Map<string, Branch<C, P>>() };
  node.branches.set(first.answer, planted(node.branches.get(first.answer), rest, plan));
  return node;
}
