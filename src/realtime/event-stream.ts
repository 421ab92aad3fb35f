import { Readable } from "node:stream";

/** Bytes that a client may leave untaken; one that lets more gather is disconnected. */
const MAX_UNTAKEN_BYTES = 1 << 20;

/** The body of an event stream: takes what is written at once and hands it on as fast as the client reads. */
export class EventStream {
  readonly body: Readable;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #isWanted = false;
  #drains: (() => void)[] = [];

  constructor() {
    this.body = new Readable({ read: () => this.#feed() });
    this.body.once("close", () => {
      this.#waiting = [];
      this.#settleDrains();
    });
    // Whoever reads the body sees its errors.
    this.body.on("error", () => undefined);
  }

  get isClosed(): boolean {
    return this.body.destroyed;
  }

  /** Never waits. Too much for a client that does not read ends its connection. */
  write(frame: string): void {
    if (this.body.destroyed) return;
    const bytes = Buffer.from(frame);
    if (this.#isWanted) {
      this.#isWanted = this.body.push(bytes);
      return;
    }
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    // A single large message is no reason: it may be all there is.
    if (this.#waitingBytes > MAX_UNTAKEN_BYTES && this.#waiting.length > 1) this.body.destroy();
  }

  /** Resolves once nothing waits any more, or the stream has ended. */
  drained(): Promise<void> {
    if (this.#waiting.length === 0 || this.body.destroyed) return Promise.resolve();
    return new Promise((resolve) => void this.#drains.push(resolve));
  }

  /** Ends the stream; what was written before still goes out while the client reads. */
  end(): void {
    if (this.body.destroyed) return;
    for (const bytes of this.#waiting.splice(0)) this.body.push(bytes);
    this.body.push(null);
  }

  #feed(): void {
    this.#isWanted = true;
    while (this.#isWanted && this.#waiting.length > 0) {
      const bytes = this.#waiting.shift()!;
      this.#waitingBytes -= bytes.length;
      this.#isWanted = this.body.push(bytes);
    }
    if (this.#waiting.length === 0) this.#settleDrains();
  }

  #settleDrains(): void {
    for (const resolve of this.#drains.splice(0)) resolve();
  }
}
