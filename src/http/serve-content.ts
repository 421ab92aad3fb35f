import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import type { RequestEvent } from "./event.ts";
import type { ResponseBody } from "./outgoing.ts";

/** Something with a known size that can be read in parts. */
export interface Content {
  /** Bytes. */
  readonly size: number;
  /** Unix milliseconds. */
  readonly modified: number;
  readonly contentType: string;
  /** The bytes from `start` up to, but without, `end`. */
  read(start: number, end: number): Promise<Uint8Array | Readable>;
}

interface ByteRange {
  readonly start: number;
  readonly length: number;
}

/**
 * Answers with a content: whole, or the ranges asked for, or 304 and 412 by the conditions of the request
 * (RFC 9110, as Go's http.ServeContent). A `content-type` set before wins.
 */
export async function serveContent(event: RequestEvent, content: Content): Promise<void> {
  const seconds = Math.floor(content.modified / 1000);
  event.setHeader("last-modified", new Date(seconds * 1000).toUTCString());
  const refusal = checkConditions(event, seconds);
  if (refusal === 304) event.removeHeader("content-type");
  if (refusal !== undefined) return event.noContent(refusal);
  const type = event.responseHeader("content-type") ?? content.contentType;
  event.setHeader("content-type", type);
  const header = isRangeFresh(event, seconds) ? event.header("range") : undefined;
  const ranges = parseRanges(header ?? "", content.size);
  if (typeof ranges === "string") return refuseRange(event, ranges, content.size);
  event.setHeader("accept-ranges", "bytes");
  if (isWorthless(ranges, content.size)) return serveWhole(event, content);
  return ranges.length === 1
    ? serveRange(event, content, ranges[0]!)
    : serveRanges(event, content, ranges);
}

function serveWhole(event: RequestEvent, content: Content): Promise<void> {
  return send(event, {
    status: 200,
    length: content.size,
    body: () => content.read(0, content.size),
  });
}

function serveRange(event: RequestEvent, content: Content, range: ByteRange): Promise<void> {
  const { start, length } = range;
  event.setHeader("content-range", contentRange(range, content.size));
  return send(event, { status: 206, length, body: () => content.read(start, start + length) });
}

/** Several ranges make a multipart answer whose length is known beforehand. */
function serveRanges(
  event: RequestEvent,
  content: Content,
  ranges: readonly ByteRange[],
): Promise<void> {
  const boundary = randomBytes(30).toString("hex");
  const type = event.responseHeader("content-type") ?? content.contentType;
  const heads = ranges.map((range, index) => {
    const start = `${index === 0 ? "" : "\r\n"}--${boundary}\r\n`;
    return Buffer.from(
      `${start}Content-Range: ${contentRange(range, content.size)}\r\nContent-Type: ${type}\r\n\r\n`,
    );
  });
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  const length = ranges.reduce(
    (sum, range, index) => sum + range.length + heads[index]!.length,
    tail.length,
  );
  event.setHeader("content-type", `multipart/byteranges; boundary=${boundary}`);
  async function* parts(): AsyncGenerator<Uint8Array> {
    for (const [index, { start, length: size }] of ranges.entries()) {
      yield heads[index]!;
      const part = await content.read(start, start + size);
      if (part instanceof Readable) yield* part as AsyncIterable<Uint8Array>;
      else yield part;
    }
    yield tail;
  }
  return send(event, { status: 206, length, body: async () => Readable.from(parts()) });
}

interface Sending {
  readonly status: number;
  readonly length: number;
  readonly body: () => Promise<ResponseBody>;
}

async function send(event: RequestEvent, { status, length, body }: Sending): Promise<void> {
  event.setHeader("content-length", String(length));
  event.state.write(status, event.method === "HEAD" || length === 0 ? "" : await body());
}

function refuseRange(event: RequestEvent, text: string, size: number): Promise<void> {
  for (const name of ["content-type", "last-modified", "cache-control", "etag"])
    event.removeHeader(name);
  if (text === NO_OVERLAP) event.setHeader("content-range", `bytes */${size}`);
  return event.text(416, `${text}\n`);
}

/** No ranges, or more bytes in ranges than there are. */
function isWorthless(ranges: readonly ByteRange[], size: number): boolean {
  return ranges.length === 0 || ranges.reduce((sum, { length }) => sum + length, 0) > size;
}

function contentRange({ start, length }: ByteRange, size: number): string {
  return `bytes ${start}-${start + length - 1}/${size}`;
}

const INVALID_RANGE = "invalid range";
const NO_OVERLAP = "invalid range: failed to overlap";

/** @returns the satisfiable ranges, none for no header, or why they are refused */
function parseRanges(
  header: string,
  size: number,
): ByteRange[] | typeof INVALID_RANGE | typeof NO_OVERLAP {
  if (header === "") return [];
  if (!header.startsWith("bytes=")) return INVALID_RANGE;
  const ranges: ByteRange[] = [];
  let hasMissed = false;
  for (const part of header
    .slice("bytes=".length)
    .split(",")
    .map((text) => text.trim())) {
    if (part === "") continue;
    const range = parseRange(part, size);
    if (range === "invalid") return INVALID_RANGE;
    if (range === "missed") hasMissed = true;
    else ranges.push(range);
  }
  // An empty content has nothing to miss: the whole of it is sent.
  return hasMissed && ranges.length === 0 && size > 0 ? NO_OVERLAP : ranges;
}

function parseRange(text: string, size: number): ByteRange | "invalid" | "missed" {
  const [, first, last] = /^([^-]*)-(.*)$/.exec(text)?.map((part) => part.trim()) ?? [];
  if (first === undefined || last === undefined) return "invalid";
  if (first === "") {
    if (!/^\d+$/.test(last)) return "invalid";
    const length = Math.min(Number(last), size);
    return { start: size - length, length };
  }
  if (!/^\+?\d+$/.test(first) || !/^(?:[+-]?\d+)?$/.test(last)) return "invalid";
  const start = Number(first);
  if (start >= size) return "missed";
  if (last === "") return { start, length: size - start };
  if (start > Number(last)) return "invalid";
  return { start, length: Math.min(Number(last), size - 1) - start + 1 };
}

/** What the request's conditions ask for instead of the content. There are no entity tags. */
function checkConditions(event: RequestEvent, modified: number): 304 | 412 | undefined {
  const ifMatch = event.header("if-match");
  if (ifMatch ? ifMatch.trim() !== "*" : isAfter(modified, event.header("if-unmodified-since")))
    return 412;
  const isRead = event.method === "GET" || event.method === "HEAD";
  const ifNoneMatch = event.header("if-none-match");
  if (ifNoneMatch) {
    if (ifNoneMatch.trim() !== "*") return undefined;
    return isRead ? 304 : 412;
  }
  const since = parseHttpDate(event.header("if-modified-since"));
  return isRead && since !== undefined && modified <= since ? 304 : undefined;
}

function isAfter(modified: number, header: string | undefined): boolean {
  const date = parseHttpDate(header);
  return date !== undefined && modified > date;
}

/** A range is only good for the content it was asked of. */
function isRangeFresh(event: RequestEvent, modified: number): boolean {
  const condition = event.header("if-range");
  return !condition || parseHttpDate(condition) === modified;
}

const HTTP_DATE =
  /^(?:\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT|\w+, \d{2}-\w{3}-\d{2} \d{2}:\d{2}:\d{2} GMT|\w{3} \w{3} [\d ]\d \d{2}:\d{2}:\d{2} \d{4})$/;

/** Unix seconds of one of HTTP's three date forms. */
function parseHttpDate(text: string | undefined): number | undefined {
  if (!text || !HTTP_DATE.test(text)) return undefined;
  const time = Date.parse(text.endsWith("GMT") ? text : `${text} GMT`);
  return Number.isNaN(time) ? undefined : Math.floor(time / 1000);
}
