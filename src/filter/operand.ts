import type { Fragment } from "../db/dialect/fragment.ts";

/** Whether NULL and the empty text are the same in an equality. */
export type NullFallback =
  /** They are, and what is known of the operands spares a COALESCE. */
  | "auto"
  /** They are not: JSON values and distances. */
  | "disabled"
  /** They are, even when the parameters are known: the result may be NULL (strftime). */
  | "enforced";

/** One side of a comparison as SQL. */
export interface Operand {
  readonly value: Fragment;
  readonly nullFallback: NullFallback;
  /** A word whose value is known when it is compiled: NULL, or 1, 0, TRUE and FALSE. */
  readonly word?: "null" | "truth";
  /** The value is taken from JSON, a number column or a calculation: as text it must be shortened. */
  readonly mayBeReal?: boolean;
  /** For each value bound in it, whether it is empty ("" or null). */
  readonly parameters: readonly boolean[];
  /** Whether its one value is a LIKE pattern of its own; taken to be one when absent. */
  readonly isPattern?: () => boolean;
  /** Present when the path has several values, all of which must satisfy a plain operator. */
  readonly matchAll?: MatchAll;
  /** Adds a condition to the finished comparison. */
  readonly finish?: (condition: Fragment) => Fragment;
}

export interface MatchAll {
  /** The operand's counterpart inside the sub-query. */
  readonly value: Fragment;
  /** The sub-query that gives a value for each match. */
  select(value: Fragment): Fragment;
}

/** A plain column or expression. */
export function plainOperand(value: Fragment, more: Partial<Operand> = {}): Operand {
  return { value, nullFallback: "auto", parameters: [], ...more };
}

/** One bound value. */
export function parameterOperand(value: Fragment, isEmpty: boolean): Operand {
  return { value, nullFallback: "auto", parameters: [isEmpty] };
}

/** Surely NULL or the empty text. */
export function isEmptyOperand(operand: Operand): boolean {
  if (operand.word === "null") return true;
  return (
    operand.nullFallback === "auto" && operand.parameters.length === 1 && operand.parameters[0]!
  );
}

/** Surely neither NULL nor the empty text. */
export function isFilledOperand(operand: Operand): boolean {
  if (operand.nullFallback === "enforced" || operand.word === "null") return false;
  if (operand.word === "truth") return true;
  return operand.parameters.length > 0 && !operand.parameters.includes(true);
}
