/** Lets a fixed number of jobs run at a time; the others wait in the order they came. */
export class Semaphore {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(slots: number) {
    this.#free = slots;
  }

  /**
   * Runs a job when it is its turn.
   *
   * @param maxWaitMs how long it may wait for that
   * @throws Error when the time is over; else whatever the job throws
   */
  async run<T>(job: () => Promise<T>, maxWaitMs?: number): Promise<T> {
    await this.#enter(maxWaitMs);
    try {
      return await job();
    } finally {
      this.#leave();
    }
  }

  async #enter(maxWaitMs: number | undefined): Promise<void> {
    if (this.#free > 0) {
      this.#free--;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const enter = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const giveUp = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1);
        reject(new Error(`waited more than ${maxWaitMs} ms for a turn`));
      };
      const timer = maxWaitMs === undefined ? undefined : setTimeout(giveUp, maxWaitMs);
      this.#waiting.push(enter);
    });
  }

  /** The slot goes to the next in line, if there is one. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free++;
  }
}
