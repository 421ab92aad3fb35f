import { lower, shortReal } from "../db/dialect/filter.ts";
import type { Fragment } from "../db/dialect/fragment.ts";
import { FilterError } from "./errors.ts";
import type { Operand } from "./operand.ts";

/** The column at the end of a path. */
export interface ColumnTarget {
  /** Takes a list of values. */
  readonly isList: boolean;
  value(): Operand;
  items(): Operand;
  length(): Operand;
}

/** A submitted value of a field of the collection. */
export interface BodyTarget {
  items(): Operand;
  length(): Operand;
  text(): Operand;
  isSet(): Operand;
  isChanged(): Operand;
}

/** Any other value of the request. */
export interface RequestTarget {
  value(): Operand;
  isSet(): Operand;
}

/** What `:name` at the end of a path does; where a form is absent the modifier is ignored or refused there. */
export interface Modifier {
  /** Ignored when absent. */
  column?(target: ColumnTarget): Operand;
  body?(target: BodyTarget): Operand;
  /** Refused when absent. */
  request?(target: RequestTarget): Operand;
}

export const MODIFIERS: ReadonlyMap<string, Modifier> = new Map<string, Modifier>([
  [
    "each",
    {
      column: (target) => (target.isList ? target.items() : target.value()),
      body: (target) => target.items(),
    },
  ],
  [
    "length",
    {
      column: (target) => (target.isList ? target.length() : target.value()),
      body: (target) => target.length(),
    },
  ],
  [
    "lower",
    {
      column: (target) => lowered(target.value()),
      body: (target) => lowered(target.text()),
      request: (target) => lowered(target.value()),
    },
  ],
  ["isset", { body: (target) => target.isSet(), request: (target) => target.isSet() }],
  ["changed", { body: (target) => target.isChanged() }],
]);

/**
 * Splits `name:modifier`; with more than one colon the whole is a name.
 *
 * @throws FilterError when there is no such modifier
 */
export function splitModifier(part: string): { readonly name: string; readonly modifier: string } {
  const [name = "", modifier, ...more] = part.split(":");
  if (modifier === undefined || more.length > 0) return { name: part, modifier: "" };
  if (!MODIFIERS.has(modifier))
    throw new FilterError(`unknown modifier in ${JSON.stringify(part)}`);
  return { name, modifier };
}

function lowered(operand: Operand): Operand {
  if (operand.word) return operand;
  const { matchAll } = operand;
  const asText = (value: Fragment) => lower(operand.mayBeReal ? shortReal(value) : value);
  return {
    ...operand,
    value: asText(operand.value),
    mayBeReal: false,
    ...(matchAll && { matchAll: { ...matchAll, value: asText(matchAll.value) } }),
  };
}
