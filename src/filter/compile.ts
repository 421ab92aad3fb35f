import {
  both,
  group,
  matchedValue,
  noneOf,
  noPairOf,
  not,
  NULL,
  ONE,
  ZERO,
} from "../db/dialect/filter.ts";
import { type Fragment, Slot, sql } from "../db/dialect/fragment.ts";
import type { ComparisonNode, ExpressionNode, OperandNode, ParsedFilter } from "./ast.ts";
import { FilterError } from "./errors.ts";
import { type FilterFunction, FUNCTIONS } from "./functions.ts";
import { isLikePattern } from "./like-pattern.ts";
import { type Macro, MACROS } from "./macros.ts";
import { type Operand, parameterOperand, plainOperand } from "./operand.ts";
import { type Operator, OPERATORS, splitSign } from "./operators.ts";

/** Gives a name its meaning. */
export interface Resolver {
  /** @throws FilterError when there is no such field, or it may not be used */
  resolve(name: string): Operand;
}

/** Where the values of literals and placeholders come from. */
export interface Values {
  literal(index: number, value: string | number): Operand;
  /** @throws FilterError when no such value was given */
  placeholder(name: string): Operand;
}

/** The words of the language; one entry more is one more word. */
export interface Language {
  readonly operators: ReadonlyMap<string, Operator>;
  readonly functions: ReadonlyMap<string, FilterFunction>;
  readonly macros: ReadonlyMap<string, Macro>;
}

export const LANGUAGE: Language = { operators: OPERATORS, functions: FUNCTIONS, macros: MACROS };

export interface CompileOptions {
  readonly resolver: Resolver;
  readonly values?: Values;
  /** Gives an alias that is used nowhere else in the statement. */
  readonly uniqueAlias: (prefix: string) => string;
  readonly language?: Language;
}

/** What a run must know of the moment: macros read it. */
export interface Moment {
  readonly now: Date;
}

/** Comparisons in one filter or rule. */
export const MAX_COMPARISONS = 200;

/**
 * Compiles a parsed filter into one condition.
 *
 * @throws FilterError
 */
export function compileFilter(parsed: ParsedFilter, options: CompileOptions): Fragment {
  return new Compiler(parsed, options).node(parsed.root);
}

/** Values that never change: those of a text that is compiled for itself. */
const CONSTANT_VALUES: Values = {
  literal: (_, value) => ({
    ...parameterOperand(sql`${value}`, value === ""),
    isPattern: () => isLikePattern(value),
  }),
  placeholder: (name) => {
    throw new FilterError(`missing value of placeholder ${JSON.stringify(name)}`);
  },
};

class Compiler {
  readonly #options: CompileOptions;
  readonly #values: Values;
  readonly #language: Language;
  readonly #literals: readonly (string | number)[];
  #comparisons = 0;

  constructor(parsed: ParsedFilter, options: CompileOptions) {
    this.#options = options;
    this.#values = options.values ?? CONSTANT_VALUES;
    this.#language = options.language ?? LANGUAGE;
    this.#literals = parsed.literals;
  }

  node(node: ExpressionNode): Fragment {
    if (node.kind === "comparison") return this.#comparison(node);
    return group(node.items.map((item) => ({ join: item.join, condition: this.node(item.node) })));
  }

  #comparison(node: ComparisonNode): Fragment {
    if (++this.#comparisons > MAX_COMPARISONS)
      throw new FilterError("max filter expressions limit reached");
    const left = this.#side("left", node.left);
    const right = this.#side("right", node.right);
    const { base, anyMatch } = splitSign(node.sign);
    const operator = this.#language.operators.get(base);
    if (!operator)
      throw new FilterError(`unknown expression operator ${JSON.stringify(node.sign)}`);
    let condition = operator.compare(left, right);
    if (!anyMatch) condition = this.#withMatchAll(condition, operator, left, right);
    condition = left.finish?.(condition) ?? condition;
    return right.finish?.(condition) ?? condition;
  }

  #side(side: string, node: OperandNode): Operand {
    try {
      return this.#operand(node);
    } catch (error) {
      if (!(error instanceof FilterError)) throw error;
      throw new FilterError(
        `invalid ${side} operand ${JSON.stringify(nameOf(node))} - ${error.message}`,
      );
    }
  }

  #operand(node: OperandNode): Operand {
    switch (node.kind) {
      case "identifier":
        return this.#identifier(node.name);
      case "text":
      case "number":
        return this.#values.literal(node.index, this.#literals[node.index]!);
      case "placeholder":
        return this.#values.placeholder(node.name);
      case "function": {
        const call = this.#language.functions.get(node.name);
        if (!call) throw new FilterError(`unknown function ${JSON.stringify(node.name)}`);
        return call(node.args, (arg) => this.#operand(arg));
      }
    }
  }

  #identifier(name: string): Operand {
    const macro = this.#language.macros.get(name);
    if (macro) return macroOperand(macro);
    try {
      return this.#options.resolver.resolve(name);
    } catch (error) {
      const word = error instanceof FilterError ? WORDS.get(name.toLowerCase()) : undefined;
      if (!word) throw error;
      return word;
    }
  }

  /** Several values on a side: one joined row matches, and no value at all fails. */
  #withMatchAll(condition: Fragment, operator: Operator, left: Operand, right: Operand): Fragment {
    const { uniqueAlias } = this.#options;
    if (left.matchAll && right.matchAll) {
      const leftSide = {
        values: left.matchAll.select(left.matchAll.value),
        alias: uniqueAlias("__ml"),
      };
      const rightSide = {
        values: right.matchAll.select(right.matchAll.value),
        alias: uniqueAlias("__mr"),
      };
      const pair = operator.compare(
        matchedOperand(left, leftSide.alias),
        matchedOperand(right, rightSide.alias),
      );
      return both(condition, noPairOf(leftSide, rightSide, not(pair)));
    }
    const many = left.matchAll ? left : right;
    if (!many.matchAll) return condition;
    const alias = uniqueAlias("__sm");
    const value = matchedOperand(many, alias);
    const other = bare(left.matchAll ? right : left);
    const one = left.matchAll ? operator.compare(value, other) : operator.compare(other, value);
    return both(condition, noneOf(many.matchAll.select(many.matchAll.value), alias, not(one)));
  }
}

const WORDS: ReadonlyMap<string, Operand> = new Map([
  ["null", plainOperand(NULL, { word: "null" })],
  ["true", plainOperand(ONE, { word: "truth" })],
  ["false", plainOperand(ZERO, { word: "truth" })],
]);

/** The single operand beside a sub-query is compared by its value alone (PocketBase: manyVsOneExpr). */
function bare(operand: Operand): Operand {
  const { value, word, parameters, mayBeReal = false, isPattern } = operand;
  const known = { ...(word && { word }), ...(isPattern && { isPattern }) };
  return { value, parameters, mayBeReal, nullFallback: "auto", ...known };
}

/** The values of a sub-query in place of the operand that they come from. */
function matchedOperand({ nullFallback, mayBeReal = false }: Operand, alias: string): Operand {
  return plainOperand(matchedValue(alias), { nullFallback, mayBeReal });
}

function macroOperand(macro: Macro): Operand {
  const value = sql`${new Slot((moment: Moment) => macro(moment.now))}`;
  return { ...parameterOperand(value, false), isPattern: () => false };
}

function nameOf(node: OperandNode): string {
  return node.kind === "identifier" || node.kind === "function" || node.kind === "placeholder"
    ? node.name
    : node.text;
}
