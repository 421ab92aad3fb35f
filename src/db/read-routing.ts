import type { Connection } from "./connection.ts";
import { largestRowId, TREES } from "./dialect/sqlite.ts";
import { estimateVisits } from "./query-weight.ts";

/** Rows that a read in this process may touch: some 20 ms in which nothing else happens. */
const HEAVY_VISITS = 100_000;
/** From here on one quick run says nothing about the next one with other values: some seconds. */
const ENDLESS_VISITS = 10_000_000;
/** A read that a reader process did faster than this comes back into this one. */
const QUICK_MS = 10;
/** Rows of a table without row ids, which cannot be counted quickly. */
const UNKNOWN_ROWS = 1000;
const MAX_STATEMENTS = 5000;

type Weight = "light" | "heavy" | "endless";

/**
 * Decides, before a statement has ever run, whether it may run in this process: SQLite cannot be interrupted
 * here, so what may take long goes to a reader process from the first time on.
 */
export class ReadRouting {
  readonly #connection: Connection;
  readonly #weights = new Map<string, Weight>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** @throws DatabaseError when the statement cannot be compiled */
  isHeavy(text: string): boolean {
    let weight = this.#weights.get(text);
    if (weight === undefined) {
      weight = this.#weigh(text);
      if (this.#weights.size >= MAX_STATEMENTS) this.#weights.clear();
      this.#weights.set(text, weight);
    }
    return weight !== "light";
  }

  /** @param milliseconds how long a reader process took */
  learn(text: string, milliseconds: number): void {
    if (milliseconds < QUICK_MS && this.#weights.get(text) === "heavy") {
      this.#weights.set(text, "light");
    }
  }

  #weigh(text: string): Weight {
    const visits = estimateVisits(this.#connection.explain(text), (page) => this.#rowsAt(page));
    if (visits < HEAVY_VISITS) return "light";
    return visits < ENDLESS_VISITS ? "heavy" : "endless";
  }

  /** The largest row id, which is read in no time, for the number of rows. */
  #rowsAt(rootPage: number): number {
    const [name] = this.#connection.values({ sql: TREES, parameters: [rootPage] })[0] ?? [];
    if (typeof name !== "string") return UNKNOWN_ROWS;
    try {
      const [largest] =
        this.#connection.values({ sql: largestRowId(name), parameters: [] })[0] ?? [];
      return Number(largest ?? 0);
    } catch {
      return UNKNOWN_ROWS;
    }
  }
}
