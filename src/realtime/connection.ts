import type { RealtimeClient, RealtimeMessage, Sink } from "./client.ts";
import { toFrame } from "./client.ts";
import { type RealtimeConnectRequestEvent, RealtimeMessageEvent } from "./events.ts";
import { EventStream } from "./event-stream.ts";

/** Messages that may wait for hooks of `onRealtimeMessageSend`; a client with more is disconnected. */
const MAX_WAITING = 10_000;

/** One open event stream: sends messages through the hooks, ends when it is idle or old. */
export class Connection implements Sink {
  readonly #event: RealtimeConnectRequestEvent;
  readonly #client: RealtimeClient;
  readonly #stream = new EventStream();
  readonly #idle: NodeJS.Timeout;
  readonly #max: NodeJS.Timeout;
  #sending: Promise<void> | undefined;
  #waiting = 0;

  constructor(event: RealtimeConnectRequestEvent) {
    this.#event = event;
    this.#client = event.client;
    const end = () => this.#client.close();
    this.#idle = setTimeout(end, event.idleTimeout).unref();
    this.#max = setTimeout(end, event.maxTimeout).unref();
    this.#client.attachSink(this);
  }

  /** What is sent as the answer's body. */
  get body() {
    return this.#stream.body;
  }

  /** Resolves when the client is gone or was sent away. */
  async closed(): Promise<void> {
    const { body } = this.#stream;
    if (!body.destroyed) await new Promise<void>((resolve) => void body.once("close", resolve));
    clearTimeout(this.#idle);
    clearTimeout(this.#max);
  }

  send(message: RealtimeMessage, frame: string): void {
    if (this.#event.app.events.onRealtimeMessageSend.length === 0 && !this.#sending) {
      this.#write(frame);
      return;
    }
    if (++this.#waiting > MAX_WAITING) {
      this.#stream.body.destroy();
      return;
    }
    const before = this.#sending ?? Promise.resolve();
    const sending = before.then(() => this.#sendHooked(message));
    this.#sending = sending;
    void sending.then(() => {
      if (this.#sending === sending) this.#sending = undefined;
    });
  }

  async drained(): Promise<void> {
    await this.#sending;
    await this.#stream.drained();
  }

  close(): void {
    this.#stream.end();
  }

  async #sendHooked(message: RealtimeMessage): Promise<void> {
    this.#waiting--;
    if (this.#stream.isClosed) return;
    const event = new RealtimeMessageEvent(this.#event, this.#client, message);
    try {
      await this.#event.app.events.onRealtimeMessageSend.trigger(event, () =>
        this.#write(toFrame(event.message)),
      );
    } catch (error) {
      this.#event.app.logger.debug("Realtime connection closed (failed to deliver message)", {
        clientId: this.#client.id,
        error: String(error),
      });
      this.#stream.body.destroy();
    }
  }

  #write(frame: string): void {
    this.#stream.write(`id:${this.#client.id}\n${frame}`);
    this.#idle.refresh();
  }
}
