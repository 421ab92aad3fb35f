import {
  complement,
  normalize,
  rangesOf,
  unicodeRanges,
  withBothCases,
} from "./code-point-ranges.ts";

/** A part of a parsed Go pattern. */
export type PatternNode =
  | { readonly kind: "text"; readonly text: string }
  /** One character out of ranges of code points, both ends included: `[from, to, from, to, …]`. */
  | { readonly kind: "class"; readonly ranges: readonly number[] }
  | { readonly kind: "any" }
  /** @property max -1 for no limit */
  | {
      readonly kind: "repeat";
      readonly node: PatternNode;
      readonly min: number;
      readonly max: number;
    }
  | { readonly kind: "concat"; readonly nodes: readonly PatternNode[] }
  | { readonly kind: "alternate"; readonly nodes: readonly PatternNode[] }
  | { readonly kind: "capture"; readonly node: PatternNode }
  /** Matches no character: Go's number of the operator. */
  | { readonly kind: "assertion"; readonly operator: number };

/**
 * Parses a pattern of Go's regexp syntax that is known to be valid (see `goRegExpProblem`): what it says about
 * other texts means nothing.
 */
export function parseGoPattern(pattern: string): PatternNode {
  return new PatternParser(pattern).parse();
}

/** Go's regexp/syntax operators that match no character. */
const EMPTY_MATCH = 2;
const ASSERTIONS: Readonly<Record<string, number>> = { A: 9, z: 10, b: 11, B: 12 };
const [BEGIN_LINE, END_LINE, BEGIN_TEXT, END_TEXT] = [7, 8, 9, 10];

const SHORT_CLASSES: Readonly<Record<string, string>> = {
  d: "0-9",
  s: "\t\n\f\r ",
  w: "0-9A-Za-z_",
};

const NAMED_CLASSES: Readonly<Record<string, string>> = {
  alnum: "0-9A-Za-z",
  alpha: "A-Za-z",
  ascii: "\0-\x7f",
  blank: "\t ",
  cntrl: "\0-\x1f\x7f",
  digit: "0-9",
  graph: "!-~",
  lower: "a-z",
  print: " -~",
  punct: "!-/:-@[-`{-~",
  space: "\t\n\v\f\r ",
  upper: "A-Z",
  word: "0-9A-Za-z_",
  xdigit: "0-9A-Fa-f",
};

const CONTROL_ESCAPES: Readonly<Record<string, string>> = {
  a: "\x07",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

class PatternParser {
  readonly #pattern: string;
  #at = 0;
  /** `(?i)`: letters in both cases. */
  #foldsCase = false;
  /** `(?m)`: `^` and `$` at lines. */
  #isMultiLine = false;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  parse(): PatternNode {
    const alternatives: PatternNode[] = [];
    do alternatives.push(this.#parseConcat());
    while (this.#take("|"));
    return alternatives.length === 1
      ? alternatives[0]!
      : { kind: "alternate", nodes: alternatives };
  }

  /** The next unit of text; half of a character is enough to look ahead. */
  get #next(): string | undefined {
    return this.#pattern[this.#at];
  }

  #take(text: string): boolean {
    if (!this.#pattern.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #takeCharacter(): string {
    const character = String.fromCodePoint(this.#pattern.codePointAt(this.#at)!);
    this.#at += character.length;
    return character;
  }

  /** Takes what a sticky expression matches right here. */
  #match(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.#at;
    const match = expression.exec(this.#pattern);
    if (match) this.#at += match[0].length;
    return match;
  }

  #parseConcat(): PatternNode {
    const nodes: PatternNode[] = [];
    while (this.#next !== undefined && this.#next !== "|" && this.#next !== ")") {
      const atoms = this.#take("\\Q") ? this.#parseQuoted() : [this.#parseAtom()];
      const last = atoms.pop();
      nodes.push(...atoms.filter((node) => node !== undefined));
      if (last) nodes.push(this.#parseRepeats(last));
    }
    if (nodes.length === 0) return { kind: "assertion", operator: EMPTY_MATCH };
    return nodes.length === 1 ? nodes[0]! : { kind: "concat", nodes };
  }

  /** A repetition behind it takes the last character only. */
  #parseQuoted(): (PatternNode | undefined)[] {
    const match = this.#match(/([\s\S]*?)(?:\\E|$)/y);
    return [...(match?.[1] ?? "")].map((character) => this.#literal(character));
  }

  /** `undefined` for a change of flags, which matches nothing. */
  #parseAtom(): PatternNode | undefined {
    const character = this.#takeCharacter();
    switch (character) {
      case "(":
        return this.#parseGroup();
      case "[":
        return { kind: "class", ranges: this.#parseClass() };
      case ".":
        return { kind: "any" };
      case "^":
        return { kind: "assertion", operator: this.#isMultiLine ? BEGIN_LINE : BEGIN_TEXT };
      case "$":
        return { kind: "assertion", operator: this.#isMultiLine ? END_LINE : END_TEXT };
      case "\\":
        return this.#parseEscape();
      default:
        return this.#literal(character);
    }
  }

  #parseGroup(): PatternNode | undefined {
    const before = { foldsCase: this.#foldsCase, isMultiLine: this.#isMultiLine };
    const flags = this.#match(/\?(?!P?<)([a-zA-Z]*)(?:-([a-zA-Z]+))?([:)])/y);
    if (flags) {
      this.#setFlags(flags[1]!, true);
      this.#setFlags(flags[2] ?? "", false);
      if (flags[3] === ")") return undefined;
    } else {
      this.#match(/\?P?<\w+>/y);
    }
    const node = this.parse();
    this.#take(")");
    this.#foldsCase = before.foldsCase;
    this.#isMultiLine = before.isMultiLine;
    return flags ? node : { kind: "capture", node };
  }

  #setFlags(flags: string, value: boolean): void {
    if (flags.includes("i")) this.#foldsCase = value;
    if (flags.includes("m")) this.#isMultiLine = value;
  }

  #parseRepeats(node: PatternNode): PatternNode {
    const match = this.#match(/(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/y);
    if (!match) return node;
    const [, operator, min, comma, max] = match;
    if (operator === undefined) {
      return {
        kind: "repeat",
        node,
        min: Number(min),
        max: comma ? (max ? Number(max) : -1) : Number(min),
      };
    }
    return simpleRepeat(operator, node);
  }

  #parseEscape(): PatternNode {
    const property = this.#parseUnicodeClass();
    if (property) return { kind: "class", ranges: property };
    const next = this.#next ?? "";
    const operator = ASSERTIONS[next];
    if (operator !== undefined) {
      this.#at++;
      return { kind: "assertion", operator };
    }
    const short = this.#parseShortClass();
    return short ? { kind: "class", ranges: short } : this.#literal(this.#parseEscapedCharacter());
  }

  #parseShortClass(): readonly number[] | undefined {
    const match = this.#match(/[dDsSwW]/y);
    if (!match) return undefined;
    const ranges = rangesOf(SHORT_CLASSES[match[0].toLowerCase()]!);
    return /[A-Z]/.test(match[0]) ? complement(ranges) : ranges;
  }

  #parseUnicodeClass(): readonly number[] | undefined {
    const match = this.#match(/([pP])(?:\{(\^?)([^}]*)\}|(.))/uy);
    if (!match) return undefined;
    const isNegated = (match[1] === "P") !== (match[2] === "^");
    const ranges = unicodeRanges(match[3] ?? match[4]!);
    return isNegated ? complement(ranges) : ranges;
  }

  #parseEscapedCharacter(): string {
    const match = this.#match(/x\{([\dA-Fa-f]+)\}|x([\dA-Fa-f]{2})|([0-7]{1,3})|([\s\S])/uy);
    const [, long, short, octal, character = ""] = match ?? [];
    const hex = long ?? short;
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
    return CONTROL_ESCAPES[character] ?? character;
  }

  #parseClass(): readonly number[] {
    const isNegated = this.#take("^");
    let ranges: number[] = [];
    for (
      let isFirst = true;
      this.#next !== undefined && (isFirst || this.#next !== "]");
      isFirst = false
    ) {
      ranges.push(...this.#parseClassItem());
    }
    this.#take("]");
    ranges = normalize(this.#foldsCase ? withBothCases(ranges) : ranges);
    return isNegated ? complement(ranges) : ranges;
  }

  #parseClassItem(): readonly number[] {
    const named = this.#match(/\[:(\^?)(\w+):\]/y);
    if (named) {
      const ranges = rangesOf(NAMED_CLASSES[named[2]!]!);
      return named[1] ? complement(ranges) : ranges;
    }
    if (this.#take("\\")) {
      const ranges = this.#parseUnicodeClass() ?? this.#parseShortClass();
      if (ranges) return ranges;
      this.#at--;
    }
    const from = this.#parseClassCharacter();
    if (this.#next !== "-" || this.#pattern[this.#at + 1] === "]") return [from, from];
    this.#at++;
    return [from, this.#parseClassCharacter()];
  }

  #parseClassCharacter(): number {
    const character = this.#take("\\") ? this.#parseEscapedCharacter() : this.#takeCharacter();
    return character.codePointAt(0)!;
  }

  /** Under `(?i)` Go keeps the first of a letter's spellings, the upper-case one. */
  #literal(character: string): PatternNode {
    const upper = character.toUpperCase();
    return { kind: "text", text: this.#foldsCase && [...upper].length === 1 ? upper : character };
  }
}

/** One of `* + ?`; on another of them the two become one, as Go simplifies them. */
function simpleRepeat(operator: string, node: PatternNode): PatternNode {
  const [min, max] = operator === "*" ? [0, -1] : operator === "+" ? [1, -1] : [0, 1];
  if (node.kind !== "repeat" || !isSimple(node)) return { kind: "repeat", node, min, max };
  return node.min === min && node.max === max
    ? node
    : { kind: "repeat", node: node.node, min: 0, max: -1 };
}

function isSimple({ min, max }: { readonly min: number; readonly max: number }): boolean {
  return (max === -1 && min <= 1) || (min === 0 && max === 1);
}
