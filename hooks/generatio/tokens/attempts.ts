/** Counts wrong passwords of each user and says when to stop trying. Users do not add up. */
export class WrongTries {
  readonly #allowed: number;
  readonly #windowMs: number;
  readonly #now: () => number;
  readonly #times = new Map<string, number[]>();

  constructor(options: { allowed: number; windowMs: number; now?: () => number }) {
    this.#allowed = options.allowed;
    this.#windowMs = options.windowMs;
    this.#now = options.now ?? Date.now;
  }

  /** @returns milliseconds until this user may try again; 0 when now */
  waitMs(userId: string): number {
    const recent = this.#recent(userId);
    if (recent.length < this.#allowed) return 0;
    return recent[recent.length - this.#allowed]! + this.#windowMs - this.#now();
  }

  add(userId: string): void {
    this.#times.set(userId, [...this.#recent(userId), this.#now()]);
  }

  clear(userId: string): void {
    this.#times.delete(userId);
  }

  /** Forgets users whose tries are all out of the window. */
  sweep(): void {
    for (const userId of this.#times.keys()) {
      if (this.#recent(userId).length === 0) this.#times.delete(userId);
    }
  }

  #recent(userId: string): number[] {
    const since = this.#now() - this.#windowMs;
    return (this.#times.get(userId) ?? []).filter((time) => time > since);
  }
}
