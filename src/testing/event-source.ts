/** The part of the browser's `EventSource` that the official SDK uses, for Node (which hides its own behind a flag). */
export class TestEventSource {
  onerror: ((event: Event) => void) | null = null;
  readonly #listeners = new Map<string, Set<(event: MessageEvent) => void>>();
  readonly #abort = new AbortController();

  constructor(url: string) {
    void this.#read(url);
  }

  addEventListener(name: string, listener: (event: MessageEvent) => void): void {
    const known = this.#listeners.get(name);
    if (known) known.add(listener);
    else this.#listeners.set(name, new Set([listener]));
  }

  removeEventListener(name: string, listener: (event: MessageEvent) => void): void {
    this.#listeners.get(name)?.delete(listener);
  }

  close(): void {
    this.#abort.abort();
  }

  async #read(url: string): Promise<void> {
    try {
      const response = await fetch(url, { signal: this.#abort.signal });
      for await (const { event, data, id } of readEvents(response)) {
        if (this.#abort.signal.aborted) return;
        const message = new MessageEvent(event, { data, lastEventId: id });
        this.#listeners.get(event)?.forEach((listener) => listener(message));
      }
    } catch {
      // Told below, as every end of the stream.
    }
    if (!this.#abort.signal.aborted) this.onerror?.(new Event("error"));
  }
}

export interface StreamedEvent {
  readonly id: string;
  readonly event: string;
  readonly data: string;
  /** The event's lines as they came. */
  readonly text: string;
}

/** Reads an event stream by the rules of the HTML standard. */
export async function* readEvents(response: Response): AsyncGenerator<StreamedEvent> {
  let text = "";
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      yield parse(text.slice(0, end));
      text = text.slice(end + 2);
    }
  }
}

function parse(text: string): StreamedEvent {
  const values = (name: string) =>
    text
      .split("\n")
      .filter((line) => line.startsWith(`${name}:`))
      .map((line) => line.slice(name.length + 1).replace(/^ /, ""));
  return {
    id: values("id").at(-1) ?? "",
    event: values("event").at(-1) ?? "message",
    data: values("data").join("\n"),
    text,
  };
}
