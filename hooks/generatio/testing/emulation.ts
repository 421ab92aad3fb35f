import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { EmulatedFile } from "./picture-input.ts";
import { type EmulatedRoute, type Fault, readMarkers } from "./faults.ts";

/** An HTTP answer of an emulator. */
export interface Reply {
  readonly status: number;
  /** JSON, or the bytes of a file. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A call as it arrived. */
export interface EmulatedCall {
  readonly route: EmulatedRoute | "unknown";
  readonly method: string;
  /** What the path names: an endpoint, a request, a file. */
  readonly target: string;
  readonly url: URL;
  readonly headers: IncomingMessage["headers"];
  /** Parsed JSON, or the fields of a multipart body: texts and {@link EmulatedFile}s, in lists when repeated. */
  readonly body: unknown;
}

/** One request that reached the emulator. */
export interface JournalEntry {
  readonly route: EmulatedRoute | "unknown";
  readonly method: string;
  readonly path: string;
  readonly authorization: string;
  readonly body: unknown;
}

/** A vendor without HTTP: which call is which, and what is answered when nothing goes wrong. */
export interface EmulatedVendor {
  /** Where it says it can be reached; set once it is. */
  origin: string;
  routeOf(method: string, path: string): Pick<EmulatedCall, "route" | "target">;
  reply(call: EmulatedCall): Reply | Promise<Reply>;
  /** Where the prompt stands in the body of a paid request. */
  promptOf(body: unknown): string;
  /** Takes over the answer, for streams. @returns whether it did */
  stream?(call: EmulatedCall, response: ServerResponse): Promise<boolean>;
}

export type Weather = (route: EmulatedRoute) => Fault | undefined;

export interface Emulation {
  /** Everything that arrived, in order. */
  readonly journal: readonly JournalEntry[];
  /** Makes the next calls of a route go wrong, one fault per call. */
  fail(route: EmulatedRoute, ...faults: readonly Fault[]): void;
  /** Decides of every call whether it goes wrong, when nothing else does; undefined ends that. */
  setWeather(weather: Weather | undefined): void;
  close(): Promise<void>;
}

/** Puts a vendor behind HTTP on the loopback address, with everything that can go wrong in between. */
export async function startEmulation(vendor: EmulatedVendor, port = 0): Promise<Emulation> {
  const line = new Line(vendor);
  const server = createServer((request, response) => {
    line.handle(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  vendor.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    journal: line.journal,
    fail: (route, ...faults) => line.fail(route, faults),
    setWeather: (weather) => void (line.weather = weather),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

class Line {
  readonly journal: JournalEntry[] = [];
  weather: Weather | undefined;
  readonly #vendor: EmulatedVendor;
  readonly #faults = new Map<EmulatedRoute, Fault[]>();
  // Markers are obeyed once per prompt, so that a repeated request gets through.
  readonly #markerFaults = new Map<string, Fault[]>();

  constructor(vendor: EmulatedVendor) {
    this.#vendor = vendor;
  }

  fail(route: EmulatedRoute, faults: readonly Fault[]): void {
    this.#faults.set(route, [...(this.#faults.get(route) ?? []), ...faults]);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = await this.#read(request);
    const fault = this.#nextFault(call);
    if (fault?.kind === "drop") return void request.socket.destroy();
    if (fault?.kind === "delay")
      await new Promise((resolve) => setTimeout(resolve, fault.milliseconds));
    if (await this.#vendor.stream?.(call, response)) return;
    const reply = instead(fault) ?? (await this.#vendor.reply(call));
    if (fault?.kind === "hang") return;
    if (fault?.kind === "lose-answer") return void request.socket.destroy();
    write(response, reply, fault?.kind === "truncate");
  }

  async #read(request: IncomingMessage): Promise<EmulatedCall> {
    const { method = "GET", headers } = request;
    const url = new URL(request.url ?? "/", this.#vendor.origin);
    const authorization = headers.authorization ?? "";
    const body = await parse(await readBytes(request), headers["content-type"] ?? "");
    const { route, target } = this.#vendor.routeOf(method, url.pathname);
    this.journal.push({ route, method, path: url.pathname, authorization, body });
    return { route, method, target, url, headers, body };
  }

  #nextFault(call: EmulatedCall): Fault | undefined {
    if (call.route === "unknown") return undefined;
    return (
      this.#faults.get(call.route)?.shift() ??
      (call.route === "submit" ? this.#markerFault(call) : undefined) ??
      this.weather?.(call.route)
    );
  }

  #markerFault(call: EmulatedCall): Fault | undefined {
    const prompt = this.#vendor.promptOf(call.body);
    let faults = this.#markerFaults.get(prompt);
    if (!faults) this.#markerFaults.set(prompt, (faults = [...readMarkers(prompt).submitFaults]));
    return faults.shift();
  }
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

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

/** @returns undefined when it cannot be read */
async function parse(bytes: Buffer, contentType: string): Promise<unknown> {
  try {
    if (contentType.startsWith("multipart/")) return await parseForm(bytes, contentType);
    return JSON.parse(bytes.toString("utf8")) as unknown;
  } catch {
    return undefined;
  }
}

async function parseForm(bytes: Buffer, contentType: string): Promise<Record<string, unknown>> {
  const headers = { "content-type": contentType };
  const form = await new Response(new Uint8Array(bytes), { headers }).formData();
  const fields: Record<string, unknown> = {};
  for (const name of new Set(form.keys())) {
    const values = await Promise.all(form.getAll(name).map(toValue));
    // Repeated fields are written with brackets.
    if (name.endsWith("[]")) fields[name.slice(0, -2)] = values;
    else fields[name] = values.length === 1 ? values[0] : values;
  }
  return fields;
}

async function toValue(value: string | File): Promise<string | EmulatedFile> {
  if (typeof value === "string") return value;
  const { name, type } = value;
  return { name, type, bytes: Buffer.from(await value.arrayBuffer()) };
}
