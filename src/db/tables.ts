/**
 * The system tables that are no collections (PocketBase: migrations/1640988000_init.go and
 * 1640988000_aux_init.go). Record tables are dynamic: see `dynamic.ts`.
 */
export interface SystemTables {
  _collections: CollectionsTable;
  _params: ParamsTable;
  _migrations: MigrationsTable;
  /** In auxiliary.db. */
  _logs: LogsTable;
}

export interface CollectionsTable {
  id: string;
  /** 1 or 0. */
  system: number;
  type: string;
  name: string;
  /** JSON array. */
  fields: string;
  /** JSON array. */
  indexes: string;
  listRule: string | null;
  viewRule: string | null;
  createRule: string | null;
  updateRule: string | null;
  deleteRule: string | null;
  /** JSON object. */
  options: string;
  /** `YYYY-MM-DD HH:MM:SS.mmmZ`, like every date here. */
  created: string;
  updated: string;
}

export interface ParamsTable {
  id: string;
  /** JSON as UTF-8 bytes, as PocketBase writes it; text when it is encrypted or was written by others. */
  value: Buffer | string | null;
  created: string;
  updated: string;
}

export interface MigrationsTable {
  /** File name with its extension. */
  file: string;
  /** Unix time in microseconds (in rows of old versions: seconds). */
  applied: number;
}

export interface LogsTable {
  id: string;
  level: number;
  message: string;
  /** JSON object. */
  data: string;
  created: string;
}
