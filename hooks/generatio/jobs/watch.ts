import { EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

/** Tells whoever wants to know that a job's record was written. */
export class JobWatch {
  readonly #changes = new EventEmitter().setMaxListeners(0);

  changed(jobId: string): void {
    this.#changes.emit(jobId);
  }

  /** Changes from now on. To be closed. */
  open(jobId: string): JobChanges {
    return new JobChanges(this.#changes, jobId);
  }
}

export class JobChanges {
  readonly #emitter: EventEmitter;
  readonly #jobId: string;
  #news = Promise.withResolvers<void>();
  readonly #listener = (): void => this.#news.resolve();

  constructor(emitter: EventEmitter, jobId: string) {
    this.#emitter = emitter;
    this.#jobId = jobId;
    emitter.on(jobId, this.#listener);
  }

  /**
   * Waits for a change since the last call, at most so long.
   *
   * @returns whether there was one
   */
  async next(milliseconds: number): Promise<boolean> {
    const enough = new AbortController();
    const patience = sleep(milliseconds, false, { signal: enough.signal, ref: false });
    const hasNews = await Promise.race([
      this.#news.promise.then(() => true),
      patience.catch(() => false),
    ]);
    enough.abort();
    if (hasNews) this.#news = Promise.withResolvers();
    return hasNews;
  }

  close(): void {
    this.#emitter.off(this.#jobId, this.#listener);
    this.#news.resolve();
  }
}
