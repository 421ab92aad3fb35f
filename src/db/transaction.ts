import type { Connection } from "./connection.ts";
import type { Database, Row, RunResult, Statement } from "./database.ts";

/** The database inside a job of the writer: reads see the job's own writes. */
export class Transaction implements Database {
  readonly inTransaction = true;
  readonly #connection: Connection;
  #endedBecause: string | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async all<T = Row>(statement: Statement): Promise<T[]> {
    return this.#open().all(statement) as T[];
  }

  async get<T = Row>(statement: Statement): Promise<T | undefined> {
    return this.#open().get(statement) as T | undefined;
  }

  async values(statement: Statement): Promise<unknown[][]> {
    return this.#open().values(statement);
  }

  async run(statement: Statement): Promise<RunResult> {
    return this.#open().run(statement);
  }

  async write<T>(job: (tx: Database) => Promise<T>): Promise<T> {
    this.#open();
    return job(this);
  }

  get isOpen(): boolean {
    return this.#endedBecause === undefined;
  }

  /** From now on every use is refused with this sentence; the first one stays. */
  end(because: string): void {
    this.#endedBecause ??= because;
  }

  #open(): Connection {
    if (this.#endedBecause !== undefined) throw new Error(this.#endedBecause);
    return this.#connection;
  }
}
