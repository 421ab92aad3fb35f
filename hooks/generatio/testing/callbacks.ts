import { setTimeout as sleep } from "node:timers/promises";

/** A callback as it goes out. */
export interface SignedCallback {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a vendor owes to somebody. */
export interface OwedCallback {
  readonly url: string;
  readonly isDue: () => boolean;
  /** Signed anew for every attempt, as vendors do. */
  readonly sign: () => SignedCallback;
  /** Sent so often, although it was taken. */
  readonly copies: number;
  /** Sent so long after it was due. */
  readonly lateMs: number;
}

const LOOK_EVERY_MS = 20;
const ANSWER_WITHIN_MS = 15_000;

/** Sends what is owed when it is due, again while it is not taken, as vendors do; only sooner. */
export class CallbackSender {
  /** Every answer that came, by address: 0 where none did. */
  readonly answers: { readonly url: string; readonly status: number }[] = [];
  readonly #retriesMs: readonly number[];
  readonly #stop = new AbortController();
  #owed: OwedCallback[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** @param retriesMs pauses between attempts; the last one is given up */
  constructor(retriesMs: readonly number[] = [200, 500, 1000, 2000, 4000, 8000]) {
    this.#retriesMs = retriesMs;
  }

  owe(callback: OwedCallback): void {
    this.#owed.push(callback);
    this.#timer ??= setInterval(() => this.#look(), LOOK_EVERY_MS).unref();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#stop.abort();
  }

  #look(): void {
    const due = this.#owed.filter((callback) => callback.isDue());
    this.#owed = this.#owed.filter((callback) => !due.includes(callback));
    for (const callback of due) {
      for (let copy = 0; copy < callback.copies; copy++) {
        void this.#deliver(callback).catch(() => undefined);
      }
    }
  }

  async #deliver({ url, sign, lateMs }: OwedCallback): Promise<void> {
    const { signal } = this.#stop;
    await sleep(lateMs, undefined, { signal, ref: false });
    for (const pause of [...this.#retriesMs, 0]) {
      const status = await this.#send(url, sign());
      this.answers.push({ url, status });
      if (status >= 200 && status < 300) return;
      await sleep(pause, undefined, { signal, ref: false });
    }
  }

  async #send(url: string, { body, headers }: SignedCallback): Promise<number> {
    try {
      const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
      const answer = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body,
        signal,
      });
      await answer.arrayBuffer();
      return answer.status;
    } catch {
      return 0;
    }
  }
}
