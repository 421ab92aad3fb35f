import { type IncomingHttpHeaders, request } from "node:http";
import { connect } from "node:net";
import type { App } from "../../src/app.ts";
import type { Router } from "../../src/http/router.ts";
import {
  startTestServer,
  type TestServer,
  type TestServerOptions,
} from "../../src/testing/index.ts";

/** A server with routes of the test's own. */
export function serveRoutes(
  add: (router: Router, app: App) => void,
  options: TestServerOptions = {},
): Promise<TestServer> {
  const extension = (app: App) => {
    app.onServe().bindFunc((event) => {
      add(event.router, event.app);
      return event.next();
    });
  };
  return startTestServer({ ...options, extensions: [extension] });
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Lines of the same header are kept apart. */
  readonly rawHeaders: readonly string[];
  readonly body: string;
  readonly bytes: Buffer;
}

export interface Question {
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Uint8Array;
  /** Sends the body in chunks without announcing its length. */
  readonly chunked?: boolean;
}

/** Sends `METHOD /path` exactly as written, without a client's normalisation. */
export function ask(
  server: { readonly url: string },
  line: string,
  question: Question = {},
): Promise<Answer> {
  const [method, path] = line.split(" ", 2) as [string, string];
  const { hostname, port } = new URL(server.url);
  const { body } = question;
  const announced = question.chunked
    ? { "transfer-encoding": "chunked" }
    : body !== undefined && { "content-length": Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        hostname,
        port,
        method,
        path,
        headers: { ...announced, ...question.headers },
        agent: false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const bytes = Buffer.concat(chunks);
          const { statusCode = 0, headers, rawHeaders } = response;
          resolve({ status: statusCode, headers, rawHeaders, body: bytes.toString(), bytes });
        });
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/** Writes bytes to the socket and gives everything that comes back until the server closes it. */
export function sendRaw(server: { readonly url: string }, text: string): Promise<string> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(Buffer.concat(chunks).toString()));
  });
}

export const JSON_TYPE = { "content-type": "application/json" };
export const FORM_TYPE = { "content-type": "application/x-www-form-urlencoded" };
export const MULTIPART_TYPE = { "content-type": "multipart/form-data; boundary=B" };

/** One part of a multipart body with the boundary `B`. */
export function part(name: string, value: string, filename?: string): string {
  const file = filename === undefined ? "" : `; filename="${filename}"`;
  return `--B\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n${value}\r\n`;
}

export const LAST_BOUNDARY = "--B--\r\n";

/** The default envelope of an error. */
export function errorBody(status: number, message: string, data: unknown = {}): string {
  return JSON.stringify({ data, message, status });
}

export const BAD_REQUEST = errorBody(400, "Something went wrong while processing your request.");
export const NOT_FOUND = errorBody(404, "The requested resource wasn't found.");
export const FILE_NOT_FOUND = errorBody(404, "File not found.");
