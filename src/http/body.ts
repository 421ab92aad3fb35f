import type { Readable } from "node:stream";
import { ApiError, badRequest } from "../lib/errors.ts";
import { parseStrictJson } from "../lib/json.ts";
import type { UploadedFile } from "../lib/upload.ts";
import { bodyTooLarge } from "./errors.ts";
import { bindForm, type FormValues, parseUrlEncoded, toObject } from "./form.ts";
import type { Incoming } from "./incoming.ts";
import { parseMultipart } from "./multipart.ts";
import type { Query } from "./query.ts";

/** What a request submitted. */
export interface BoundBody {
  readonly values: Record<string, unknown>;
  /** Uploads by part name. */
  readonly files: Map<string, UploadedFile[]>;
}

export interface BodySource {
  readonly incoming: Incoming;
  readonly query: Query;
  /** Bytes; Infinity for no limit. */
  readonly limit: number;
  /** Where large uploads are kept until the request ends. */
  readonly tempDir: string;
  /** The whole body; read now unless it was before. @throws ApiError 413 above the limit */
  bytes(): Promise<Buffer>;
  /** Whether the body has been read already, so that it cannot be streamed. */
  readonly isRead: boolean;
  /** Called with the clean-up of temporary files, before any is made. */
  onDispose(dispose: () => Promise<void>): void;
}

/**
 * Binds a body by its content type (PocketBase: Event.BindBody). An announced length of zero is an empty
 * body whatever its type.
 *
 * @throws ApiError 413 above the limit, 400 for other types and whatever cannot be parsed
 */
export async function bindBody(source: BodySource): Promise<BoundBody> {
  const { incoming } = source;
  if (incoming.contentLength === 0) return { values: {}, files: new Map() };
  const contentType = incoming.header("content-type") ?? "";
  const bind = BINDERS.find(([prefix]) => contentType.startsWith(prefix))?.[1];
  if (bind === undefined) throw badRequest("Unsupported Content-Type");
  try {
    return await bind(source, contentType);
  } catch (error) {
    throw error instanceof ApiError ? error : badRequest("", { cause: error });
  }
}

/** Whether a body may hold uploads. */
export function isMultipart(incoming: Incoming): boolean {
  return incoming.header("content-type")?.startsWith("multipart/form-data") === true;
}

type Binder = (source: BodySource, contentType: string) => Promise<BoundBody>;

const BINDERS: readonly (readonly [prefix: string, bind: Binder])[] = [
  ["application/json", bindJson],
  ["multipart/form-data", bindMultipart],
  ["application/x-www-form-urlencoded", bindUrlEncoded],
  ["text/xml", refuseXml],
  ["application/xml", refuseXml],
];

/** PocketBase reads XML into forms written in Go only. */
async function refuseXml(): Promise<never> {
  throw new Error("XML cannot be bound");
}

async function bindJson(source: BodySource): Promise<BoundBody> {
  const text = STRICT_UTF8.decode(await source.bytes());
  return { values: toObject(parseStrictJson(text, { ignoreTrailing: true })), files: new Map() };
}

/** Keeps a byte order mark, which the JSON parser then refuses. */
const STRICT_UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Go's limit; what is larger is a 400. */
const MAX_URL_ENCODED_SIZE = 10 << 20;

const FORM_METHODS: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH"]);

async function bindUrlEncoded(source: BodySource): Promise<BoundBody> {
  // Go looks for a form in the bodies of these methods only.
  if (!FORM_METHODS.has(source.incoming.method)) return { values: {}, files: new Map() };
  const bytes = await source.bytes();
  if (bytes.length > MAX_URL_ENCODED_SIZE) throw new Error("form body too large");
  const values = parseUrlEncoded(bytes.toString("utf8"));
  return { values: bindForm(withQuery(values, source.query)), files: new Map() };
}

async function bindMultipart(source: BodySource, contentType: string): Promise<BoundBody> {
  const { incoming, limit, tempDir } = source;
  assertLength(incoming, limit);
  const form = await parseMultipart(source.isRead ? await source.bytes() : incoming.stream(), {
    contentType,
    limit,
    tempDir,
    onDispose: (dispose) => source.onDispose(dispose),
  });
  return { values: bindForm(withQuery(form.values, source.query)), files: form.files };
}

/** Go merges the query into forms: values of the body come first. */
function withQuery(values: FormValues, query: Query): FormValues {
  if (query.hasError) throw new SyntaxError("malformed query parameter");
  for (const [name, value] of query.entries()) {
    const list = values.get(name);
    if (list === undefined) values.set(name, [value]);
    else list.push(value);
  }
  return values;
}

/** Reads a whole body. @throws ApiError 413 above the limit */
export async function readBytes(incoming: Incoming, limit: number): Promise<Buffer> {
  assertLength(incoming, limit);
  return incoming.contentLength === 0 ? Buffer.alloc(0) : collect(incoming.stream(), limit);
}

/** @throws ApiError 413 when the announced length is above the limit */
export function assertLength(incoming: Incoming, limit: number): void {
  if (incoming.contentLength > limit) throw bodyTooLarge();
}

function collect(stream: Readable, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (finish: () => void): void => {
      stream.off("data", onData).off("end", onEnd).off("error", onError).off("close", onClose);
      stream.pause();
      finish();
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > limit) settle(() => reject(bodyTooLarge()));
      else chunks.push(chunk);
    };
    const onEnd = () =>
      settle(() => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size)));
    const onError = (error: Error) => settle(() => reject(error));
    const onClose = () => settle(() => reject(new Error("the request body ended early")));
    stream.on("data", onData).on("end", onEnd).on("error", onError).on("close", onClose);
  });
}
