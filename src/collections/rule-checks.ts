import type { App } from "../app.ts";
import { type ErrorLeaf, type ErrorTree, problem } from "../lib/errors.ts";
import type { Collection, Rule } from "./collection.ts";

/** What the checks of one collection work with. */
export interface ValidationContext {
  readonly app: App;
  readonly collection: Collection;
  /** The collection as it was before; absent for a new one. */
  readonly original: Collection | undefined;
}

export type Problem = ErrorLeaf | ErrorTree | undefined;

/** Refuses a rule that cannot be compiled; an empty one and null are for the caller. */
export function checkRule({ app, collection }: ValidationContext, rule: Rule): Problem {
  if (!rule) return undefined;
  try {
    app.rules.compile(collection, rule);
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return problem("validation_invalid_rule", `Invalid rule. Raw error: ${reason}`);
  }
}

/** Refuses another rule for a system collection. */
export function keepSystemRule(
  { original }: ValidationContext,
  before: Rule | undefined,
  rule: Rule,
): Problem {
  return original?.system && before !== rule
    ? problem(
        "validation_collection_system_rule_change",
        "System collection API rule cannot be changed.",
      )
    : undefined;
}
