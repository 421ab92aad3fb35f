import { FilterError } from "./errors.ts";

export type TokenKind =
  | "identifier"
  | "text"
  | "number"
  | "function"
  | "placeholder"
  | "sign"
  | "join"
  | "group";

export interface Token {
  readonly kind: TokenKind;
  /** The word, the unquoted text, the digits, or what stands inside the brackets of a group. */
  readonly text: string;
  /** Arguments of a function. */
  readonly args?: readonly Token[];
}

const MAX_FUNCTION_DEPTH = 3;

/** Splits a filter into tokens (PocketBase: the fexpr grammar). White space and comments are skipped. */
export class Scanner {
  readonly #text: string;
  readonly #placeholders: boolean;
  #at = 0;

  /** @param placeholders whether `{:name}` stands for a value given beside the text */
  constructor(text: string, placeholders = false) {
    this.#text = text;
    this.#placeholders = placeholders;
  }

  /** @throws FilterError at the first character that fits nowhere */
  next(): Token | undefined {
    this.#skipBlanks();
    const char = this.#peek();
    if (char === "") return undefined;
    if (char === "(") return this.#group();
    if (isIdentifierStart(char)) return this.#identifier(MAX_FUNCTION_DEPTH);
    if (isNumberStart(char)) return this.#number();
    if (isQuote(char)) return this.#textToken();
    if (SIGN_CHARS.includes(char))
      return this.#run("sign", SIGN_CHARS, SIGNS, "invalid sign operator");
    if (JOIN_CHARS.includes(char))
      return this.#run("join", JOIN_CHARS, JOINS, "invalid join operator");
    if (char === "{" && this.#placeholders) return this.#placeholder();
    throw new FilterError(`unexpected character ${quoteChar(this.#text, this.#at)}`);
  }

  #peek(): string {
    return this.#text.charAt(this.#at);
  }

  #skipBlanks(): void {
    for (;;) {
      const char = this.#peek();
      if (char === "/") this.#comment();
      else if (char !== "" && BLANKS.includes(char)) this.#at++;
      else return;
    }
  }

  #comment(): void {
    if (this.#text.charAt(this.#at + 1) !== "/") throw new FilterError("invalid comment");
    const end = this.#text.indexOf("\n", this.#at);
    this.#at = end < 0 ? this.#text.length : end + 1;
  }

  /** The raw text up to the matching bracket. Quotes are respected, comments are not: as in PocketBase. */
  #group(): Token {
    const start = ++this.#at;
    for (let open = 1; ; this.#at++) {
      const char = this.#peek();
      if (char === "") {
        throw new FilterError(`invalid formatted group - missing ${open} closing bracket(s)`);
      }
      if (char === "(") open++;
      else if (char === ")") open--;
      else if (isQuote(char)) {
        this.#quoted();
        this.#at--;
      }
      if (open === 0) return { kind: "group", text: this.#text.slice(start, this.#at++) };
    }
  }

  #identifier(depth: number): Token {
    const start = this.#at++;
    while (isIdentifierPart(this.#peek())) this.#at++;
    const text = this.#text.slice(start, this.#at);
    const isCall = this.#peek() === "(";
    if (isCall && depth <= 0) {
      throw new FilterError(`max nested function arguments reached (max: ${MAX_FUNCTION_DEPTH})`);
    }
    if (!isValidIdentifier(text)) {
      throw new FilterError(
        `invalid ${isCall ? "function name" : "identifier"} ${JSON.stringify(text)}`,
      );
    }
    return isCall
      ? { kind: "function", text, args: this.#args(text, depth) }
      : { kind: "identifier", text };
  }

  #args(name: string, depth: number): Token[] {
    const args: Token[] = [];
    let expectsComma = false;
    this.#at++;
    for (;;) {
      this.#skipBlanks();
      const char = this.#peek();
      if (char === "")
        throw new FilterError(`invalid or incomplete function "${name}" (expected ')')`);
      if (char === ")") {
        this.#at++;
        return args;
      }
      if (expectsComma !== (char === ",")) {
        throw new FilterError(
          expectsComma
            ? `expected comma after the last argument in function "${name}"`
            : `unexpected comma in function "${name}"`,
        );
      }
      if (expectsComma) this.#at++;
      else args.push(this.#argument(name, char, depth));
      expectsComma = !expectsComma;
    }
  }

  #argument(name: string, char: string, depth: number): Token {
    if (char === "{" && this.#placeholders) return this.#placeholder();
    const start = this.#at;
    try {
      if (isIdentifierStart(char)) return this.#identifier(depth - 1);
      if (isNumberStart(char)) return this.#number();
      if (isQuote(char)) return this.#textToken();
    } catch (error) {
      if (!(error instanceof FilterError)) throw error;
      const kind = isQuote(char) ? "text" : isNumberStart(char) ? "number" : "identifier";
      const literal =
        kind === "identifier"
          ? /^.[\w.:]*/.exec(this.#text.slice(start))![0]
          : this.#text.slice(start, this.#at);
      throw new FilterError(
        `invalid ${kind} argument ${JSON.stringify(literal)} in function "${name}": ${error.message}`,
      );
    }
    throw new FilterError(
      `unsupported argument character ${quoteChar(this.#text, this.#at)} in function "${name}"`,
    );
  }

  #textToken(): Token {
    return { kind: "text", text: unescaped(this.#quoted()) };
  }

  #number(): Token {
    const text = /^-?[0-9]*(?:\.[0-9]*)?/.exec(this.#text.slice(this.#at))![0];
    this.#at += text.length;
    if (text === "-" || text.endsWith("."))
      throw new FilterError(`invalid number ${JSON.stringify(text)}`);
    return { kind: "number", text };
  }

  /** A quoted text with its quotes; a backslash takes the meaning from the character after it. */
  #quoted(): string {
    const start = this.#at;
    const quote = this.#peek();
    for (this.#at++; ; this.#at++) {
      const char = this.#peek();
      if (char === "" || char === "\0") {
        throw new FilterError(
          `invalid quoted text ${JSON.stringify(this.#text.slice(start, this.#at))}`,
        );
      }
      if (char === "\\") this.#at++;
      else if (char === quote) return this.#text.slice(start, ++this.#at);
    }
  }

  #run(kind: TokenKind, chars: string, known: ReadonlySet<string>, complaint: string): Token {
    const start = this.#at;
    while (this.#peek() !== "" && chars.includes(this.#peek())) this.#at++;
    const text = this.#text.slice(start, this.#at);
    if (!known.has(text)) throw new FilterError(`${complaint} ${JSON.stringify(text)}`);
    return { kind, text };
  }

  #placeholder(): Token {
    const match = /^\{:([\w.@#-]+)\}/.exec(this.#text.slice(this.#at));
    if (!match) throw new FilterError("invalid placeholder");
    this.#at += match[0].length;
    return { kind: "placeholder", text: match[1]! };
  }
}

const BLANKS = " \t\n";
const SIGN_CHARS = "=?!><~";
const JOIN_CHARS = "&|";
const JOINS: ReadonlySet<string> = new Set(["&&", "||"]);
const BASE_SIGNS = ["=", "!=", "~", "!~", ">", ">=", "<", "<="];
const SIGNS: ReadonlySet<string> = new Set(BASE_SIGNS.flatMap((sign) => [sign, `?${sign}`]));

const isQuote = (char: string) => char === "'" || char === '"';
const isNumberStart = (char: string) => char === "-" || (char >= "0" && char <= "9");
const isIdentifierStart = (char: string) => /^[A-Za-z@_#]/.test(char);
const isIdentifierPart = (char: string) => /^[A-Za-z0-9_.:]/.test(char);

function isValidIdentifier(text: string): boolean {
  return !/[.:]$/.test(text) && !/^[@_#]$/.test(text);
}

/** Takes the quotes off; `\n \t \r \\ \' \"` are replaced, any other `\x` stays as two characters. */
function unescaped(quoted: string): string {
  return quoted.slice(1, -1).replace(/\\(.)/gs, (all, char: string) => ESCAPES[char] ?? all);
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  "\\": "\\",
  "'": "'",
  '"': '"',
};

function quoteChar(text: string, at: number): string {
  const char = String.fromCodePoint(text.codePointAt(at) ?? 0);
  return `'${JSON.stringify(char).slice(1, -1)}'`;
}
