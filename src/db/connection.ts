import Sqlite from "better-sqlite3";
import type { Row, RunResult, Statement } from "./database.ts";
import { busyTimeout, type Durability, openingPragmas } from "./dialect/sqlite.ts";
import { translateSqliteError } from "./errors.ts";
import type { Instruction } from "./query-weight.ts";

export interface ConnectionOptions {
  readonly durability: Durability;
  readonly readonly: boolean;
  /** How long SQLite itself waits for another process' lock, in milliseconds, once it is open. */
  readonly busyTimeoutMs: number;
  /** Prepared statements kept; the least recently used one goes. 1,000 when absent. */
  readonly maxStatements?: number;
}

export interface Table {
  readonly columns: readonly string[];
  readonly rows: unknown[][];
}

interface Explaining {
  explain(sql: string): Instruction[];
}

type Prepared = Sqlite.Statement<unknown[], unknown>;

const MAX_STATEMENTS = 1000;

/**
 * One SQLite connection with its prepared statements. The driver opens it in defensive mode, re-prepares
 * statements by itself after a schema change and rebuilds their column lists then.
 */
export class Connection {
  readonly #sqlite: Sqlite.Database;
  readonly #statements = new Map<string, Prepared>();
  readonly #maxStatements: number;
  #prepares = 0;

  constructor(path: string, options: ConnectionOptions) {
    this.#maxStatements = options.maxStatements ?? MAX_STATEMENTS;
    try {
      this.#sqlite = new Sqlite(path, { readonly: options.readonly });
      for (const pragma of openingPragmas(options.durability)) this.#sqlite.pragma(pragma);
      this.#sqlite.pragma(busyTimeout(options.busyTimeoutMs));
    } catch (error) {
      throw translateSqliteError(error);
    }
  }

  /** How many statements were prepared so far: a hot path adds none. */
  get prepares(): number {
    return this.#prepares;
  }

  get inTransaction(): boolean {
    return this.#sqlite.inTransaction;
  }

  all(statement: Statement): Row[] {
    return this.#call(statement.sql, (prepared) =>
      prepared.raw(false).all(bound(statement)),
    ) as Row[];
  }

  get(statement: Statement): Row | undefined {
    return this.#call(statement.sql, (prepared) => prepared.raw(false).get(bound(statement))) as
      | Row
      | undefined;
  }

  values(statement: Statement): unknown[][] {
    return this.#call(statement.sql, (prepared) =>
      prepared.raw(true).all(bound(statement)),
    ) as unknown[][];
  }

  /** Rows as arrays together with the names of their columns. */
  table(statement: Statement): Table {
    return this.#call(statement.sql, (prepared) => {
      const rows = prepared.raw(true).all(bound(statement)) as unknown[][];
      return { columns: prepared.columns().map((column) => column.name), rows };
    });
  }

  /** The program that SQLite would run, without running it. */
  explain(sql: string): Instruction[] {
    try {
      // Without values, which a prepared EXPLAIN would ask for; the driver's types do not know it yet.
      return (this.#sqlite as Sqlite.Database & Explaining).explain(sql);
    } catch (error) {
      throw translateSqliteError(error);
    }
  }

  run(statement: Statement): RunResult {
    const { changes } = this.#call(statement.sql, (prepared) => prepared.run(bound(statement)));
    return { changes };
  }

  /** Runs a statement without values: transaction control and maintenance. */
  command(sql: string): void {
    this.#call(sql, (prepared) => prepared.run());
  }

  close(): void {
    this.#statements.clear();
    this.#sqlite.close();
  }

  #call<T>(sql: string, use: (prepared: Prepared) => T): T {
    try {
      return use(this.#prepare(sql));
    } catch (error) {
      throw translateSqliteError(error);
    }
  }

  #prepare(sql: string): Prepared {
    const known = this.#statements.get(sql);
    if (known) {
      // A Map iterates in order of insertion: putting it back at the end makes the first one the oldest.
      this.#statements.delete(sql);
      this.#statements.set(sql, known);
      return known;
    }
    const prepared = this.#sqlite.prepare<unknown[], unknown>(sql);
    this.#prepares++;
    this.#statements.set(sql, prepared);
    if (this.#statements.size > this.#maxStatements) {
      const [oldest] = this.#statements.keys();
      this.#statements.delete(oldest!);
    }
    return prepared;
  }
}

/** The values as the driver takes them, in one list: it knows neither booleans nor `undefined`. */
export function bound(statement: Statement): unknown[] {
  return statement.parameters.map((value) =>
    typeof value === "boolean" ? Number(value) : value === undefined ? null : value,
  );
}
