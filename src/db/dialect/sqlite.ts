import { type Fragment, identifier, raw, sql } from "./fragment.ts";

/** How safe a commit is: `full` survives a power cut, `normal` may lose the last ones (never corrupts). */
export type Durability = "full" | "normal";

/** Which of the two files of a data folder. */
export type DatabaseRole = "data" | "auxiliary";

/**
 * The pragmas of every connection, in PocketBase's order (core/db_connect.go) with its values, and what
 * measured better: mapped reads halve the time of scans, and larger checkpoint steps take its cost from
 * most commits. `busy_timeout` comes first so that the switch to WAL can wait.
 */
export function openingPragmas(durability: Durability): readonly string[] {
  return [
    "busy_timeout = 10000",
    "journal_mode = WAL",
    "journal_size_limit = 200000000",
    `synchronous = ${durability === "full" ? "FULL" : "NORMAL"}`,
    "foreign_keys = ON",
    "temp_store = MEMORY",
    "cache_size = -32000",
    "mmap_size = 268435456",
    "wal_autocheckpoint = 4000",
  ];
}

/**
 * For a connection that is in use: waiting inside SQLite would stop the whole process, so the writer
 * waits outside (see `busyDelays`) and a reader, which WAL blocks for moments only, a little.
 */
export function busyTimeout(milliseconds: number): string {
  return `busy_timeout = ${milliseconds}`;
}

/** Changes on the writer connection when, and only when, another connection has committed. */
export const DATA_VERSION = "PRAGMA data_version";

export const BEGIN = "BEGIN IMMEDIATE";
export const COMMIT = "COMMIT";
export const ROLLBACK = "ROLLBACK";
export const SAVEPOINT = "SAVEPOINT job";
export const RELEASE = "RELEASE job";
export const ROLLBACK_TO = "ROLLBACK TO job";

/** Rows that the last statement of the connection inserted, updated or deleted. */
export const CHANGES = "SELECT changes()";

/** Moves the write-ahead log into the database file and empties it. */
export const CHECKPOINT = "PRAGMA wal_checkpoint(TRUNCATE)";
/** Refreshes the planner's statistics where they are worth it. */
export const OPTIMIZE = "PRAGMA optimize";
export const VACUUM = "VACUUM";

/** Gives `ok`, or the first thing that is wrong with the file. */
export const CHECK_CONTENT = "PRAGMA quick_check(1)";

/** The table that a tree of the file belongs to; the one parameter is its first page. */
export const TREES = "SELECT tbl_name FROM sqlite_schema WHERE rootpage = ?";

/** Found at the right edge of the table's tree, however large it is. */
export function largestRowId(table: string): string {
  return sql`SELECT max(rowid) FROM ${identifier(table)}`.sql;
}

/** All columns of the rows whose id is in a JSON array, which is the one parameter. */
export function rowsByIds(table: string): Fragment {
  return sql`SELECT * FROM ${identifier(table)} WHERE ${identifier("id")} IN (${listed})`;
}

/** Deletes the rows whose id is in a JSON array, which is the one parameter. */
export function deleteByIds(table: string): Fragment {
  return sql`DELETE FROM ${identifier(table)} WHERE ${identifier("id")} IN (${listed})`;
}

const listed = raw("SELECT value FROM json_each(?)");
