import type { ExpressionNode, GroupNode, JoinWord, OperandNode, ParsedFilter } from "./ast.ts";
import { FilterError } from "./errors.ts";
import { LruCache } from "./lru-cache.ts";
import { Scanner, type Token } from "./scanner.ts";

/**
 * Parses a filter or rule text; the last ones are remembered. `&&` and `||` get their precedence from SQL,
 * so the items of a bracket stay a flat list.
 *
 * @param placeholders whether `{:name}` stands for a value given beside the text
 * @throws FilterError
 */
export function parseFilter(text: string, placeholders = false): ParsedFilter {
  const key = placeholders ? `{:}${text}` : text;
  const known = cache.get(key);
  if (known) return known;
  const parsed = new Parser(placeholders).parse(text);
  cache.set(key, parsed, text.length + 100);
  return parsed;
}

/** Bytes of a filter that a client sends; rules may be longer. */
const MAX_CLIENT_BYTES = 3500;

/**
 * Parses a filter that a client sent; `undefined` for an empty one.
 *
 * @throws FilterError
 */
export function parseClientFilter(text = ""): ParsedFilter | undefined {
  if (text === "") return undefined;
  if (Buffer.byteLength(text) > MAX_CLIENT_BYTES) {
    throw new FilterError("max filter length limit reached");
  }
  return parseFilter(text);
}

/** Characters of texts that are remembered. */
const CACHE_SIZE = 1_000_000;
const cache = new LruCache<ParsedFilter>(CACHE_SIZE);

/** Brackets may be this deep; SQLite would refuse a deeper expression anyway. */
const MAX_DEPTH = 2000;

class Parser {
  readonly #placeholders: boolean;
  readonly #literals: (string | number)[] = [];
  readonly #shape: string[] = [];

  constructor(placeholders: boolean) {
    this.#placeholders = placeholders;
  }

  parse(text: string): ParsedFilter {
    const root = this.#group(text, 0);
    return { root, literals: this.#literals, shape: this.#shape.join(" ") };
  }

  #group(text: string, depth: number): GroupNode {
    if (depth > MAX_DEPTH) throw new FilterError("too many nested groups");
    const scanner = new Scanner(text, this.#placeholders);
    const items: { join: JoinWord; node: ExpressionNode }[] = [];
    let join: JoinWord = "AND";
    let expects: "left" | "sign" | "right" | "join" = "left";
    let left: OperandNode | undefined;
    let sign = "";
    for (let token = scanner.next(); token; token = scanner.next()) {
      if (token.kind === "group") {
        // A bracket may stand anywhere: it needs no join before it and makes a begun comparison forgotten.
        items.push({ join, node: this.#bracket(token, join, depth) });
        expects = "join";
      } else if (expects === "left") {
        this.#shape.push(join);
        left = this.#operand(token, "left operand (identifier, function, text or number)");
        expects = "sign";
      } else if (expects === "sign") {
        sign = this.#sign(token);
        expects = "right";
      } else if (expects === "right") {
        const right = this.#operand(token, "right operand (identifier, function text or number)");
        items.push({ join, node: { kind: "comparison", left: left!, sign, right } });
        expects = "join";
      } else {
        join = joinWord(token);
        expects = "left";
      }
    }
    if (expects === "join") return { kind: "group", items };
    throw new FilterError(items.length === 0 && !left ? "empty filter expression" : INCOMPLETE);
  }

  #bracket(token: Token, join: JoinWord, depth: number): GroupNode {
    this.#shape.push(join, "(");
    const group = this.#group(token.text, depth + 1);
    this.#shape.push(")");
    return group;
  }

  #sign(token: Token): string {
    if (token.kind !== "sign") throw unexpected("a sign operator", token);
    this.#shape.push(token.text);
    return token.text;
  }

  #operand(token: Token, expected: string): OperandNode {
    switch (token.kind) {
      case "identifier":
        this.#shape.push(token.text);
        return { kind: "identifier", name: token.text };
      case "placeholder":
        this.#shape.push(`{:${token.text}}`);
        return { kind: "placeholder", name: token.text };
      case "text":
      case "number":
        this.#shape.push(token.kind === "text" ? "''" : "0");
        this.#literals.push(token.kind === "text" ? token.text : toNumber(token.text));
        return { kind: token.kind, index: this.#literals.length - 1, text: token.text };
      case "function":
        return this.#call(token, expected);
      default:
        throw unexpected(expected, token);
    }
  }

  #call(token: Token, expected: string): OperandNode {
    this.#shape.push(`${token.text}(`);
    const args = token.args!.map((arg) => this.#operand(arg, expected));
    this.#shape.push(")");
    return { kind: "function", name: token.text, args };
  }
}

const INCOMPLETE = "invalid or incomplete filter expression";

function joinWord(token: Token): JoinWord {
  if (token.kind !== "join") throw unexpected("&& or ||", token);
  return token.text === "||" ? "OR" : "AND";
}

function unexpected(expected: string, token: Token): FilterError {
  return new FilterError(`expected ${expected}, got ${JSON.stringify(token.text)} (${token.kind})`);
}

/** Digits too large for a number count as 0 (PocketBase: cast.ToFloat64). */
function toNumber(text: string): number {
  const value = Number(text);
  return Number.isFinite(value) ? value : 0;
}
