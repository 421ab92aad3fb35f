export interface SplitOptions {
  /** Every character of it separates. */
  readonly separators: string;
  /** Leaves the separator at the end of its token. */
  readonly keepSeparator?: boolean;
  /** Brackets are characters like others: separators between them count. */
  readonly ignoreBrackets?: boolean;
}

/**
 * Splits text at separators that stand outside of quotes (`'`, `"`, `` ` ``) and round brackets; a
 * backslash takes the meaning from the character after it. Tokens are trimmed, empty ones left out
 * (PocketBase: tools/tokenizer).
 *
 * @throws Error when a bracket or quote stays open
 */
export function splitTokens(text: string, options: SplitOptions): string[] {
  const tokens: string[] = [];
  let token = "";
  let depth = 0;
  let quote = "";
  let previous = "";
  const finish = () => {
    const trimmed = trim(token, options.separators);
    if (trimmed !== "") tokens.push(trimmed);
    token = "";
  };
  for (const char of text) {
    if (previous !== "\\") {
      if (quote === "" && char === "(" && !options.ignoreBrackets) depth++;
      else if (quote === "" && char === ")" && depth > 0) depth--;
      else if (QUOTES.includes(char)) quote = quote === char ? "" : quote || char;
    }
    if (depth === 0 && quote === "" && options.separators.includes(char)) {
      if (options.keepSeparator) token += char;
      finish();
      previous = "";
      continue;
    }
    token += char;
    previous = char;
  }
  if (depth > 0 || quote !== "") {
    throw new Error(`unbalanced parenthesis or quoted expression: ${JSON.stringify(token)}`);
  }
  finish();
  return tokens;
}

const QUOTES = "'\"`";
const WHITE_SPACE = "\t\n\v\f\r \u0085\u00a0";

/** Strips white space, except what separates. */
function trim(token: string, separators: string): string {
  const isBlank = (char: string | undefined) =>
    char !== undefined && WHITE_SPACE.includes(char) && !separators.includes(char);
  let start = 0;
  let end = token.length;
  while (start < end && isBlank(token[start])) start++;
  while (end > start && isBlank(token[end - 1])) end--;
  return token.slice(start, end);
}
