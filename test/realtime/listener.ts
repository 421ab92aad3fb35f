import { readEvents, type StreamedEvent } from "../../src/testing/event-source.ts";

export interface RecordMessage {
  readonly action: string;
  readonly record: Record<string, unknown>;
}

export interface ListenOptions {
  readonly token?: string;
  readonly headers?: Record<string, string>;
}

/** A raw realtime client: everything it is sent, in order. */
export class Listener {
  readonly #abort = new AbortController();
  readonly events: StreamedEvent[] = [];
  readonly #url: string;
  #ended = Promise.withResolvers<void>();
  #changed = Promise.withResolvers<void>();

  private constructor(url: string) {
    this.#url = url;
  }

  /** Connects and waits for PB_CONNECT. */
  static async connect(url: string, options: ListenOptions = {}): Promise<Listener> {
    const listener = new Listener(url);
    const response = await fetch(`${url}/api/realtime`, {
      signal: listener.#abort.signal,
      ...(options.headers ? { headers: options.headers } : {}),
    });
    if (response.status !== 200) throw new Error(`status ${response.status}`);
    void listener.#read(response);
    await listener.until(({ events }) => events.length > 0);
    return listener;
  }

  get clientId(): string {
    return this.events[0]?.id ?? "";
  }

  /** Resolves when the stream has ended. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** What came behind PB_CONNECT under a name, parsed. */
  messages(name?: string): RecordMessage[] {
    return this.events
      .slice(1)
      .filter(({ event }) => name === undefined || event === name)
      .map(({ data }) => JSON.parse(data) as RecordMessage);
  }

  /** `create:title` of every message. */
  get titles(): string[] {
    return this.messages().map(({ action, record }) => `${action}:${String(record["title"])}`);
  }

  async subscribe(
    topics: readonly string[],
    options: ListenOptions & { resume?: unknown } = {},
  ): Promise<number> {
    const response = await fetch(`${this.#url}/api/realtime`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(options.token ? { authorization: options.token } : {}),
        ...options.headers,
      },
      body: JSON.stringify({
        clientId: this.clientId,
        subscriptions: topics,
        resume: options.resume,
      }),
    });
    await response.text();
    return response.status;
  }

  /** Waits until something is true of what came. @throws Error with what came so far */
  async until(isDone: (listener: Listener) => boolean, milliseconds = 5000): Promise<void> {
    const deadline = Date.now() + milliseconds;
    while (!isDone(this)) {
      const left = deadline - Date.now();
      if (left <= 0)
        throw new Error(`waited in vain; came: ${this.events.map(({ text }) => text).join(" | ")}`);
      await Promise.race([
        this.#changed.promise,
        new Promise((resolve) => setTimeout(resolve, left)),
      ]);
    }
  }

  /** Waits for this many messages behind PB_CONNECT. */
  async untilCount(count: number): Promise<RecordMessage[]> {
    await this.until(({ events }) => events.length > count);
    return this.messages();
  }

  close(): void {
    this.#abort.abort();
  }

  async #read(response: Response): Promise<void> {
    try {
      for await (const event of readEvents(response)) {
        this.events.push(event);
        this.#changed.resolve();
        this.#changed = Promise.withResolvers<void>();
      }
    } catch {
      // Closed from here.
    }
    this.#ended.resolve();
  }
}
