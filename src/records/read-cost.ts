import type { ReadOptions } from "../db/database.ts";

/** Milliseconds from which a read leaves this process: below, handing it over costs more than it saves. */
const SLOW_MS = 20;

/** Weight of the newest measurement. */
const NEWEST = 0.5;

/**
 * How long the reads of one query take. Slow ones go to the reader processes, where they block nobody and
 * are ended by the query timeout.
 */
export class ReadCost {
  #ms: number;
  /** Told of every measurement: what is likely for a query of the same sort that was never run. */
  readonly #prior: ReadCost | undefined;

  constructor(prior?: ReadCost) {
    this.#ms = prior ? prior.#ms : 0;
    this.#prior = prior;
  }

  /** The one place that decides which reads count as scans. */
  get options(): ReadOptions {
    return this.#ms > SLOW_MS ? SCAN : PLAIN;
  }

  async measure<T>(read: (options: ReadOptions) => Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await read(this.options);
    } finally {
      this.#add(performance.now() - start);
    }
  }

  #add(ms: number): void {
    this.#ms += NEWEST * (ms - this.#ms);
    if (this.#prior) this.#prior.#add(ms);
  }
}

const SCAN: ReadOptions = { scan: true };
const PLAIN: ReadOptions = {};
