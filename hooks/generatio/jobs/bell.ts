/** Wakes whoever waits for news. A ring that nobody waits for is kept for the next. */
export class Bell {
  #next = new AbortController();

  ring(): void {
    this.#next.abort();
  }

  /** Aborted with the next ring. */
  get signal(): AbortSignal {
    return this.#next.signal;
  }

  /** Makes it quiet again, once it was heard. */
  answer(): void {
    if (this.#next.signal.aborted) this.#next = new AbortController();
  }
}
