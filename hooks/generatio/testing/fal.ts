import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { EMULATED_MODELS, toDetail } from "./fal-models.ts";
import { FalQueue, type QueuedRequest } from "./fal-queue.ts";
import {
  fileReply,
  pictureCount,
  type Reply,
  requestUrls,
  resultReply,
  statusReply,
} from "./fal-replies.ts";
import { type FalRoute, type Fault, readMarkers } from "./faults.ts";

/** What a key of the emulated vendor is worth. */
export type KeyState = "ok" | "no_balance" | "locked";

export interface FalEmulatorOptions {
  /** 0 (the default) takes a free one. */
  readonly port?: number;
  /** The keys that exist. When absent every key does. */
  readonly keys?: Readonly<Record<string, KeyState>>;
  /** Least milliseconds in the queue; 0 when absent. */
  readonly queueMs?: number;
  /** Requests of others in front of every new one; 0 when absent. */
  readonly ahead?: number;
  /** Milliseconds of work; 0 when absent. */
  readonly workMs?: number;
  /** Requests of one key at work at the same time; 2 when absent, as for a new customer. */
  readonly concurrency?: number;
}

/** One request that reached the emulator. */
export interface JournalEntry {
  readonly route: FalRoute | "unknown";
  readonly method: string;
  readonly path: string;
  readonly authorization: string;
  readonly body: unknown;
}

/** What the vendor would put on the bill. */
export interface Charge {
  readonly requestId: string;
  readonly key: string;
  readonly endpoint: string;
  readonly images: number;
  readonly micros: number;
}

export interface FalEmulator {
  /** Its origin, for `GENERATIO_FAL_URL`. */
  readonly url: string;
  /** Everything that arrived, in order. */
  readonly journal: readonly JournalEntry[];
  /** Makes the next calls of a route go wrong, one fault per call. */
  fail(route: FalRoute, ...faults: readonly Fault[]): void;
  /** Moves its clock on. */
  tick(milliseconds: number): void;
  /** Requests that were accepted: each would be worked on and paid. */
  accepted(): readonly QueuedRequest[];
  /** Finished work so far. */
  charges(): readonly Charge[];
  close(): Promise<void>;
}

/**
 * Starts a loopback HTTP server that speaks FAL's queue protocol and makes labelled test pictures. It is a
 * stand-in of the vendor, not of our code: the vendor's own client works against it unchanged.
 */
export async function startFalEmulator(options: FalEmulatorOptions = {}): Promise<FalEmulator> {
  const emulation = new Emulation(options);
  const server = createServer((request, response) => {
    emulation.handle(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  emulation.origin = `http://127.0.0.1:${port}`;
  return {
    url: emulation.origin,
    journal: emulation.journal,
    fail: (route, ...faults) => emulation.fail(route, faults),
    tick: (milliseconds) => emulation.tick(milliseconds),
    accepted: () => emulation.queue.all(),
    charges: () => emulation.charges(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Call {
  readonly route: FalRoute | "unknown";
  readonly key: string;
  /** The endpoint of a submit, or the request's id. */
  readonly target: string;
  readonly url: URL;
  readonly body: unknown;
}

class Emulation {
  origin = "";
  readonly journal: JournalEntry[] = [];
  readonly queue: FalQueue;
  readonly #options: FalEmulatorOptions;
  readonly #faults = new Map<FalRoute, Fault[]>();
  // Markers are obeyed once per prompt, so that a repeated request gets through.
  readonly #markerFaults = new Map<string, Fault[]>();
  #ahead = 0;

  constructor(options: FalEmulatorOptions) {
    this.#options = options;
    this.queue = new FalQueue(
      {
        queueMs: options.queueMs ?? 0,
        ahead: options.ahead ?? 0,
        concurrency: options.concurrency ?? 2,
      },
      () => this.#now(),
    );
  }

  tick(milliseconds: number): void {
    this.#ahead += milliseconds;
  }

  fail(route: FalRoute, faults: readonly Fault[]): void {
    this.#faults.set(route, [...(this.#faults.get(route) ?? []), ...faults]);
  }

  charges(): Charge[] {
    const finished = this.queue.all().filter((request) => {
      return (
        this.queue.stateOf(request) === "COMPLETED" &&
        !request.isCanceled &&
        pictureCount(request) > 0
      );
    });
    return finished.map((request) => ({
      requestId: request.id,
      key: request.key,
      endpoint: request.endpoint,
      images: pictureCount(request),
      micros: priceOf(request),
    }));
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = await this.#read(request);
    const fault = this.#nextFault(call);
    if (fault?.kind === "drop") return void request.socket.destroy();
    if (fault?.kind === "delay")
      await new Promise((resolve) => setTimeout(resolve, fault.milliseconds));
    if (call.url.pathname.endsWith("/stream")) return this.#stream(call, response);
    const reply = instead(fault) ?? this.#reply(call, request.method ?? "GET");
    if (fault?.kind === "hang") return;
    if (fault?.kind === "lose-answer") return void request.socket.destroy();
    write(response, reply, fault?.kind === "truncate");
  }

  async #read(request: IncomingMessage): Promise<Call> {
    const url = new URL(request.url ?? "/", this.origin);
    const authorization = request.headers.authorization ?? "";
    const text = await readText(request);
    const body = parse(text);
    const { route, target } = routeOf(request.method ?? "GET", url.pathname);
    this.journal.push({
      route,
      method: request.method ?? "GET",
      path: url.pathname,
      authorization,
      body,
    });
    return { route, target, url, body, key: /^Key (.+)$/.exec(authorization)?.[1] ?? "" };
  }

  #nextFault(call: Call): Fault | undefined {
    if (call.route === "unknown") return undefined;
    return (
      this.#faults.get(call.route)?.shift() ??
      (call.route === "submit" ? this.#markerFault(call) : undefined)
    );
  }

  #markerFault(call: Call): Fault | undefined {
    const prompt = promptOf(call.body);
    let faults = this.#markerFaults.get(prompt);
    if (!faults) this.#markerFaults.set(prompt, (faults = [...readMarkers(prompt).submitFaults]));
    return faults.shift();
  }

  #reply(call: Call, method: string): Reply {
    if (call.route === "file") return this.#file(call);
    const refusal = this.#refuseKey(call.key);
    if (refusal) return refusal;
    if (call.route === "submit") return this.#submit(call);
    if (call.route === "unknown") return methodNotAllowed;
    const request = this.queue.find(call.target);
    if (!request || request.key !== call.key || !call.url.pathname.startsWith(appPath(request))) {
      return {
        status: 404,
        body: call.route === "cancel" ? { status: "NOT_FOUND" } : { detail: "Request not found" },
      };
    }
    if (call.route === "cancel") return this.#cancel(request, method);
    const options = {
      origin: this.origin,
      now: this.#now(),
      logs: call.url.searchParams.get("logs") === "1",
    };
    return call.route === "status"
      ? statusReply(this.queue, request, options)
      : resultReply(this.queue, request, options);
  }

  #refuseKey(key: string): Reply | undefined {
    const state = this.#options.keys
      ? Object.hasOwn(this.#options.keys, key)
        ? this.#options.keys[key]
        : undefined
      : "ok";
    if (key === "" || state === undefined) {
      return {
        status: 401,
        body: { detail: "Authentication is required to access this application." },
      };
    }
    if (state === "no_balance")
      return { status: 402, body: { detail: "Payment required: exhausted balance." } };
    if (state === "locked") {
      return {
        status: 403,
        body: { detail: "User is locked. Reason: Exhausted balance. Top up your balance." },
      };
    }
    return undefined;
  }

  #submit(call: Call): Reply {
    const model = Object.hasOwn(EMULATED_MODELS, call.target)
      ? EMULATED_MODELS[call.target]
      : undefined;
    if (!model) return { status: 404, body: { detail: `Application '${call.target}' not found` } };
    const input = model.input.safeParse(call.body);
    if (!input.success) return { status: 422, body: toDetail(input.error) };
    const { ending, extraMs } = readMarkers(input.data.prompt);
    const request = this.queue.add({
      id: randomUUID(),
      key: call.key,
      endpoint: call.target,
      input: input.data,
      ending,
      workMs: (this.#options.workMs ?? 0) + extraMs,
    });
    const body = {
      status: "IN_QUEUE",
      request_id: request.id,
      gateway_request_id: request.id,
      ...requestUrls(this.origin, request),
      queue_position: this.queue.positionOf(request),
    };
    return { status: 200, body, headers: { "x-fal-request-id": request.id } };
  }

  #cancel(request: QueuedRequest, method: string): Reply {
    if (method !== "PUT") return methodNotAllowed;
    const state = this.queue.stateOf(request);
    if (state === "COMPLETED") return { status: 400, body: { status: "ALREADY_COMPLETED" } };
    this.queue.cancel(request);
    return state === "IN_QUEUE"
      ? { status: 200, body: { status: "OK" } }
      : { status: 202, body: { status: "CANCELLATION_REQUESTED" } };
  }

  #file(call: Call): Reply {
    const [id = "", name = ""] = call.target.split("/");
    const request = this.queue.find(id);
    const index = /^(\d+)\.(?:png|jpg)$/.exec(name)?.[1];
    if (!request || index === undefined) return { status: 404, body: { detail: "Not found" } };
    return fileReply(request, Number(index));
  }

  /** Server-sent events until the request is done. */
  async #stream(call: Call, response: ServerResponse): Promise<void> {
    response.writeHead(200, { "content-type": "text/event-stream" });
    const path = call.url.pathname.replace(/\/stream$/, "");
    const url = new URL(path + call.url.search, this.origin);
    for (let state = ""; state !== "COMPLETED" && !response.destroyed;) {
      const reply = this.#reply({ ...call, ...routeOf("GET", path), url }, "GET");
      response.write(`data: ${JSON.stringify(reply.body)}\n\n`);
      state = reply.status === 202 ? "" : "COMPLETED";
      if (state === "") await new Promise((resolve) => setTimeout(resolve, 50));
    }
    response.end();
  }

  #now(): number {
    return Date.now() + this.#ahead;
  }
}

const methodNotAllowed: Reply = { status: 405, body: { detail: "Method Not Allowed" } };

/**
 * Requests are known as `/{owner}/{app}/requests/{id}`. With more of the endpoint in between, the path is
 * one to submit to, and reading it is a 405.
 */
function routeOf(method: string, path: string): { route: FalRoute | "unknown"; target: string } {
  const parts = path.split("/").filter(Boolean);
  if (parts[0] === "files") return { route: "file", target: parts.slice(1).join("/") };
  if (parts[2] === "requests" && parts[3]) {
    if (parts[4] === "status") return { route: "status", target: parts[3] };
    if (parts[4] === "cancel") return { route: "cancel", target: parts[3] };
    if (parts.length === 4 && method === "GET") return { route: "result", target: parts[3] };
  }
  return method === "POST"
    ? { route: "submit", target: parts.join("/") }
    : { route: "unknown", target: "" };
}

function appPath(request: QueuedRequest): string {
  return `/${request.endpoint.split("/").slice(0, 2).join("/")}/requests/`;
}

function instead(fault: Fault | undefined): Reply | undefined {
  if (fault?.kind === "answer")
    return { status: fault.status, body: fault.body ?? {}, headers: fault.headers ?? {} };
  if (fault?.kind === "page") {
    return {
      status: fault.status,
      body: Buffer.from(fault.html),
      headers: { "content-type": "text/html" },
    };
  }
  return undefined;
}

function write(response: ServerResponse, reply: Reply, isTruncated: boolean): void {
  const bytes = Buffer.isBuffer(reply.body) ? reply.body : Buffer.from(JSON.stringify(reply.body));
  response.writeHead(reply.status, {
    "content-type": "application/json",
    "content-length": bytes.length,
    ...reply.headers,
  });
  if (!isTruncated) return void response.end(bytes);
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
}

function priceOf(request: QueuedRequest): number {
  const { width, height } = request.input.image_size;
  const megapixels = Math.max(1, Math.ceil((width * height) / 1_048_576));
  return (
    (EMULATED_MODELS[request.endpoint]?.microsPerMegapixel ?? 0) *
    megapixels *
    pictureCount(request)
  );
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks).toString("utf8");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function promptOf(body: unknown): string {
  return typeof body === "object" && body !== null && "prompt" in body ? String(body.prompt) : "";
}
