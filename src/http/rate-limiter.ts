export interface RateLimit {
  readonly maxRequests: number;
  /** Length of a window in seconds. */
  readonly duration: number;
}

/** Seconds after the end of its window until an idle client is forgotten. */
const IDLE_S = 1800;

interface Window {
  /** Unix seconds. */
  start: number;
  left: number;
}

/** Counts requests per client in fixed windows that begin with a client's first request. */
export class RateLimiter {
  readonly #limit: RateLimit;
  readonly #windows = new Map<string, Window>();

  constructor(limit: RateLimit) {
    this.#limit = limit;
  }

  /**
   * Takes one request from a client's window.
   *
   * @param now unix milliseconds
   * @returns false when nothing is left of it
   */
  take(client: string, now = Date.now()): boolean {
    const seconds = Math.floor(now / 1000);
    let window = this.#windows.get(client);
    if (window === undefined || seconds - window.start >= this.#limit.duration) {
      window = { start: seconds, left: this.#limit.maxRequests };
      this.#windows.set(client, window);
    }
    if (window.left <= 0) return false;
    window.left--;
    return true;
  }

  /** @param now unix milliseconds */
  removeIdle(now = Date.now()): void {
    const seconds = Math.floor(now / 1000);
    for (const [client, { start }] of this.#windows) {
      if (seconds - (start + this.#limit.duration) > IDLE_S) this.#windows.delete(client);
    }
  }
}
