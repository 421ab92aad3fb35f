import type { RealtimeClient, Sink } from "./client.ts";
import { type RealtimeConnectRequestEvent, RealtimeMessageEvent } from "./events.ts";
import { EventStream } from "./event-stream.ts";
import { Frame } from "./frame.ts";

/** Messages that may wait for hooks of `onRealtimeMessageSend`; a client with more is disconnected. */
const MAX_WAITING = 10_000;

/** One open event stream: sends messages through the hooks, ends when it is idle or old. */
export class Connection implements Sink {
  readonly #event: RealtimeConnectRequestEvent;
  readonly #client: RealtimeClient;
  readonly #stream: EventStream;
  /** The first line of each event. */
  readonly #idLine: Buffer;
  readonly #idle: NodeJS.Timeout;
  readonly #max: NodeJS.Timeout;
  /** Resolves when the client is gone or was sent away. */
  readonly closed: Promise<void>;
  #sending: Promise<void> | undefined;
  #waiting = 0;

  constructor(event: RealtimeConnectRequestEvent) {
    this.#event = event;
    this.#client = event.client;
    this.#idLine = Buffer.from(`id:${this.#client.id}\n`);
    const end = () => this.#client.close();
    this.#idle = setTimeout(end, event.idleTimeout).unref();
    this.#max = setTimeout(end, event.maxTimeout).unref();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    this.#stream = new EventStream(() => {
      clearTimeout(this.#idle);
      clearTimeout(this.#max);
      resolve();
    });
    this.#client.attachSink(this);
  }

  /** What is sent as the answer's body. */
  get body(): EventStream {
    return this.#stream;
  }

  send(frame: Frame): void {
    if (this.#event.app.events.onRealtimeMessageSend.length === 0 && !this.#sending) {
      this.#write(frame);
      return;
    }
    if (++this.#waiting > MAX_WAITING) {
      this.#stream.destroy();
      return;
    }
    const before = this.#sending ?? Promise.resolve();
    const sending = before.then(() => this.#sendHooked(frame));
    this.#sending = sending;
    void sending.then(() => {
      if (this.#sending === sending) this.#sending = undefined;
    });
  }

  cork(): void {
    this.#stream.cork();
  }

  uncork(): void {
    this.#stream.uncork();
  }

  async drained(): Promise<void> {
    await this.#sending;
    await this.#stream.untilDrained();
  }

  close(): void {
    this.#stream.end();
  }

  async #sendHooked({ message }: Frame): Promise<void> {
    this.#waiting--;
    if (this.#stream.isClosed) return;
    // Each client's hooks may change it.
    const event = new RealtimeMessageEvent(this.#event, this.#client, { ...message });
    try {
      await this.#event.app.events.onRealtimeMessageSend.trigger(event, () =>
        this.#write(new Frame(event.message)),
      );
    } catch (error) {
      this.#event.app.logger.debug("Realtime connection closed (failed to deliver message)", {
        clientId: this.#client.id,
        error: String(error),
      });
      this.#stream.destroy();
    }
  }

  #write(frame: Frame): void {
    this.#stream.write(this.#idLine, frame.bytes);
    this.#idle.refresh();
  }
}
