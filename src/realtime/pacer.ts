/** Work may go on for this long before others get their turn. */
const SLICE_MS = 5;

/** Cuts long work into slices, so that requests are answered in between. */
export class Pacer {
  #started = performance.now();

  /** To be awaited between two steps, when it is something. */
  rest(): Promise<void> | undefined {
    if (performance.now() - this.#started < SLICE_MS) return undefined;
    return new Promise((resolve) => {
      setImmediate(() => {
        this.#started = performance.now();
        resolve();
      });
    });
  }
}
