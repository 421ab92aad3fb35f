import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { QueuedRequest } from "./fal-queue.ts";
import type { Reply } from "./fal-replies.ts";
import { type Charge, type FalCall, type FalEmulatorOptions, FalVendor } from "./fal-vendor.ts";
import { type FalRoute, type Fault, readMarkers } from "./faults.ts";

/** One request that reached the emulator. */
export interface JournalEntry {
  readonly route: FalRoute | "unknown";
  readonly method: string;
  readonly path: string;
  readonly authorization: string;
  readonly body: unknown;
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
  const vendor = new FalVendor(options);
  const emulation = new Emulation(vendor);
  const server = createServer((request, response) => {
    emulation.handle(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  vendor.origin = `http://127.0.0.1:${port}`;
  return {
    url: vendor.origin,
    journal: emulation.journal,
    fail: (route, ...faults) => emulation.fail(route, faults),
    tick: (milliseconds) => vendor.tick(milliseconds),
    accepted: () => vendor.queue.all(),
    charges: () => vendor.charges(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const STREAM_EVERY_MS = 50;

/** The vendor behind HTTP, with everything that can go wrong in between. */
class Emulation {
  readonly journal: JournalEntry[] = [];
  readonly #vendor: FalVendor;
  readonly #faults = new Map<FalRoute, Fault[]>();
  // Markers are obeyed once per prompt, so that a repeated request gets through.
  readonly #markerFaults = new Map<string, Fault[]>();

  constructor(vendor: FalVendor) {
    this.#vendor = vendor;
  }

  fail(route: FalRoute, faults: readonly Fault[]): void {
    this.#faults.set(route, [...(this.#faults.get(route) ?? []), ...faults]);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = await this.#read(request);
    const fault = this.#nextFault(call);
    if (fault?.kind === "drop") return void request.socket.destroy();
    if (fault?.kind === "delay")
      await new Promise((resolve) => setTimeout(resolve, fault.milliseconds));
    if (call.url.pathname.endsWith("/stream")) return this.#stream(call, response);
    const reply = instead(fault) ?? this.#vendor.reply(call);
    if (fault?.kind === "hang") return;
    if (fault?.kind === "lose-answer") return void request.socket.destroy();
    write(response, reply, fault?.kind === "truncate");
  }

  async #read(request: IncomingMessage): Promise<FalCall> {
    const { method = "GET", headers } = request;
    const url = new URL(request.url ?? "/", this.#vendor.origin);
    const authorization = headers.authorization ?? "";
    const body = parse(await readText(request));
    const { route, target } = routeOf(method, url.pathname);
    this.journal.push({ route, method, path: url.pathname, authorization, body });
    return { route, method, target, url, body, key: /^Key (.+)$/.exec(authorization)?.[1] ?? "" };
  }

  #nextFault(call: FalCall): Fault | undefined {
    if (call.route === "unknown") return undefined;
    return (
      this.#faults.get(call.route)?.shift() ??
      (call.route === "submit" ? this.#markerFault(call) : undefined)
    );
  }

  #markerFault(call: FalCall): Fault | undefined {
    const prompt = promptOf(call.body);
    let faults = this.#markerFaults.get(prompt);
    if (!faults) this.#markerFaults.set(prompt, (faults = [...readMarkers(prompt).submitFaults]));
    return faults.shift();
  }

  /** Server-sent events until the request is done. */
  async #stream(call: FalCall, response: ServerResponse): Promise<void> {
    response.writeHead(200, { "content-type": "text/event-stream" });
    const path = call.url.pathname.replace(/\/stream$/, "");
    const url = new URL(path + call.url.search, this.#vendor.origin);
    while (!response.destroyed) {
      const reply = this.#vendor.reply({ ...call, ...routeOf("GET", path), url });
      response.write(`data: ${JSON.stringify(reply.body)}\n\n`);
      if (reply.status !== 202) break;
      await new Promise((resolve) => setTimeout(resolve, STREAM_EVERY_MS));
    }
    response.end();
  }
}

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
