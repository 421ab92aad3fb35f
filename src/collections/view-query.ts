import { splitTokens } from "../lib/split-tokens.ts";

/** A column or table of a query: as it is written, and under which name it is known. */
export interface Identifier {
  readonly original: string;
  readonly alias: string;
}

export interface ViewQueryParts {
  readonly columns: readonly Identifier[];
  /** The first one is the main table. */
  readonly tables: readonly Identifier[];
}

/**
 * Finds the columns and tables of a SELECT, just well enough to guess the types of a view's fields: unions
 * and common table expressions are not understood (PocketBase: core/view.go, identifiersParser).
 *
 * @throws Error when brackets or quotes are left open or a part is no identifier
 */
export function parseViewQuery(query: string): ViewQueryParts {
  const parts = { select: "", from: "", join: "" };
  let part: keyof typeof parts | undefined;
  let isSkipping = false;
  for (const token of splitTokens(marked(query), { separators: ", \n\t", keepSeparator: true })) {
    const word = token.trim().toLowerCase();
    if (word === "distinct") continue;
    if (word === DISCARD) {
      isSkipping = true;
      continue;
    }
    if (word === "select" || word === "from" || word === JOIN) {
      isSkipping = false;
      if (word === JOIN && part === "join") parts.join += ",";
      part = word === JOIN ? "join" : word;
      continue;
    }
    if (part === "join" && word === "on") isSkipping = true;
    if (!isSkipping && part) parts[part] += ` ${token}`;
  }
  const tables = [...identifiers(parts.from), ...identifiers(parts.join)];
  return { columns: identifiers(parts.select), tables };
}

/**
 * The query without blanks and semicolons around it.
 *
 * @throws Error when more than one statement is left
 */
export function singleStatement(query: string): string {
  const trimmed = bare(query);
  if (statements(trimmed) > 1) throw new Error("multiple statements are not supported");
  return trimmed;
}

const JOIN = "__pb_join__";
const DISCARD = "__pb_discard__";

const COMMENTS = /(\/\*[\s\S]*?\*\/)|(--.+$)/gm;
const JOINS =
  /\s+(full\s+outer\s+join|left\s+outer\s+join|right\s+outer\s+join|full\s+join|cross\s+join|inner\s+join|outer\s+join|left\s+join|right\s+join|join)\s/gi;
/** What these words begin holds no column or table that a field could come from. */
const CLAUSES = /\s+(where|group\s+by|having|order|limit|with)\s/gi;

function marked(query: string): string {
  return bare(query)
    .replace(COMMENTS, " ")
    .replace(JOINS, ` ${JOIN} `)
    .replace(CLAUSES, ` ${DISCARD} `);
}

export function bare(query: string): string {
  return query.trim().replace(/^;+|;+$/g, "");
}

function statements(query: string): number {
  try {
    return splitTokens(query, { separators: ";" }).length;
  } catch {
    // Open quotes and brackets are for SQLite to explain.
    return 1;
  }
}

function identifiers(list: string): Identifier[] {
  return splitTokens(list, { separators: "," }).map((text) =>
    identifierOf(splitTokens(text, { separators: " \n\t" })),
  );
}

function identifierOf(parts: readonly string[]): Identifier {
  const [original = "", second = "", third = ""] = parts;
  if (parts.length === 1) {
    return { original: unquoted(original), alias: unquoted(original.split(".").at(-1)!, "'") };
  }
  if (parts.length === 2) return { original: unquoted(original), alias: unquoted(second, "'") };
  if (parts.length === 3 && second.toLowerCase() === "as") {
    return { original: unquoted(original), alias: unquoted(third, "'") };
  }
  if (parts.length === 3) throw new Error(`invalid identifier part - expected "as", got ${second}`);
  throw new Error(`invalid identifier parts [${parts.join(" ")}]`);
}

function unquoted(path: string, extra = ""): string {
  const quotes = `\`"[];${extra}`;
  return path
    .split(".")
    .map((name) => {
      let start = 0;
      let end = name.length;
      while (start < end && quotes.includes(name[start]!)) start++;
      while (end > start && quotes.includes(name[end - 1]!)) end--;
      return name.slice(start, end);
    })
    .join(".");
}
