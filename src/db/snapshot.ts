import Sqlite from "better-sqlite3";
import { Connection } from "./connection.ts";
import type { Row, Statement } from "./database.ts";
import { CHECKPOINT, CHECK_CONTENT } from "./dialect/sqlite.ts";
import { translateSqliteError } from "./errors.ts";

/** More pages than a file can have: all are copied in one step, which sees one moment of the database. */
const ALL_PAGES = 0x7fffffff;

/**
 * Copies a database that others read and write meanwhile, as it is at one moment, page by page. Occupies its
 * thread; the others go on.
 *
 * @param to must not be there
 * @throws DatabaseError
 */
export async function copyDatabase(from: string, to: string): Promise<void> {
  try {
    const source = new Sqlite(from, { readonly: true, fileMustExist: true });
    try {
      await source.backup(to, { progress: () => ALL_PAGES });
    } finally {
      source.close();
    }
  } catch (error) {
    throw translateSqliteError(error);
  }
}

/** What may be done with a database that nobody else has open. */
export interface LooseDatabase {
  get(statement: Statement): Row | undefined;
  run(statement: Statement): void;
}

/**
 * Looks through a database that nobody else has open, and moves its write-ahead log into it. Occupies its thread.
 *
 * @param work runs while it is open
 * @throws Error with what is wrong with it
 */
export function checkDatabase(path: string, work: (database: LooseDatabase) => void): void {
  const connection = new Connection(path, {
    durability: "full",
    readonly: false,
    busyTimeoutMs: 0,
  });
  try {
    const [finding] = connection.values({ sql: CHECK_CONTENT, parameters: [] });
    if (finding?.[0] !== "ok") throw new Error(String(finding?.[0]));
    work(connection);
    connection.command(CHECKPOINT);
  } finally {
    connection.close();
  }
}
