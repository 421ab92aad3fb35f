/** The parts of a `CREATE INDEX` that the editor knows. */
export interface IndexParts {
  readonly isUnique: boolean;
  readonly name: string;
  readonly table: string;
  readonly columns: readonly IndexColumn[];
  /** The condition of a partial index, without `WHERE`. */
  readonly where: string;
}

export interface IndexColumn {
  /** A column or an expression. */
  readonly name: string;
  /** What follows it: collation, direction. */
  readonly rest: string;
}

const CREATE_INDEX =
  /^\s*create\s+(unique\s+)?index\s+(?:if\s+not\s+exists\s+)?(\S+)\s+on\s+(\S+)\s*\(([^]*)\)(?:\s*where\s+([^]*))?\s*;?\s*$/i;

/** @returns undefined when it is no such statement */
export function parseIndex(text: string): IndexParts | undefined {
  const [, unique, name, table, inside, where = ""] = CREATE_INDEX.exec(text) ?? [];
  if (name === undefined || table === undefined || inside === undefined) return undefined;
  return {
    isUnique: unique !== undefined,
    name: unquote(name.slice(name.lastIndexOf(".") + 1)),
    table: unquote(table),
    columns: splitColumns(inside).map(parseColumn),
    where: where.trim(),
  };
}

export function buildIndex({ isUnique, name, table, columns, where }: IndexParts): string {
  const list = columns.map((column) => `${quote(column.name)}${column.rest && ` ${column.rest}`}`);
  const condition = where === "" ? "" : ` WHERE ${where}`;
  const unique = isUnique ? "UNIQUE " : "";
  return `CREATE ${unique}INDEX ${quote(name)} ON ${quote(table)} (${list.join(", ")})${condition}`;
}

/** The statement with a column called otherwise; as it was when it does not have the column. */
export function renameIndexColumn(text: string, from: string, to: string): string {
  const parts = parseIndex(text);
  if (!parts?.columns.some(({ name }) => name === from)) return text;
  const columns = parts.columns.map((column) =>
    column.name === from ? { ...column, name: to } : column,
  );
  return buildIndex({ ...parts, columns });
}

export function indexHasColumn(text: string, column: string): boolean {
  return parseIndex(text)?.columns.some(({ name }) => name === column) ?? false;
}

function parseColumn(text: string): IndexColumn {
  const [, quoted, plain, rest = ""] =
    /^(?:([`"[][^`"\]]*[`"\]])|(\w+))(?:\s+([^]*))?$/.exec(text) ?? [];
  const name = quoted === undefined ? plain : unquote(quoted);
  return name === undefined ? { name: text, rest: "" } : { name, rest: rest.trim() };
}

/** At commas that are not inside of brackets. */
function splitColumns(text: string): string[] {
  const columns: string[] = [];
  let depth = 0;
  let column = "";
  for (const sign of text) {
    depth += sign === "(" ? 1 : sign === ")" ? -1 : 0;
    if (sign === "," && depth === 0) {
      columns.push(column.trim());
      column = "";
    } else column += sign;
  }
  return [...columns, column.trim()].filter((each) => each !== "");
}

function unquote(name: string): string {
  return name.replaceAll(/^[`"[]|[`"\]]$/g, "");
}

/** Expressions stay as they are. */
function quote(name: string): string {
  return /^\w*$/.test(name) ? `\`${name}\`` : name;
}
