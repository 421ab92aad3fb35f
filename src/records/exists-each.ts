import type { App } from "../app.ts";
import { existsForEach } from "../db/dialect/record-queries.ts";
import { bind, type Fragment } from "../db/dialect/fragment.ts";
import { asInteger, planOf, type QueryRequest, readFirst } from "./plan.ts";
import type { RuleContext } from "./plan-context.ts";

/**
 * For which of several runs a query finds something, in as few statements as there are shapes of their inputs: a
 * rule is put to the database once for many callers. A run that cannot be made counts as finding nothing.
 *
 * @param onError told of runs that cannot be made
 */
export async function existsEach(
  app: App,
  request: QueryRequest,
  contexts: readonly RuleContext[],
  onError: (error: unknown) => void,
): Promise<boolean[]> {
  const found = contexts.map(() => false);
  const byPlan = new Map<Fragment, number[]>();
  contexts.forEach((context, index) => {
    try {
      const plan = planOf(app, request, context);
      const runs = byPlan.get(plan);
      if (runs) runs.push(index);
      else byPlan.set(plan, [index]);
    } catch (error) {
      onError(error);
    }
  });
  for (const [plan, runs] of byPlan) {
    const together =
      runs.length > 1 &&
      (await askTogether(
        app,
        plan,
        runs.map((run) => contexts[run]!),
      ));
    if (together) for (const place of together) found[runs[place]!] = true;
    else for (const run of runs) found[run] = await askAlone(app, request, contexts[run]!, onError);
  }
  return found;
}

async function askAlone(
  app: App,
  request: QueryRequest,
  context: RuleContext,
  onError: (error: unknown) => void,
): Promise<boolean> {
  try {
    return (await readFirst(app, request, context)) !== undefined;
  } catch (error) {
    onError(error);
    return false;
  }
}

/** @returns the numbers of the runs that find something; undefined when they must be asked one by one */
async function askTogether(
  app: App,
  plan: Fragment,
  contexts: readonly RuleContext[],
): Promise<number[] | undefined> {
  const runs = contexts.map((context) => bind(plan, context).parameters.map(asInteger));
  const [first] = runs;
  const differing = first!.flatMap((value, index) =>
    runs.every((run) => Object.is(run[index], value)) ? [] : [index],
  );
  const places = first!.map((_, index) => {
    const place = differing.indexOf(index);
    return place < 0 ? undefined : place;
  });
  const texts = runs.map((run) => toJson(differing.map((index) => run[index])));
  if (texts.includes(undefined)) return undefined;
  const statement = existsForEach({ ...plan, parameters: first! }, places, `[${texts.join()}]`);
  if (!statement) return undefined;
  try {
    return (await app.db.values(statement)).map(([place]) => Number(place));
  } catch {
    // Not every query can stand inside another one.
    return undefined;
  }
}

/** The values as SQLite's JSON functions give them back with the types that binding would give them. */
function toJson(values: readonly unknown[]): string | undefined {
  const texts = values.map(toJsonValue);
  return texts.includes(undefined) ? undefined : `[${texts.join()}]`;
}

function toJsonValue(value: unknown): string | undefined {
  if (value === null || value === undefined) return "null";
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number") {
    // Numbers are bound as floating point.
    if (!Number.isFinite(value)) return undefined;
    return Number.isInteger(value) && !String(value).includes("e") ? `${value}.0` : String(value);
  }
  // SQLite ends texts at a NUL there.
  if (typeof value !== "string" || value.includes("\0") || !value.isWellFormed()) return undefined;
  return JSON.stringify(value);
}
