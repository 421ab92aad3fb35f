/** What a piece of code is; its colour follows. */
export type TokenKind =
  | "field"
  | "text"
  | "number"
  | "macro"
  | "operator"
  | "comment"
  | "keyword"
  | "plain";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

export type CodeLanguage = "rule" | "sql" | "json" | "html" | "javascript" | "plain";

type Rule = readonly [kind: TokenKind, pattern: RegExp];

const QUOTED = /"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?/y;
const NUMBER = /-?\b\d+(?:\.\d+)?(?:e[+-]?\d+)?\b/iy;

const SQL_WORDS =
  "select|distinct|from|where|group|order|by|having|limit|offset|join|left|right|inner|outer|cross|on|as|and|or|not|in|is|null|like|between|case|when|then|else|end|union|all|with|cast|create|index|unique|if|exists|asc|desc|collate|nocase|insert|into|values|update|set|delete|count|sum|avg|min|max|coalesce";

const SCRIPT_WORDS =
  "import|from|const|let|await|async|new|function|return|if|else|for|of|true|false|null|undefined|export|default";

const RULES: Readonly<Record<CodeLanguage, readonly Rule[]>> = {
  rule: [
    ["comment", /\/\/[^\n]*/y],
    ["text", QUOTED],
    ["number", NUMBER],
    ["keyword", /\b(?:true|false|null)\b/iy],
    ["macro", /@[\w.:]*/y],
    ["field", /[a-z_]\w*(?:[.:]\w*)*/iy],
    ["operator", /[=!<>~?&|]+/y],
  ],
  sql: [
    ["comment", /--[^\n]*|\/\*[^]*?(?:\*\/|$)/y],
    ["text", QUOTED],
    ["field", /`[^`]*`?|\[[^\]]*\]?/y],
    ["number", NUMBER],
    ["keyword", new RegExp(`\\b(?:${SQL_WORDS})\\b`, "iy")],
    ["plain", /\w+/y],
    ["operator", /[=!<>|+*/%-]+/y],
  ],
  json: [
    ["field", /"(?:\\.|[^"\\])*"(?=\s*:)/y],
    ["text", /"(?:\\.|[^"\\])*"?/y],
    ["number", NUMBER],
    ["keyword", /\b(?:true|false|null)\b/y],
  ],
  html: [
    ["comment", /<!--[^]*?(?:-->|$)/y],
    ["macro", /\{[A-Z_]+(?::\w+)?\}/y],
    ["keyword", /<\/?[a-z][\w-]*|\/?>/iy],
    ["text", /"[^"<]*"/y],
    ["field", /[a-z-]+(?==")/iy],
  ],
  javascript: [
    ["comment", /\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)/y],
    ["text", /"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|`[^`]*`?/y],
    ["number", NUMBER],
    ["keyword", new RegExp(`\\b(?:${SCRIPT_WORDS})\\b`, "y")],
    ["field", /[a-z_$]\w*(?=\s*[:(])/iy],
    ["plain", /[\w$]+/y],
  ],
  plain: [],
};

/** Cuts code into coloured pieces; together they are the code again, whatever it is. */
export function tokenize(code: string, language: CodeLanguage): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let plain = "";
  while (at < code.length) {
    const token = matchAt(RULES[language], code, at);
    if (!token) {
      plain += code[at++];
      continue;
    }
    if (plain !== "") tokens.push({ kind: "plain", text: plain });
    plain = "";
    tokens.push(token);
    at += token.text.length;
  }
  if (plain !== "") tokens.push({ kind: "plain", text: plain });
  return tokens;
}

function matchAt(rules: readonly Rule[], code: string, at: number): Token | undefined {
  for (const [kind, pattern] of rules) {
    pattern.lastIndex = at;
    const text = pattern.exec(code)?.[0];
    if (text) return { kind, text };
  }
  return undefined;
}
