import Sqlite from "better-sqlite3";
import { BEGIN, CHANGES, COMMIT, openingPragmas } from "./dialect/sqlite.ts";
import { translateSqliteError } from "./errors.ts";

export interface ScriptColumn {
  readonly name: string;
  /** As declared, in capitals; empty for what is computed. */
  readonly type: string;
}

/** What the last statement of a script gave. */
export interface ScriptResult {
  /** Rows that it inserted, updated or deleted; 0 for one that only reads. */
  readonly changes: number;
  readonly columns: readonly ScriptColumn[];
  /** Whole numbers are `bigint`. */
  readonly rows: readonly (readonly unknown[])[];
}

export interface ScriptOptions {
  /** Everything succeeds or fails as one, and no rows are given. */
  readonly inTransaction: boolean;
  readonly maxRows: number;
}

type Prepared = Sqlite.Statement<unknown[], unknown>;

/**
 * Runs statements that somebody typed, one after the other, on a connection of its own. Occupies its thread,
 * for as long as the statements take.
 *
 * @throws DatabaseError
 */
export function runScript(path: string, script: string, options: ScriptOptions): ScriptResult {
  const database = new Sqlite(path, { fileMustExist: true });
  try {
    for (const pragma of openingPragmas("full")) database.pragma(pragma);
    if (!options.inTransaction) return runAll(database, script, options.maxRows);
    database.exec(BEGIN);
    const result = runAll(database, script, 0);
    database.exec(COMMIT);
    return { ...result, columns: [], rows: [] };
  } catch (error) {
    throw translateSqliteError(error);
  } finally {
    database.close();
  }
}

function runAll(database: Sqlite.Database, script: string, maxRows: number): ScriptResult {
  let result: ScriptResult = { changes: 0, columns: [], rows: [] };
  let text = "";
  for (const piece of splitAtSemicolons(script)) {
    text += piece;
    const statement = prepare(database, text);
    if (statement === "incomplete") continue;
    text = "";
    if (statement) result = run(database, statement, maxRows);
  }
  // What is still open is SQLite's to explain.
  if (text.trim() !== "") database.prepare(text);
  return result;
}

/** @returns undefined for blanks and comments only */
function prepare(database: Sqlite.Database, text: string): Prepared | "incomplete" | undefined {
  try {
    return database.prepare<unknown[], unknown>(text).safeIntegers(true);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    // The body of a trigger has semicolons of its own.
    if (error instanceof Error && error.message === "incomplete input") return "incomplete";
    throw error;
  }
}

function run(database: Sqlite.Database, statement: Prepared, maxRows: number): ScriptResult {
  if (!statement.reader) return { changes: statement.run().changes, columns: [], rows: [] };
  const columns = statement
    .columns()
    .map(({ name, type }) => ({ name, type: (type ?? "").toUpperCase() }));
  const rows: unknown[][] = [];
  for (const row of statement.raw(true).iterate()) {
    if (rows.length < maxRows) rows.push(row as unknown[]);
    else if (statement.readonly) break;
  }
  const changes = statement.readonly ? 0 : Number(database.prepare(CHANGES).pluck().get());
  return { changes, columns, rows };
}

/** Quoted texts and names, comments, semicolons, and what is between them. */
const PARTS =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|;|[^'"`[\-/;]+|[\s\S]/g;

/** Pieces that end with a semicolon, but the last: a piece may be a part of a statement only. */
function splitAtSemicolons(script: string): string[] {
  const pieces = [""];
  for (const [part] of script.matchAll(PARTS)) {
    pieces[pieces.length - 1] += part;
    if (part === ";") pieces.push("");
  }
  return pieces;
}
