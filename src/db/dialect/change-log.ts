import { type Fragment, join, raw, sql } from "./fragment.ts";

/*
 * The change log, a table of our own in data.db. Its positions are never used twice, not even after old ones
 * were deleted; the row at position 0 carries the log's identity.
 */

export const CHANGES_TABLE = "_xChanges";

const TABLE = raw("`_xChanges`");

export const CREATE_CHANGES = sql`CREATE TABLE IF NOT EXISTS ${TABLE} (
    position   INTEGER PRIMARY KEY AUTOINCREMENT,
    collection TEXT NOT NULL,
    record     TEXT NOT NULL,
    action     TEXT NOT NULL,
    data       TEXT NOT NULL,
    time       INTEGER NOT NULL
  )`;

/** Gives a log without identity one. */
export function insertLogId(id: string, time: number): Fragment {
  return sql`INSERT OR IGNORE INTO ${TABLE} VALUES (0, '', ${id}, 'log', '', ${time})`;
}

/** Gives a log another identity: its positions so far mean nothing any more to who has heard of them. */
export function renewLogId(id: string): Fragment {
  return sql`UPDATE ${TABLE} SET record = ${id} WHERE position = 0`;
}

export interface ChangeRow {
  /** Collection id. */
  readonly collection: string;
  readonly record: string;
  readonly action: string;
  /** JSON object: the row's columns. */
  readonly data: string;
  /** Unix milliseconds. */
  readonly time: number;
}

/** Adds a change and gives its `position`. */
export function appendChange({ collection, record, action, data, time }: ChangeRow): Fragment {
  const values = join(
    [collection, record, action, data, time].map((value) => sql`${value}`),
    ", ",
  );
  return sql`INSERT INTO ${TABLE} (collection, record, action, data, time) VALUES (${values}) RETURNING position`;
}

/** One row: `id`, `oldest` (NULL without changes) and `newest`, the last position ever given. */
export function selectChangeBounds(): Fragment {
  return sql`SELECT (SELECT record FROM ${TABLE} WHERE position = 0) AS id,
    (SELECT min(position) FROM ${TABLE} WHERE position > 0) AS oldest,
    coalesce((SELECT seq FROM sqlite_sequence WHERE name = ${CHANGES_TABLE}), 0) AS newest`;
}

export interface ChangeRange {
  /** The first position is the one behind this. */
  readonly after: number;
  readonly upTo: number;
  /** Collection ids. */
  readonly collections: readonly string[];
  readonly limit: number;
}

export function selectChanges({ after, upTo, collections, limit }: ChangeRange): Fragment {
  const known = JSON.stringify(collections);
  return sql`SELECT position, collection, record, action, data FROM ${TABLE}
    WHERE position > ${after} AND position <= ${upTo} AND collection IN (SELECT value FROM json_each(${known}))
    ORDER BY position LIMIT ${limit}`;
}

/** Deletes what is further back than a position, or older than a time. */
export function trimChanges(upTo: number, before: number): Fragment {
  return sql`DELETE FROM ${TABLE} WHERE position > 0 AND (position <= ${upTo} OR time < ${before})`;
}
