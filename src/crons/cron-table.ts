import { parseCron, type Schedule } from "../lib/cron-expression.ts";
import type { Logger } from "../logs/logger.ts";

export type CronJob = () => void | Promise<void>;

export interface CronEntry {
  readonly id: string;
  readonly expression: string;
  readonly run: CronJob;
}

const MINUTE_MS = 60_000;

/** Jobs that run by the clock, UTC, to the minute (PocketBase: tools/cron). */
export class CronTable {
  readonly #entries = new Map<string, CronEntry & { readonly schedule: Schedule }>();
  readonly #logger: Logger;
  #timer: NodeJS.Timeout | undefined;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /**
   * Adds a job, or replaces the one with the same id.
   *
   * @throws Error with a sentence when the expression is wrong
   */
  add(id: string, expression: string, run: CronJob): void {
    this.#entries.set(id, { id, expression, run, schedule: parseCron(expression) });
  }

  remove(id: string): void {
    this.#entries.delete(id);
  }

  find(id: string): CronEntry | undefined {
    return this.#entries.get(id);
  }

  all(): readonly CronEntry[] {
    return [...this.#entries.values()];
  }

  /** Starts the clock; jobs never run at the same time as the call. */
  start(): void {
    this.stop();
    this.#timer = setTimeout(() => this.#tick(), MINUTE_MS - (Date.now() % MINUTE_MS));
    this.#timer.unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Runs a job now; what it throws is logged. */
  async run(entry: CronEntry): Promise<void> {
    try {
      await entry.run();
    } catch (error) {
      this.#logger.error(`cron ${entry.id} failed`, { error });
    }
  }

  #tick(): void {
    const now = new Date();
    for (const entry of this.#entries.values()) if (entry.schedule.isDue(now)) void this.run(entry);
    this.start();
  }
}
