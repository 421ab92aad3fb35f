import { join } from "node:path";
import type { App } from "../app.ts";
import { TEMP_DIR } from "../lib/data-folder.ts";
import { lazy } from "../lib/lazy.ts";
import type { RecordModel } from "../records/record.ts";
import type { RequestInfo } from "../records/request-info.ts";
import { type BoundBody, bindBody, isMultipart, readBytes } from "./body.ts";
import type { Incoming } from "./incoming.ts";
import { discardBody, type Outgoing, type ResponseBody, type ResponseHeaders } from "./outgoing.ts";
import { Query } from "./query.ts";

/** Mutable twin of `RequestInfo`: its auth and context follow the request. */
type LiveInfo = { -readonly [K in keyof RequestInfo]: RequestInfo[K] };

/** The answer as decided so far. */
interface Answer {
  readonly status: number;
  readonly body: ResponseBody;
}

export interface RequestStateOptions {
  readonly app: App;
  readonly incoming: Incoming;
  /** Decoded path parameters. */
  readonly params: Readonly<Record<string, string>>;
  /** `METHOD /path/{pattern}` of the route. */
  readonly pattern: string;
  /** The request that this one is a part of: it has the same caller and what was kept for it so far. */
  readonly parent?: RequestState;
  /** The body, when it has been read already. */
  readonly bound?: BoundBody;
}

/**
 * What all events of one request share: the request itself, who makes it, and the answer, which is kept back
 * until the outermost handler has returned.
 */
export class RequestState {
  readonly app: App;
  readonly incoming: Incoming;
  readonly params: Readonly<Record<string, string>>;
  readonly pattern: string;
  /** When the request reached its route, in `performance.now()` milliseconds. */
  readonly started = performance.now();
  auth: RecordModel | undefined;
  /** Bytes that the body may have. */
  bodyLimit = Infinity;
  headers: ResponseHeaders = {};
  #answer: Answer | undefined;
  #impliedType: string | undefined;
  /** Compresses the answer; set by the gzip middleware. */
  encode: ((outgoing: Outgoing) => Outgoing) | undefined;
  readonly #store = new Map<string, unknown>();
  #query: Query | undefined;
  #body: Promise<BoundBody> | undefined;
  #bytes: Promise<Buffer> | undefined;
  #isStreamed = false;
  #info: LiveInfo | undefined;
  #disposers: (() => Promise<void>)[] | undefined;

  constructor({ app, incoming, params, pattern, parent, bound }: RequestStateOptions) {
    this.app = app;
    this.incoming = incoming;
    this.params = params;
    this.pattern = pattern;
    if (bound) this.#body = Promise.resolve(bound);
    if (!parent) return;
    this.auth = parent.auth;
    for (const [key, value] of parent.#store) this.#store.set(key, value);
  }

  get path(): string {
    const { url } = this.incoming;
    const mark = url.indexOf("?");
    return mark < 0 ? url : url.slice(0, mark);
  }

  get query(): Query {
    return (this.#query ??= new Query(this.#rawQuery));
  }

  get #rawQuery(): string {
    const { url } = this.incoming;
    const mark = url.indexOf("?");
    return mark < 0 ? "" : url.slice(mark + 1);
  }

  get(key: string): unknown {
    return this.#store.get(key);
  }

  set(key: string, value: unknown): void {
    this.#store.set(key, value);
  }

  bound(): Promise<BoundBody> {
    return (this.#body ??= this.#bind());
  }

  /**
   * The whole body as sent; kept, so that it can be bound afterwards too.
   *
   * @throws ApiError 413 above the limit; Error when uploads were streamed out of it already
   */
  async bytes(): Promise<Buffer> {
    if (this.#isStreamed)
      throw new Error("the body was bound as multipart before its bytes were asked for");
    return (this.#bytes ??= readBytes(this.incoming, this.bodyLimit));
  }

  /** The request as rules see it; auth and context are as they are now. */
  async info(): Promise<RequestInfo> {
    this.#info ??= this.#createInfo((await this.bound()).values);
    this.#info.auth = this.auth;
    this.#info.context =
      (this.get("infoContext") as RequestInfo["context"] | undefined) ?? "default";
    return this.#info;
  }

  /** From now on rules see these as the submitted values: modifiers resolved, uploads attached. */
  async replaceBody(values: Readonly<Record<string, unknown>>): Promise<RequestInfo> {
    await this.info();
    this.#info!.body = values;
    return this.#info!;
  }

  get answer(): Answer | undefined {
    return this.#answer;
  }

  /** Sets the content type that goes with an answer, unless a handler has set one. */
  implyType(contentType: string): void {
    const present = this.headers["content-type"];
    if (present !== undefined && present !== this.#impliedType) return;
    this.headers["content-type"] = this.#impliedType = contentType;
  }

  /** Decides on an answer in place of an earlier one. */
  write(status: number, body: ResponseBody): void {
    const earlier = this.#answer?.body;
    if (earlier !== body) discardBody(earlier);
    this.#answer = { status, body };
  }

  /** What is to be sent, once all handlers have returned. */
  outgoing(): Outgoing {
    const { status, body } = this.#answer ?? { status: 200, body: "" };
    const outgoing = {
      status,
      headers: this.headers,
      body,
      isHead: this.incoming.method === "HEAD",
    };
    return this.encode?.(outgoing) ?? outgoing;
  }

  /** True when `dispose` has something to do. */
  get needsDispose(): boolean {
    return this.#disposers !== undefined;
  }

  /** Removes what was kept for the request. */
  async dispose(): Promise<void> {
    await Promise.allSettled(this.#disposers?.splice(0).map((dispose) => dispose()) ?? []);
  }

  #bind(): Promise<BoundBody> {
    const isRead = this.#bytes !== undefined;
    this.#isStreamed = !isRead && isMultipart(this.incoming);
    return bindBody({
      incoming: this.incoming,
      query: this.query,
      limit: this.bodyLimit,
      tempDir: join(this.app.config.dataDir, TEMP_DIR),
      bytes: () => this.bytes(),
      isRead,
      onDispose: (dispose) => (this.#disposers ??= []).push(dispose),
    });
  }

  /** Headers and query are parsed when a rule asks for them, and survive `{ ...info }`. */
  #createInfo(body: Readonly<Record<string, unknown>>): LiveInfo {
    const headers = lazy(() => snakeCaseHeaders(this.incoming));
    const query = lazy(() => this.query.toObject());
    return {
      context: "default",
      method: this.incoming.method,
      get headers() {
        return headers();
      },
      get query() {
        return query();
      },
      body,
      auth: undefined,
    };
  }
}

/** `X-Token` is read as `@request.headers.x_token`. */
function snakeCaseHeaders(incoming: Incoming): Record<string, string> {
  const headers: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of incoming.headers()) {
    headers[
      name
        .toLowerCase()
        .replace(/[\W_]+/g, "_")
        .replace(/^_|_$/g, "")
    ] = value;
  }
  return headers;
}
