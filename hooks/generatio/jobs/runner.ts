import { setTimeout as sleep } from "node:timers/promises";
import type { App } from "generatio";

/** Keeps the jobs of this process going, whether or not somebody waits for them. */
export class JobRunner {
  readonly #app: App;
  readonly #running = new Map<string, Promise<void>>();
  readonly #stop = new AbortController();

  constructor(app: App) {
    this.#app = app;
  }

  isRunning(jobId: string): boolean {
    return this.#running.has(jobId);
  }

  /** Starts the work of a job. @param work must end soon after its signal is aborted */
  start(jobId: string, work: (signal: AbortSignal) => Promise<void>): void {
    if (this.isRunning(jobId)) return;
    const running = work(this.#stop.signal)
      .catch((error: unknown) =>
        this.#app.logger.error("a job ended unexpectedly", { jobId, error }),
      )
      .finally(() => this.#running.delete(jobId));
    this.#running.set(jobId, running);
  }

  /** Waits for the end of a job, at most so long. */
  async wait(jobId: string, milliseconds: number): Promise<void> {
    const running = this.#running.get(jobId);
    if (!running) return;
    const enough = new AbortController();
    const patience = sleep(milliseconds, undefined, { signal: enough.signal, ref: false });
    await Promise.race([running, patience.catch(() => undefined)]);
    enough.abort();
  }

  /** Interrupts all jobs, for the end of the server; they can be taken up again. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error("the server is going down"));
    await Promise.all(this.#running.values());
  }
}
