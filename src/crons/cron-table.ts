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
  /** The minute that was looked at last: a timer may fire a moment too early, and then again. */
  #lastMinute = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /**
   * Adds a job; one with the same id is removed first.
   *
   * @throws Error with a sentence when the expression is wrong
   */
  add(id: string, expression: string, run: CronJob): void {
    const entry = { id, expression, run, schedule: parseCron(expression) };
    this.#entries.delete(id);
    this.#entries.set(id, entry);
  }

  remove(id: string): void {
    this.#entries.delete(id);
  }

  removeAll(): void {
    this.#entries.clear();
  }

  find(id: string): CronEntry | undefined {
    return this.#entries.get(id);
  }

  /** In the order they were added. */
  all(): readonly CronEntry[] {
    return [...this.#entries.values()];
  }

  /** Starts the clock: due jobs run at the beginning of every minute. Runs may overlap. */
  start(): void {
    this.stop();
    this.#timer = setTimeout(() => this.#tick(), MINUTE_MS - (Date.now() % MINUTE_MS));
    this.#timer.unref();
  }

  get isStarted(): boolean {
    return this.#timer !== undefined;
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

  /** Runs what is due in a minute; each minute once. */
  runDue(moment: Date): void {
    const minute = Math.floor(moment.getTime() / MINUTE_MS);
    if (minute === this.#lastMinute) return;
    this.#lastMinute = minute;
    for (const entry of this.#entries.values())
      if (entry.schedule.isDue(moment)) void this.run(entry);
  }

  #tick(): void {
    // Rounded: a timer that fired a moment too early means the minute that begins.
    this.runDue(new Date(Math.round(Date.now() / MINUTE_MS) * MINUTE_MS));
    this.start();
  }
}
