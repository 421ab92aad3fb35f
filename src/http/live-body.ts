import type { ServerResponse } from "node:http";
import { Readable, type Writable } from "node:stream";

/** Where the bytes of a live body go. */
export interface LiveTarget {
  /** Bytes that were written and that the client has not taken yet. */
  readonly pending: number;
  /** Writes both as one piece. Never waits. */
  write(first: Uint8Array, second: Uint8Array): void;
  /** What is written between the two goes out together. */
  cork(): void;
  uncork(): void;
  /** Ends the answer; what was written before still goes out while the client reads. */
  end(): void;
  /** Ends the connection. */
  destroy(): void;
}

/**
 * A body that its maker writes to for as long as it lives, as an event stream. Thousands are open at a time, so
 * there is no stream between the maker and the socket.
 */
export interface LiveBody {
  readonly isLive: true;
  /** Called once, when the head of the answer is on its way. */
  open(target: LiveTarget): void;
  /** The client has taken most of what waited. */
  drained(): void;
  /** The client is gone. */
  closed(): void;
}

export function isLiveBody(body: unknown): body is LiveBody {
  return typeof body === "object" && body !== null && "isLive" in body;
}

/** Sends a live body behind a head that was written; settles when the connection has ended. */
export function sendLive(response: ServerResponse, body: LiveBody): Promise<void> {
  // An event stream must be known to be open before its first event.
  response.flushHeaders();
  return new Promise((resolve) => {
    response.once("close", () => {
      body.closed();
      resolve();
    });
    body.open(new NodeTarget(response, body));
  });
}

const CRLF = "\r\n";

/**
 * Writes to the socket itself, in the chunks of HTTP/1.1: one piece of memory and one call of the system for an
 * event, where Node's own way takes four pieces. Where an answer has no socket yet, because it waits behind another
 * one, or no chunks, Node's way is taken.
 */
class NodeTarget implements LiveTarget {
  readonly #response: ServerResponse;
  readonly #sink: Writable;
  readonly #isChunked: boolean;
  readonly #body: LiveBody;
  #isDraining = false;

  constructor(response: ServerResponse, body: LiveBody) {
    this.#response = response;
    this.#body = body;
    const { socket } = response;
    this.#isChunked = socket !== null && response.chunkedEncoding && response.writableLength === 0;
    this.#sink = this.#isChunked ? socket! : response;
  }

  get pending(): number {
    return this.#sink.writableLength;
  }

  write(first: Uint8Array, second: Uint8Array): void {
    const bytes = this.#isChunked ? toChunk(first, second) : Buffer.concat([first, second]);
    if (this.#sink.write(bytes) || this.#isDraining) return;
    this.#isDraining = true;
    this.#sink.once("drain", () => {
      this.#isDraining = false;
      this.#body.drained();
    });
  }

  cork(): void {
    this.#sink.cork();
  }

  uncork(): void {
    this.#sink.uncork();
  }

  end(): void {
    this.#response.end();
  }

  destroy(): void {
    this.#response.destroy();
  }
}

function toChunk(first: Uint8Array, second: Uint8Array): Buffer {
  const length = first.length + second.length;
  const head = length.toString(16) + CRLF;
  const bytes = Buffer.allocUnsafe(head.length + length + CRLF.length);
  bytes.write(head, 0, "latin1");
  bytes.set(first, head.length);
  bytes.set(second, head.length + first.length);
  bytes.write(CRLF, head.length + length, "latin1");
  return bytes;
}

/** A live body for those who want a stream. */
export function toReadable(body: LiveBody): Readable {
  const stream = new LiveReadable(body);
  stream.once("close", () => body.closed());
  body.open(stream);
  return stream;
}

class LiveReadable extends Readable implements LiveTarget {
  readonly #body: LiveBody;

  constructor(body: LiveBody) {
    super();
    this.#body = body;
  }

  get pending(): number {
    return this.readableLength;
  }

  write(first: Uint8Array, second: Uint8Array): void {
    this.push(Buffer.concat([first, second]));
  }

  cork(): void {}

  uncork(): void {}

  end(): void {
    this.push(null);
  }

  override _read(): void {
    this.#body.drained();
  }
}
