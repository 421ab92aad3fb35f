import type { LiveBody, LiveTarget } from "../http/live-body.ts";

/** Bytes that a client may leave untaken; one that lets more gather is disconnected. */
const MAX_UNTAKEN_BYTES = 1 << 20;

/** The body of an event stream: takes what is written at once and hands it on as fast as the client reads. */
export class EventStream implements LiveBody {
  readonly isLive = true;
  readonly #onClose: () => void;
  #target: LiveTarget | undefined;
  /** Written before the head of the answer. */
  #early: (readonly [Uint8Array, Uint8Array])[] = [];
  #drains: (() => void)[] | undefined;
  #isClosed = false;
  #isEnded = false;

  /** @param onClose called once when the stream has ended, in whatever way */
  constructor(onClose: () => void) {
    this.#onClose = onClose;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Never waits. Too much for a client that does not read ends its connection. */
  write(first: Uint8Array, second: Uint8Array): void {
    if (this.#isClosed || this.#isEnded) return;
    if (!this.#target) this.#early.push([first, second]);
    // A single large message is no reason: it may be all there is.
    else if (this.#target.pending > MAX_UNTAKEN_BYTES) this.destroy();
    else this.#target.write(first, second);
  }

  /** What is written from now on goes out together, at `uncork`. */
  cork(): void {
    this.#target?.cork();
  }

  uncork(): void {
    this.#target?.uncork();
  }

  /** Resolves once little waits any more, or the stream has ended. */
  untilDrained(): Promise<void> {
    if (this.#isClosed || (this.#target?.pending ?? 0) < DRAINED_BYTES) return Promise.resolve();
    return new Promise((resolve) => void (this.#drains ??= []).push(resolve));
  }

  open(target: LiveTarget): void {
    this.#target = target;
    for (const [first, second] of this.#early.splice(0)) target.write(first, second);
    if (this.#isEnded) target.end();
  }

  drained(): void {
    for (const resolve of this.#drains?.splice(0) ?? []) resolve();
  }

  closed(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.drained();
    this.#onClose();
  }

  /** Ends the stream; what was written before still goes out while the client reads. */
  end(): void {
    if (this.#isEnded || this.#isClosed) return;
    this.#isEnded = true;
    this.#target?.end();
  }

  destroy(): void {
    this.#isEnded = true;
    this.#target?.destroy();
  }
}

/** Less than this is nothing to wait for. */
const DRAINED_BYTES = 64 << 10;
