import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { H3, type H3Event, serve } from "h3";
import type { App } from "../app.ts";
import { Acceptor } from "./acceptor.ts";
import type { Address } from "./address.ts";
import { isPromise } from "./chain.ts";
import { internalError } from "../lib/errors.ts";
import { dispatch, type Reply } from "./dispatch.ts";
import { errorBody } from "./errors.ts";
import { FetchIncoming, NodeIncoming } from "./incoming.ts";
import { sendToNode, toWebResponse } from "./outgoing.ts";
import type { CompiledRouter, Router } from "./router.ts";

/** What h3 takes as "the answer is already on its way". */
const HANDLED = Symbol.for("h3.handled");

const HEADER_TIMEOUT_MS = 60_000;
const READ_TIMEOUT_MS = 5 * 60_000;
/** Go's limit; Node's own is 16 KiB. */
const MAX_HEADER_BYTES = 1 << 20;
/** How long running requests may still take once the server is told to stop. */
const SHUTDOWN_MS = 1000;

/** A server that accepts requests. */
export interface Listener {
  readonly server: Server;
  readonly host: string;
  readonly port: number;
  /**
   * Stops accepting, lets running requests finish for a second, then cuts what is left (event streams among
   * it). Settles when the port is free; calling it again waits for the same end.
   */
  close(): Promise<void>;
}

/** Makes the app answer web requests without a socket. Routes and middlewares are fixed from here on. */
export function createFetch(app: App, router: Router): (request: Request) => Promise<Response> {
  const transport = createTransport(app, router.compile());
  return async (request) => transport.fetch(request);
}

/**
 * Listens for HTTP requests. Routes and middlewares are fixed from here on.
 *
 * @throws Error (EADDRINUSE, EACCES, …) when the address cannot be used
 */
export async function listen(app: App, router: Router, asked: Address): Promise<Listener> {
  const transport = createServer(app, router, asked);
  const server = transport.node!.server as Server;
  await transport.serve();
  const { address, port } = server.address() as AddressInfo;
  let closing: Promise<void> | undefined;
  return { server, host: address, port, close: () => (closing ??= shutDown(server)) };
}

/** Answers connections that are handed to it. Routes and middlewares are fixed from here on. */
export function createAcceptor(app: App, router: Router): Acceptor {
  const transport = createServer(app, router, { host: "127.0.0.1", port: 0 });
  return new Acceptor(transport.node!.server as Server);
}

function createServer(app: App, router: Router, { host, port }: Address) {
  const transport = serve(createTransport(app, router.compile()), {
    hostname: host,
    port,
    manual: true,
    silent: true,
    // Signals are the program's business.
    gracefulShutdown: false,
    node: NODE_OPTIONS,
  });
  (transport.node!.server as Server).on("clientError", refuseMalformed);
  return transport;
}

const NODE_OPTIONS = {
  headersTimeout: HEADER_TIMEOUT_MS,
  requestTimeout: READ_TIMEOUT_MS,
  keepAliveTimeout: READ_TIMEOUT_MS,
  maxHeaderSize: MAX_HEADER_BYTES,
  // Refused below with a text.
  requireHostHeader: false,
};

/** h3 carries requests in and answers out; which route takes them is our router's business. */
class Transport extends H3 {
  readonly #answer: (event: H3Event) => unknown;

  constructor(answer: (event: H3Event) => unknown) {
    super({ silent: true, allowMalformedURL: true, onError: answerFault });
    this.#answer = answer;
  }

  override handler(event: H3Event): unknown {
    return this.#answer(event);
  }
}

function createTransport(app: App, router: CompiledRouter): Transport {
  return new Transport((event) => {
    const node = nodeOf(event);
    return node ? overSocket(app, router, node) : overFetch(app, router, event.req);
  });
}

/** The last resort: h3's own words never reach a client. */
function answerFault(): Response {
  const headers = { "content-type": "application/json" };
  return new Response(errorBody(internalError()), { status: 500, headers });
}

interface NodePair {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
}

/** Writes to the socket itself: web `Response` objects cost as much as a small answer. */
function overSocket(app: App, router: CompiledRouter, { req, res }: NodePair): unknown {
  if (!isAcceptable(req, res)) return HANDLED;
  const reply = dispatch(app, router, new NodeIncoming(req, res));
  if (isPromise(reply)) return reply.then((settled) => deliver(app, res, settled));
  return deliver(app, res, reply);
}

async function deliver(
  app: App,
  response: ServerResponse,
  { outgoing, dispose }: Reply,
): Promise<symbol> {
  try {
    await sendToNode(response, outgoing);
  } catch (error) {
    app.logger.error("an answer could not be sent", { error });
    if (response.headersSent) response.destroy();
    else response.writeHead(500).end();
  } finally {
    await dispose?.();
  }
  return HANDLED;
}

async function overFetch(app: App, router: CompiledRouter, request: Request): Promise<Response> {
  const { outgoing, dispose } = await dispatch(app, router, new FetchIncoming(request));
  const response = toWebResponse(outgoing);
  await dispose?.();
  return response;
}

function nodeOf(event: H3Event): NodePair | undefined {
  const node = event.runtime?.node;
  return node?.res
    ? { req: node.req as IncomingMessage, res: node.res as ServerResponse }
    : undefined;
}

/** What Go's server refuses before any handler. */
function isAcceptable(request: IncomingMessage, response: ServerResponse): boolean {
  const problem = hostProblem(request);
  if (problem === undefined) return true;
  const text = `400 Bad Request${problem}`;
  const headers = {
    "content-type": "text/plain; charset=utf-8",
    "content-length": text.length,
    connection: "close",
  };
  response.writeHead(400, headers).end(text);
  return false;
}

function hostProblem(request: IncomingMessage): string | undefined {
  const { host } = request.headers;
  if (host === undefined)
    return request.httpVersion === "1.0" ? undefined : ": missing required Host header";
  if (!/^[\w!$%&'()*+,\-.:;=[\]~]*$/.test(host)) return ": malformed Host header";
  return hasSeveralHosts(request.rawHeaders) ? "" : undefined;
}

/** Node keeps the first of several. */
function hasSeveralHosts(rawHeaders: readonly string[]): boolean {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!;
    if (name.length === HOST.length && name.toLowerCase() === HOST) count++;
  }
  return count > 1;
}

const HOST = "host";

/** Answers what is no HTTP. */
function refuseMalformed(error: Error & { code?: string }, socket: Duplex): void {
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const status = REFUSALS[error.code ?? ""] ?? "400 Bad Request";
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n${status}`,
  );
}

const REFUSALS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
};

async function shutDown(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), SHUTDOWN_MS);
  await closed;
  clearTimeout(timer);
}
