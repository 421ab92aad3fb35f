import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { socketIp } from "../lib/ip.ts";

/** A request as the rest of the engine sees it, whatever brought it here. */
export interface Incoming {
  /** As sent; upper case for the standard ones. */
  readonly method: string;
  /** Escaped path and query as received, starting with `/`. */
  readonly url: string;
  /** With port, empty when unknown. */
  readonly host: string;
  /** The other end of the connection, expanded; empty when there is none. */
  readonly remoteIp: string;
  readonly isTls: boolean;
  /** The body's announced bytes; -1 when the length is not known in advance. */
  readonly contentLength: number;
  /** The first line of a header. */
  header(name: string): string | undefined;
  /** All lines of a header. */
  headerLines(name: string): readonly string[];
  /** Every header's lower-case name with its first line. */
  headers(): Iterable<readonly [name: string, value: string]>;
  /** The body; may be asked for once. */
  stream(): Readable;
  /** Aborted when the client goes away before the answer is complete. */
  readonly signal: AbortSignal;
}

/** A request that came over a socket. */
export class NodeIncoming implements Incoming {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly method: string;
  readonly url: string;
  #signal: AbortSignal | undefined;

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.#request = request;
    this.#response = response;
    this.method = request.method ?? "GET";
    this.url = toOriginForm(request.url ?? "/");
  }

  get host(): string {
    return this.#request.headers.host ?? "";
  }

  get remoteIp(): string {
    return socketIp(this.#request.socket.remoteAddress);
  }

  get isTls(): boolean {
    return "encrypted" in this.#request.socket;
  }

  get contentLength(): number {
    const { "content-length": length, "transfer-encoding": encoding } = this.#request.headers;
    if (length !== undefined) return Number(length);
    return encoding === undefined ? 0 : -1;
  }

  header(name: string): string | undefined {
    const wanted = name.toLowerCase();
    const value = this.#request.headers[wanted];
    if (value === undefined) return undefined;
    // Node joins repeated lines; Go answers with the first one.
    if (typeof value === "string" && !value.includes(",") && !value.includes(";")) return value;
    const { rawHeaders } = this.#request;
    for (let index = 0; index < rawHeaders.length; index += 2) {
      if (rawHeaders[index]!.toLowerCase() === wanted) return rawHeaders[index + 1];
    }
    return undefined;
  }

  headerLines(name: string): readonly string[] {
    return this.#request.headersDistinct[name.toLowerCase()] ?? [];
  }

  *headers(): Iterable<readonly [string, string]> {
    for (const [name, lines] of Object.entries(this.#request.headersDistinct)) {
      // Go keeps the host apart from the headers.
      if (lines?.[0] !== undefined && name !== "host") yield [name, lines[0]];
    }
  }

  stream(): Readable {
    return this.#request;
  }

  get signal(): AbortSignal {
    return (this.#signal ??= this.#watch());
  }

  #watch(): AbortSignal {
    const controller = new AbortController();
    const close = () => {
      if (!this.#response.writableFinished) controller.abort();
    };
    if (this.#response.destroyed) close();
    else this.#response.once("close", close);
    return controller.signal;
  }
}

/** A request handed to `fetch`: there is no socket behind it. */
export class FetchIncoming implements Incoming {
  readonly #request: Request;
  readonly method: string;
  readonly url: string;
  readonly host: string;
  readonly isTls: boolean;
  readonly remoteIp: string;

  /** @param remoteIp the client's address, when the caller knows it */
  constructor(request: Request, remoteIp = "") {
    const url = new URL(request.url);
    this.#request = request;
    this.method = request.method;
    this.url = url.pathname + url.search;
    this.host = url.host;
    this.isTls = url.protocol === "https:";
    this.remoteIp = socketIp(remoteIp);
  }

  get contentLength(): number {
    if (this.#request.body === null) return 0;
    const length = this.#request.headers.get("content-length");
    return length === null ? -1 : Number(length);
  }

  header(name: string): string | undefined {
    return this.#request.headers.get(name) ?? undefined;
  }

  headerLines(name: string): readonly string[] {
    const value = this.#request.headers.get(name);
    return value === null ? [] : [value];
  }

  headers(): Iterable<readonly [string, string]> {
    return this.#request.headers.entries();
  }

  stream(): Readable {
    const { body } = this.#request;
    // The two declarations of web streams (DOM's and node:stream/web's) describe the same class.
    return body === null
      ? Readable.from([])
      : Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]);
  }

  get signal(): AbortSignal {
    return this.#request.signal;
  }
}

/** Path and query of an absolute-form target (`GET http://host/path`); other targets as they are. */
function toOriginForm(target: string): string {
  if (target.startsWith("/")) return target;
  const [, rest] = /^[a-z][a-z\d+.-]*:\/\/[^/?]*(.*)$/i.exec(target) ?? [];
  if (rest === undefined) return target;
  return rest.startsWith("/") ? rest : `/${rest}`;
}
