import {
  ALWAYS,
  type ComparisonWord,
  compare,
  compareCoalesced,
  containing,
  EMPTY_TEXT,
  isBlank,
  isNotBlank,
  like,
  NEVER,
  shortReal,
  unpeeked,
} from "../db/dialect/filter.ts";
import { type Fragment, mapParameters, Slot } from "../db/dialect/fragment.ts";
import { likePattern } from "./like-pattern.ts";
import { isEmptyOperand, isFilledOperand, type Operand } from "./operand.ts";

export interface Operator {
  /** Builds the comparison for one value on each side. */
  compare(left: Operand, right: Operand): Fragment;
}

/**
 * The comparisons by their sign. Each also exists with a `?` in front: then one match among several values
 * is enough, where the plain sign wants all of them to match.
 */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ["=", { compare: equal }],
  ["!=", { compare: unequal }],
  ["~", { compare: (left: Operand, right: Operand) => contains(left, right, false) }],
  ["!~", { compare: (left: Operand, right: Operand) => contains(left, right, true) }],
  [">", ordering(">")],
  [">=", ordering(">=")],
  ["<", ordering("<")],
  ["<=", ordering("<=")],
]);

/** Splits the `?` from a sign. */
export function splitSign(sign: string): { readonly base: string; readonly anyMatch: boolean } {
  return sign.startsWith("?")
    ? { base: sign.slice(1), anyMatch: true }
    : { base: sign, anyMatch: false };
}

function ordering(word: ComparisonWord): Operator {
  return { compare: (left, right) => compare(left.value, word, right.value) };
}

/** NULL and the empty text are equal, unless an operand says otherwise (PocketBase: resolveEqualExpr). */
function equal(left: Operand, right: Operand): Fragment {
  const [leftEmpty, rightEmpty] = [isEmptyOperand(left), isEmptyOperand(right)];
  if (isDisabled(left, right)) return compare(left.value, "IS", right.value);
  if (leftEmpty && rightEmpty) return ALWAYS;
  if (isFilledOperand(left) || isFilledOperand(right)) {
    return compare(leftEmpty ? EMPTY_TEXT : left.value, "=", rightEmpty ? EMPTY_TEXT : right.value);
  }
  if (leftEmpty) return isBlank(right.value);
  if (rightEmpty) return isBlank(left.value);
  return compareCoalesced(left.value, "=", right.value);
}

/** Always `IS NOT`: with `!=` a NULL would satisfy neither this nor its opposite. */
function unequal(left: Operand, right: Operand): Fragment {
  const [leftEmpty, rightEmpty] = [isEmptyOperand(left), isEmptyOperand(right)];
  if (isDisabled(left, right)) return compare(left.value, "IS NOT", right.value);
  if (leftEmpty && rightEmpty) return NEVER;
  if (isFilledOperand(left) || isFilledOperand(right)) {
    return compare(
      leftEmpty ? EMPTY_TEXT : left.value,
      "IS NOT",
      rightEmpty ? EMPTY_TEXT : right.value,
    );
  }
  if (leftEmpty) return isNotBlank(right.value);
  if (rightEmpty) return isNotBlank(left.value);
  return compareCoalesced(left.value, "IS NOT", right.value);
}

function isDisabled(left: Operand, right: Operand): boolean {
  return left.nullFallback === "disabled" || right.nullFallback === "disabled";
}

function contains(left: Operand, right: Operand, negated: boolean): Fragment {
  const text = textOf(left);
  if (right.parameters.length === 0) return like(text, containing(textOf(right)), negated);
  const pattern = mapParameters(right.value, asPattern);
  return like(text, right.isPattern?.() === false ? unpeeked(pattern) : pattern, negated);
}

function textOf(operand: Operand): Fragment {
  return operand.mayBeReal ? shortReal(operand.value) : operand.value;
}

function asPattern(parameter: unknown): unknown {
  if (!(parameter instanceof Slot)) return likePattern(parameter);
  const { resolve } = parameter as Slot<unknown>;
  return new Slot((context: unknown) => likePattern(resolve(context)));
}
