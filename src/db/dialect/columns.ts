/*
 * The column definitions of record tables: what follows the quoted name in DDL. The texts are PocketBase's to
 * the letter, because both servers open the same folder.
 */

/** Text; empty when it was never set. */
export const TEXT_COLUMN = "TEXT DEFAULT '' NOT NULL";

/** The primary key; rows made by plain SQL get an id too. */
export const RECORD_ID_COLUMN =
  "TEXT PRIMARY KEY DEFAULT ('r'||lower(hex(randomblob(7)))) NOT NULL";

export const NUMBER_COLUMN = "NUMERIC DEFAULT 0 NOT NULL";

export const BOOLEAN_COLUMN = "BOOLEAN DEFAULT FALSE NOT NULL";

/** Any JSON; NULL when it was never set. Its NUMERIC affinity turns JSON numbers into SQL numbers. */
export const JSON_COLUMN = "JSON DEFAULT NULL";

/** A JSON list of texts. */
export const TEXT_LIST_COLUMN = "JSON DEFAULT '[]' NOT NULL";

/** A JSON object of longitude and latitude. */
export const GEO_POINT_COLUMN = `JSON DEFAULT '{"lon":0,"lat":0}' NOT NULL`;
