import { availableParallelism } from "node:os";
import { Connection, bound, type Table } from "./connection.ts";
import type { Database, ReadOptions, Row, RunResult, Statement, WriteOptions } from "./database.ts";
import {
  CHECKPOINT,
  DATA_VERSION,
  type DatabaseRole,
  type Durability,
  OPTIMIZE,
  VACUUM,
} from "./dialect/sqlite.ts";
import { ReadRouting } from "./read-routing.ts";
import { Readers } from "./readers.ts";
import { type SlowTransaction, Writer, type WriterCounters } from "./writer.ts";

export interface DatabaseOptions {
  /** Applies to the role `data`; `auxiliary` (logs) is always `normal`. */
  readonly durability: Durability;
  readonly role: DatabaseRole;
  /** When a `scan` read is ended. 30,000 when absent, as in PocketBase. */
  readonly queryTimeoutMs?: number;
  /** Reader processes at most; one less than there are processors when absent, and at least two. */
  readonly maxReaders?: number;
  /** Milliseconds after which an idle reader process ends. 30,000 when absent. */
  readonly readerIdleMs?: number;
  /** Told of transactions that are open for too long. */
  readonly onSlowTransaction?: (slow: SlowTransaction) => void;
  /** Milliseconds until `onSlowTransaction` is told. 2,000 when absent. */
  readonly warnAfterMs?: number;
  /** Milliseconds until a transaction is rolled back. 30,000 when absent. */
  readonly cutAfterMs?: number;
  /** Called when another process has changed the file: what was cached from it may be stale. */
  readonly onForeignChange?: () => void | Promise<void>;
}

/** What happened so far, for tests and metrics. */
export interface DatabaseCounters extends Readonly<WriterCounters> {
  /** Statements prepared on the reader and the writer. */
  readonly prepares: number;
  /** Reads on the reader connection. */
  readonly reads: number;
  /** Reads that went to a reader process. */
  readonly scans: number;
  readonly readerProcesses: number;
  readonly timeouts: number;
}

/** An open file: the interface that everyone uses, and what only its owner does. */
export interface DatabaseFile extends Database {
  readonly path: string;
  readonly counters: DatabaseCounters;
  /**
   * Looks whether another process has committed since the last look, and if so runs `onForeignChange`: the
   * promise settles after it. Costs nothing when called again in the same turn of the event loop.
   *
   * @returns undefined when there is nothing to wait for
   */
  noticeForeignChange(): Promise<void> | undefined;
  /** Moves the write-ahead log into the file and empties it, as far as readers allow. */
  checkpoint(): Promise<void>;
  /** Refreshes the planner's statistics where it is worth it. */
  optimize(): Promise<void>;
  /** Rewrites the file without its free pages. */
  vacuum(): Promise<void>;
  /** Refuses new work, waits for the queue, ends the reader processes and closes the file. */
  close(): Promise<void>;
}

/**
 * Opens a database file, making it when it is missing (its folder must exist).
 *
 * @throws DatabaseError with a sentence when the file cannot be opened or is no database
 */
export async function openDatabase(path: string, options: DatabaseOptions): Promise<DatabaseFile> {
  const durability = options.role === "data" ? options.durability : "normal";
  const writer = new Connection(path, { durability, readonly: false, busyTimeoutMs: 0 });
  try {
    const reader = new Connection(path, { durability, readonly: true, busyTimeoutMs: 250 });
    return new SqliteFile(path, { reader, writer }, options);
  } catch (error) {
    writer.close();
    throw error;
  }
}

interface Connections {
  readonly reader: Connection;
  readonly writer: Connection;
}

/** With one only, a single slow query would hold up all others. */
const MIN_READERS = 2;

class SqliteFile implements DatabaseFile {
  readonly inTransaction = false;
  readonly path: string;
  readonly #connections: Connections;
  readonly #writer: Writer;
  readonly #readers: Readers;
  readonly #routing: ReadRouting;
  readonly #onForeignChange: (() => void | Promise<void>) | undefined;
  #reads = 0;
  #scans = 0;
  #dataVersion: unknown;
  #noticing: Promise<void> | undefined;
  #hasLooked = false;
  #closing: Promise<void> | undefined;
  #isClosed = false;

  constructor(path: string, connections: Connections, options: DatabaseOptions) {
    this.path = path;
    this.#connections = connections;
    this.#writer = new Writer(connections.writer, options);
    this.#readers = new Readers(path, {
      timeoutMs: options.queryTimeoutMs ?? 30_000,
      maxProcesses: options.maxReaders ?? Math.max(MIN_READERS, availableParallelism() - 1),
      idleMs: options.readerIdleMs ?? 30_000,
    });
    this.#routing = new ReadRouting(connections.reader);
    this.#onForeignChange = options.onForeignChange;
    this.#dataVersion = dataVersion(connections.writer);
  }

  get counters(): DatabaseCounters {
    const { reader, writer } = this.#connections;
    return {
      ...this.#writer.counters,
      prepares: reader.prepares + writer.prepares,
      reads: this.#reads,
      scans: this.#scans,
      readerProcesses: this.#readers.started,
      timeouts: this.#readers.timeouts,
    };
  }

  async all<T = Row>(statement: Statement, options?: ReadOptions): Promise<T[]> {
    if (this.#isScan(statement, options)) return toRows(await this.#scan(statement)) as T[];
    return this.#reader().all(statement) as T[];
  }

  async get<T = Row>(statement: Statement, options?: ReadOptions): Promise<T | undefined> {
    if (this.#isScan(statement, options)) {
      return toRows(await this.#scan(statement))[0] as T | undefined;
    }
    return this.#reader().get(statement) as T | undefined;
  }

  async values(statement: Statement, options?: ReadOptions): Promise<unknown[][]> {
    if (this.#isScan(statement, options)) return (await this.#scan(statement)).rows;
    return this.#reader().values(statement);
  }

  async run(statement: Statement): Promise<RunResult> {
    this.#refuseWhenClosed();
    return this.#writer.run(statement);
  }

  async write<T>(job: (tx: Database) => Promise<T>, options?: WriteOptions): Promise<T> {
    this.#refuseWhenClosed();
    return this.#writer.write(job, options);
  }

  noticeForeignChange(): Promise<void> | undefined {
    if (this.#hasLooked) return this.#noticing;
    this.#hasLooked = true;
    setImmediate(() => {
      this.#hasLooked = false;
    });
    const version = dataVersion(this.#connections.writer);
    if (version !== this.#dataVersion) this.#noticing = this.#notice(version);
    return this.#noticing;
  }

  checkpoint(): Promise<void> {
    return this.#maintain(CHECKPOINT);
  }

  optimize(): Promise<void> {
    return this.#maintain(OPTIMIZE);
  }

  vacuum(): Promise<void> {
    return this.#maintain(VACUUM);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #reader(): Connection {
    this.#reads++;
    return this.#connections.reader;
  }

  /** What is asked for as one, and what looks like one before it ever ran. */
  #isScan(statement: Statement, options: ReadOptions | undefined): boolean {
    this.#refuseWhenClosed(this.#isClosed);
    return options?.scan === true || this.#routing.isHeavy(statement.sql);
  }

  async #scan({ sql, parameters }: Statement): Promise<Table> {
    this.#scans++;
    const answer = await this.#readers.query({ sql, parameters: bound({ sql, parameters }) });
    this.#routing.learn(sql, answer.milliseconds);
    return answer;
  }

  /** Outside of a transaction, with the writer for itself. */
  async #maintain(sql: string): Promise<void> {
    this.#refuseWhenClosed();
    await this.#writer.run({ sql, parameters: [] }, { exclusive: true });
  }

  async #notice(version: unknown): Promise<void> {
    this.#dataVersion = version;
    try {
      await this.#onForeignChange?.();
    } finally {
      this.#noticing = undefined;
    }
  }

  async #close(): Promise<void> {
    await this.#writer.idle();
    this.#isClosed = true;
    this.#readers.close();
    this.#connections.reader.close();
    this.#connections.writer.close();
  }

  /** While it waits for the queue, a closing database still reads but takes no new writes. */
  #refuseWhenClosed(isClosed = this.#closing !== undefined): void {
    if (isClosed) throw new Error("The database is closed.");
  }
}

function dataVersion(connection: Connection): unknown {
  return connection.values({ sql: DATA_VERSION, parameters: [] })[0]?.[0];
}

function toRows({ columns, rows }: Table): Row[] {
  return rows.map((values) =>
    Object.fromEntries(columns.map((column, index) => [column, values[index]])),
  );
}
