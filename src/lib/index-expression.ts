import { splitTokens } from "./split-tokens.ts";

export interface IndexColumn {
  /** A column name or an expression. */
  readonly name: string;
  readonly collate: string;
  /** `ASC`, `DESC` or empty. */
  readonly sort: string;
}

/** The parts of a `CREATE INDEX` statement; parts that are not there are empty. */
export interface IndexExpression {
  readonly schema: string;
  readonly name: string;
  readonly table: string;
  readonly columns: readonly IndexColumn[];
  readonly where: string;
  readonly unique: boolean;
  /** `IF NOT EXISTS`. */
  readonly optional: boolean;
}

/**
 * Reads a `CREATE INDEX` statement; quotes around names are dropped (PocketBase: tools/dbutils/index.go).
 * What is no such statement gives empty parts.
 */
export function parseIndex(text: string): IndexExpression {
  const head = HEAD.exec(text);
  if (!head) return NOTHING;
  const start = head[0].length;
  const end = closingBracket(text, start);
  const tail = end < 0 ? null : TAIL.exec(text.slice(end + 1));
  if (!tail) return NOTHING;
  const [, unique, optional, path = "", table = ""] = head;
  const [name, schema = ""] = split(path, ".").map(stripped).toReversed();
  return {
    schema,
    name: name ?? "",
    table: stripped(table),
    columns: split(text.slice(start, end), ",").flatMap(parseColumn),
    where: tail[1]?.trim() ?? "",
    unique: unique !== undefined,
    optional: optional !== undefined,
  };
}

/** Has what an index needs: a name, a table and a column. */
export function isValidIndex(index: IndexExpression): boolean {
  return index.name !== "" && index.table !== "" && index.columns.length > 0;
}

/**
 * Writes the statement in PocketBase's canonical form, one column per line when there are several.
 * Empty text when the index is not valid.
 */
export function buildIndex(index: IndexExpression): string {
  if (!isValidIndex(index)) return "";
  const columns = index.columns.map(buildColumn);
  const list = columns.length > 1 ? `\n  ${columns.join(",\n  ")}\n` : columns[0]!;
  return [
    "CREATE ",
    index.unique ? "UNIQUE " : "",
    "INDEX ",
    index.optional ? "IF NOT EXISTS " : "",
    index.schema === "" ? "" : `\`${index.schema}\`.`,
    `\`${index.name}\` ON \`${index.table}\` (${list})`,
    index.where === "" ? "" : ` WHERE ${index.where}`,
  ].join("");
}

/** The first unique index over this one column only; partial indexes count too. */
export function findSingleColumnUniqueIndex(
  indexes: readonly string[],
  column: string,
): IndexExpression | undefined {
  return indexes
    .map(parseIndex)
    .find(
      (index) =>
        index.unique &&
        index.columns.length === 1 &&
        index.columns[0]!.name.toLowerCase() === column.toLowerCase(),
    );
}

const HEAD =
  /^\s*create\s+(unique\s+)?\s*index\s*(if\s+not\s+exists\s+)?(\S*)\s+on\s+([^\s(]*)\s*\(/i;
const TAIL = /^(?:\s*where\s+([\s\S]*)|\s*)$/i;
const COLUMN = /^([\s\S]+?)(?:\s+collate\s+(\w+))?(?:\s+(asc|desc))?$/i;

const NOTHING: IndexExpression = {
  schema: "",
  name: "",
  table: "",
  columns: [],
  where: "",
  unique: false,
  optional: false,
};

/** The position of the bracket that closes the one before `start`, or -1. */
function closingBracket(text: string, start: number): number {
  let depth = 1;
  let quote = "";
  for (let at = start; at < text.length; at++) {
    const char = text[at]!;
    if (quote !== "") {
      if (char === quote) quote = "";
    } else if (char === "'" || char === '"' || char === "`") quote = char;
    else if (char === "(") depth++;
    else if (char === ")" && --depth === 0) return at;
  }
  return -1;
}

function split(text: string, separators: string): string[] {
  try {
    return splitTokens(text, { separators });
  } catch {
    return [];
  }
}

function parseColumn(text: string): IndexColumn[] {
  const match = COLUMN.exec(text);
  const name = stripped(match?.[1] ?? "");
  return name === ""
    ? []
    : [{ name, collate: match?.[2] ?? "", sort: (match?.[3] ?? "").toUpperCase() }];
}

function buildColumn(column: IndexColumn): string {
  const isExpression = /[( ]/.test(column.name);
  const collate = column.collate === "" ? "" : ` COLLATE ${column.collate}`;
  const sort = column.sort === "" ? "" : ` ${column.sort}`;
  return `${isExpression ? column.name : `\`${column.name}\``}${collate}${sort}`;
}

function stripped(name: string): string {
  return name.replace(/^[`"'[\]\s]+|[`"'[\]\s]+$/g, "");
}
