import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { FilePart } from "../lib/file-part.ts";
import { isLiveBody, type LiveBody, sendLive, toReadable as liveToReadable } from "./live-body.ts";

/** Response headers: lower-case names; a list is sent as one line each. */
export type ResponseHeaders = Record<string, string | string[]>;

export type ResponseBody =
  | string
  | Uint8Array
  | ReadableStream<Uint8Array>
  | Readable
  | LiveBody
  | undefined;

/** A complete answer that has not been sent yet. */
export interface Outgoing {
  readonly status: number;
  readonly headers: ResponseHeaders;
  readonly body: ResponseBody;
  /** Answers to HEAD carry the headers of the GET answer and no body. */
  readonly isHead: boolean;
}

/** Sends an answer over a socket; settles when it was sent completely or the client went away. */
export async function sendToNode(response: ServerResponse, outgoing: Outgoing): Promise<void> {
  const { body } = outgoing;
  if (isLiveBody(body) && !outgoing.isHead) {
    response.writeHead(outgoing.status, outgoing.headers);
    await sendLive(response, body);
  } else if (isStream(body)) await sendStream(response, outgoing, toReadable(body));
  else await sendWhole(response, outgoing, body);
  // A body that was read halfway would hold up the next request of its connection.
  if (!response.req.complete) response.req.resume();
}

async function sendWhole(
  response: ServerResponse,
  outgoing: Outgoing,
  body: string | Uint8Array | undefined,
): Promise<void> {
  writeHead(response, outgoing, body);
  const { complete, destroyed } = response.req;
  if (!complete && !destroyed && outgoing.status >= 400) await lingerUpload(response, outgoing);
  else response.end(outgoing.isHead ? undefined : body);
}

function writeHead(
  response: ServerResponse,
  outgoing: Outgoing,
  body: string | Uint8Array | undefined,
): void {
  const headers: OutgoingHttpHeaders = outgoing.headers;
  if (headers["content-length"] === undefined && hasLength(outgoing)) {
    headers["content-length"] =
      typeof body === "string" ? Buffer.byteLength(body) : (body?.length ?? 0);
  }
  response.writeHead(outgoing.status, headers);
}

/** Errors to HEAD requests, 204 and 304 carry no length. */
function hasLength({ status, isHead, body }: Outgoing): boolean {
  if (status === 204 || status === 304) return false;
  return !isHead || body !== undefined;
}

/** What a refused upload may still send before its connection is closed. */
const LINGER_BYTES = 128 << 20;
const LINGER_MS = 5000;

/**
 * Answers a client that is still sending. Closing at once could reset the connection before it has read the
 * answer, so what still comes is read and thrown away for a while (nginx: lingering_close).
 */
async function lingerUpload(response: ServerResponse, { isHead, body }: Outgoing): Promise<void> {
  const { req: request } = response;
  if (!isHead && body !== undefined) response.write(body);
  await new Promise<void>((resolve) => {
    let size = 0;
    const timer = setTimeout(resolve, LINGER_MS);
    const stop = (): void => {
      clearTimeout(timer);
      resolve();
    };
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > LINGER_BYTES) stop();
    });
    request.once("end", stop).once("error", stop).once("close", stop);
    request.resume();
  });
  response.end(() => {
    if (!request.complete) request.socket.destroy();
  });
}

async function sendStream(
  response: ServerResponse,
  outgoing: Outgoing,
  stream: Readable,
): Promise<void> {
  response.writeHead(outgoing.status, outgoing.headers);
  if (outgoing.isHead) {
    stream.destroy();
    response.end();
    return;
  }
  const length = outgoing.headers["content-length"];
  if (length === undefined) return sendOpenEnded(response, stream);
  // A client that goes away, or a source that breaks off, ends the connection: that is all one can tell it.
  const sent =
    stream instanceof FilePart
      ? sendFile(stream, response, Number(length))
      : pipeline(exactly(stream, Number(length)), response);
  await sent.catch(() => response.destroy());
}

/** Sends as much as there will be. */
function sendOpenEnded(response: ServerResponse, stream: Readable): Promise<void> {
  // A stream that gives nothing yet must be known to be open.
  response.flushHeaders();
  return new Promise((resolve) => {
    response.once("close", () => {
      stream.destroy();
      resolve();
    });
    // A source that breaks off ends the connection: that is all one can tell the client.
    stream.on("error", () => undefined);
    stream.once("close", () => {
      if (!stream.readableEnded) response.destroy();
    });
    stream.pipe(response);
  });
}

async function sendFile(part: FilePart, response: ServerResponse, length: number): Promise<void> {
  checkLength(length - (await part.writeTo(response)));
  await new Promise<void>((resolve) => response.end(resolve).once("close", resolve));
}

/** Fails when a source gives less than was promised: the client must not be left waiting for the rest. */
async function* exactly(
  source: AsyncIterable<Uint8Array>,
  length: number,
): AsyncGenerator<Uint8Array> {
  let left = length;
  for await (const chunk of source) {
    left -= chunk.length;
    yield chunk;
  }
  checkLength(left);
}

function checkLength(left: number): void {
  if (left !== 0) throw new Error(`the answer is ${left} bytes away from its length`);
}

/** The same answer for callers of `fetch`. */
export function toWebResponse(outgoing: Outgoing): Response {
  const headers = new Headers();
  for (const [name, value] of Object.entries(outgoing.headers)) {
    for (const line of Array.isArray(value) ? value : [value]) headers.append(name, line);
  }
  const isEmpty = outgoing.isHead || NO_BODY.has(outgoing.status);
  if (isEmpty) discardBody(outgoing.body);
  const body = isEmpty
    ? undefined
    : isLiveBody(outgoing.body)
      ? liveToReadable(outgoing.body)
      : outgoing.body;
  const init = body instanceof Readable ? Readable.toWeb(body) : (body ?? null);
  return new Response(init as ConstructorParameters<typeof Response>[0], {
    status: outgoing.status,
    headers,
  });
}

const NO_BODY: ReadonlySet<number> = new Set([101, 204, 205, 304]);

/** Lets go of a body that will not be sent. */
export function discardBody(body: ResponseBody): void {
  if (isStream(body)) toReadable(body).destroy();
}

type StreamBody = ReadableStream<Uint8Array> | Readable | LiveBody;

function isStream(body: ResponseBody): body is StreamBody {
  return typeof body === "object" && !(body instanceof Uint8Array);
}

function toReadable(body: StreamBody): Readable {
  if (body instanceof Readable) return body;
  if (isLiveBody(body)) return liveToReadable(body);
  return Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]);
}
