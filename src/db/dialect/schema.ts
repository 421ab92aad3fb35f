import { type Fragment, identifier, join, raw, sql } from "./fragment.ts";

/*
 * Tables, columns and indexes, and what is known about them. The texts are PocketBase's, so that a schema
 * dump of both reads alike; SQLite keeps them as they were given.
 */

const ID = "TEXT PRIMARY KEY DEFAULT ('r'||lower(hex(randomblob(7)))) NOT NULL";
const NOW = "TEXT DEFAULT (strftime('%Y-%m-%d %H:%M:%fZ')) NOT NULL";

/** The history of migrations, in data.db. */
export const CREATE_MIGRATIONS = raw(
  "CREATE TABLE IF NOT EXISTS `_migrations` (file VARCHAR(255) PRIMARY KEY NOT NULL, applied INTEGER NOT NULL)",
);

/** The tables of data.db that are no collections (PocketBase: migrations/1640988000_init.go). */
export const CREATE_SYSTEM_TABLES: readonly Fragment[] = [
  raw(`CREATE TABLE \`_params\` (
    \`id\`      ${ID},
    \`value\`   JSON DEFAULT NULL,
    \`created\` ${NOW},
    \`updated\` ${NOW}
  )`),
  raw(`CREATE TABLE \`_collections\` (
    \`id\`         ${ID},
    \`system\`     BOOLEAN DEFAULT FALSE NOT NULL,
    \`type\`       TEXT DEFAULT "base" NOT NULL,
    \`name\`       TEXT UNIQUE NOT NULL,
    \`fields\`     JSON DEFAULT "[]" NOT NULL,
    \`indexes\`    JSON DEFAULT "[]" NOT NULL,
    \`listRule\`   TEXT DEFAULT NULL,
    \`viewRule\`   TEXT DEFAULT NULL,
    \`createRule\` TEXT DEFAULT NULL,
    \`updateRule\` TEXT DEFAULT NULL,
    \`deleteRule\` TEXT DEFAULT NULL,
    \`options\`    JSON DEFAULT "{}" NOT NULL,
    \`created\`    ${NOW},
    \`updated\`    ${NOW}
  )`),
];

export const CREATE_COLLECTIONS_INDEX = raw(
  "CREATE INDEX IF NOT EXISTS idx__collections_type on `_collections` (`type`)",
);

/** The table of auxiliary.db (PocketBase: migrations/1640988000_aux_init.go). */
export const CREATE_LOGS: readonly Fragment[] = [
  raw(`CREATE TABLE IF NOT EXISTS \`_logs\` (
    \`id\`      ${ID},
    \`level\`   INTEGER DEFAULT 0 NOT NULL,
    \`message\` TEXT DEFAULT "" NOT NULL,
    \`data\`    JSON DEFAULT "{}" NOT NULL,
    \`created\` ${NOW}
  )`),
  raw("CREATE INDEX IF NOT EXISTS idx_logs_level on `_logs` (`level`)"),
  raw("CREATE INDEX IF NOT EXISTS idx_logs_message on `_logs` (`message`)"),
  raw(
    "CREATE INDEX IF NOT EXISTS idx_logs_created_hour on `_logs` (strftime('%Y-%m-%d %H:00:00', `created`))",
  ),
];

/** All collections in order of their creation. */
export function selectCollections(): Fragment {
  return sql`SELECT * FROM ${identifier("_collections")} ORDER BY ${identifier("rowid")} ASC`;
}

/**
 * The files of the last applied migrations among the known ones, newest first. Old rows count in seconds,
 * newer ones in microseconds.
 */
export function selectLastMigrations(known: readonly string[], limit: number): Fragment {
  return sql`SELECT file FROM ${identifier("_migrations")} WHERE file IN (SELECT value FROM json_each(${JSON.stringify(known)})) ORDER BY substr(applied||'0000000000000000', 0, 17) DESC, file DESC LIMIT ${limit}`;
}

/** @param columns definitions by name; they are put in order of their names' bytes */
export function createTable(table: string, columns: Readonly<Record<string, string>>): Fragment {
  const list = Object.keys(columns)
    .toSorted()
    .map((name) => sql`${identifier(name)} ${raw(columns[name]!)}`);
  return sql`CREATE TABLE ${identifier(table)} (${join(list, ", ")})`;
}

export function dropTable(table: string): Fragment {
  return sql`DROP TABLE IF EXISTS ${identifier(table)}`;
}

export function renameTable(from: string, to: string): Fragment {
  return sql`ALTER TABLE ${identifier(from)} RENAME TO ${identifier(to)}`;
}

export function addColumn(table: string, column: string, definition: string): Fragment {
  return sql`ALTER TABLE ${identifier(table)} ADD ${identifier(column)} ${raw(definition)}`;
}

export function dropColumn(table: string, column: string): Fragment {
  return sql`ALTER TABLE ${identifier(table)} DROP COLUMN ${identifier(column)}`;
}

export function renameColumn(table: string, from: string, to: string): Fragment {
  return sql`ALTER TABLE ${identifier(table)} RENAME COLUMN ${identifier(from)} TO ${identifier(to)}`;
}

/** @param definition a statement written by `buildIndex` */
export function createIndex(definition: string): Fragment {
  return raw(definition);
}

export function dropIndex(name: string): Fragment {
  return sql`DROP INDEX IF EXISTS ${identifier(name)}`;
}

/** One row when a table or view of that name, in any case, exists. */
export function selectTable(name: string): Fragment {
  return sql`SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND LOWER(name) = LOWER(${name}) LIMIT 1`;
}

/** The table (as `table`) that has an index of this name, in any case, unless it is one of the given tables. */
export function selectIndexOwner(index: string, exceptTables: readonly string[]): Fragment {
  const others = exceptTables.map((table) => sql` AND LOWER(tbl_name) != LOWER(${table})`);
  return sql`SELECT tbl_name AS ${identifier("table")} FROM sqlite_schema WHERE type = 'index' AND LOWER(name) = LOWER(${index})${join(others, "")} LIMIT 1`;
}

/** Names and statements of a table's indexes, without the automatic ones. */
export function selectIndexes(table: string): Fragment {
  return sql`SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ${table} AND sql IS NOT NULL`;
}

/** Fills a list column from one that held single values: nothing becomes an empty list, a list stays. */
export function copySingleToMultiple(table: string, from: string, to: string): Fragment {
  const old = identifier(from);
  return sql`UPDATE ${identifier(table)} SET ${identifier(to)} = (CASE WHEN COALESCE(${old}, '') = '' THEN '[]' ELSE (CASE WHEN json_valid(${old}) AND json_type(${old}) == 'array' THEN ${old} ELSE json_array(${old}) END) END)`;
}

/** Fills a column of single values from one that held lists: the last element stays. */
export function copyMultipleToSingle(table: string, from: string, to: string): Fragment {
  const old = identifier(from);
  return sql`UPDATE ${identifier(table)} SET ${identifier(to)} = (CASE WHEN COALESCE(${old}, '[]') = '[]' THEN '' ELSE (CASE WHEN json_valid(${old}) AND json_type(${old}) == 'array' THEN COALESCE(json_extract(${old}, '$[#-1]'), '') ELSE ${old} END) END)`;
}
