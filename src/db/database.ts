/**
 * The one door to SQLite. Everything is asynchronous at this interface although the driver answers
 * synchronously inside: nothing above `src/db` may rely on when it happens.
 */

/** A finished piece of SQL: what kysely's `compile()` and the dialect's fragments give. */
export interface Statement {
  readonly sql: string;
  /** Positional (`?`) values. Booleans are bound as 1/0, `undefined` as NULL. */
  readonly parameters: readonly unknown[];
}

export interface RunResult {
  /** Rows inserted, updated or deleted. */
  readonly changes: number;
}

export interface ReadOptions {
  /**
   * The statement is user SQL or may scan many rows: it runs in a reader process, is cut by the query
   * timeout and never blocks others. Ignored inside a transaction.
   */
  readonly scan?: boolean;
}

/** Rows as plain objects by column name. */
export type Row = Record<string, unknown>;

export interface WriteOptions {
  /**
   * The job runs code that may wait for something else than the database (user handlers): it takes the
   * writer alone instead of sharing a commit with its neighbours.
   */
  readonly exclusive?: boolean;
}

export interface Database {
  /** Reads all rows: on the reader connection, or inside the transaction when this is one. */
  all<T = Row>(statement: Statement, options?: ReadOptions): Promise<T[]>;
  /** Reads the first row. */
  get<T = Row>(statement: Statement, options?: ReadOptions): Promise<T | undefined>;
  /** Reads all rows as arrays in column order (the hot list path). */
  values(statement: Statement, options?: ReadOptions): Promise<unknown[][]>;
  /** Writes one statement; resolves only after its commit, unless inside a transaction. */
  run(statement: Statement): Promise<RunResult>;
  /**
   * Queues a job of several statements that succeeds or fails as one. It may share a commit with jobs
   * waiting at the same time, isolated by a savepoint; the promise settles after that commit. Inside a
   * transaction the job simply runs as a part of it, without a savepoint (PocketBase: core/db_tx.go).
   *
   * @throws Error with a sentence when the outer database is used to write inside one of its own jobs
   */
  write<T>(job: (tx: Database) => Promise<T>, options?: WriteOptions): Promise<T>;
  /** True for the database handed to a job. */
  readonly inTransaction: boolean;
}
