import { createHash } from "node:crypto";
import { type FileHandle, mkdir, open, rm } from "node:fs/promises";
import { once } from "node:events";
import { join } from "node:path";
import { Readable } from "node:stream";
import { Busboy, type BusboyInstance } from "@fastify/busboy";
import { randomText } from "../lib/id.ts";
import type { UploadedFile } from "../lib/upload.ts";
import { uploadFromBytes, uploadFromPath } from "../lib/upload-source.ts";
import { bodyTooLarge } from "./errors.ts";
import { addValue, type FormValues } from "./form.ts";

export interface MultipartForm {
  readonly values: FormValues;
  readonly files: Map<string, UploadedFile[]>;
}

export interface MultipartOptions {
  readonly contentType: string;
  /** Bytes of the whole body. */
  readonly limit: number;
  /** Made when the first large upload needs it. */
  readonly tempDir: string;
  onDispose(dispose: () => Promise<void>): void;
}

/** Go's mime/multipart refuses more. */
const MAX_PARTS = 1000;
/** Bytes of all text values: Go's 10 MiB beyond PocketBase's 16 MiB of form memory. */
const MAX_TEXT_SIZE = 26 << 20;
/** Uploads up to this many bytes stay in memory. */
const MAX_MEMORY_FILE = 256 << 10;

/**
 * Reads `multipart/form-data`. Parts with a file name are uploads, all others text whatever their type; parts
 * without a name are skipped. Large uploads go to temporary files while they arrive.
 *
 * @throws ApiError 413 above the limit; Error for a body that is malformed or ends early
 */
export async function parseMultipart(
  source: Readable | Buffer,
  options: MultipartOptions,
): Promise<MultipartForm> {
  const reader = new FormReader(options);
  options.onDispose(() => reader.dispose());
  const parser = new Busboy({
    headers: { "content-type": options.contentType },
    isPartAFile: () => true,
    preservePath: true,
    limits: { parts: MAX_PARTS + 1, headerSize: 64 << 10 },
  });
  parser.on("file", (name, stream, filename) => reader.take(name, filename, stream));
  const stream = Buffer.isBuffer(source) ? Readable.from([source]) : source;
  try {
    await pump(stream, parser, { limit: options.limit, failed: reader.failed });
  } catch (error) {
    reader.abort(error);
    throw error;
  }
  return reader.finish();
}

/** Feeds the parser. Never destroys the source: its socket still has to carry the answer. */
async function pump(
  source: Readable,
  parser: BusboyInstance,
  { limit, failed }: { readonly limit: number; readonly failed: Promise<never> },
): Promise<void> {
  const finished = once(parser, "finish");
  // Rejects when the parser fails, also while nobody looks.
  finished.catch(() => undefined);
  let size = 0;
  for await (const chunk of source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw bodyTooLarge();
    if (!parser.write(chunk)) await Promise.race([once(parser, "drain"), finished, failed]);
  }
  parser.end();
  await Promise.race([finished, failed]);
}

/** Collects the parts of one form. */
class FormReader {
  readonly #options: MultipartOptions;
  readonly #parts: Promise<readonly [name: string, value: string | UploadedFile]>[] = [];
  readonly #streams: Readable[] = [];
  readonly #paths: string[] = [];
  readonly #failure = Promise.withResolvers<never>();
  #textSize = 0;

  constructor(options: MultipartOptions) {
    this.#options = options;
    this.failed.catch(() => undefined);
  }

  /** Rejects when a part cannot be kept. */
  get failed(): Promise<never> {
    return this.#failure.promise;
  }

  take(name: string | undefined, filename: string | undefined, stream: Readable): void {
    this.#streams.push(stream);
    // Its reader hears of an error too, unless it is through already.
    stream.on("error", () => undefined);
    const entry = this.#read(filename, stream).then((value) => [name ?? "", value] as const);
    entry.catch((error: unknown) => this.#failure.reject(error));
    this.#parts.push(entry);
  }

  abort(error: unknown): void {
    const reason = error instanceof Error ? error : new Error("aborted", { cause: error });
    for (const stream of this.#streams) stream.destroy(reason);
  }

  async finish(): Promise<MultipartForm> {
    const form: MultipartForm = { values: new Map(), files: new Map() };
    for (const [name, value] of await Promise.all(this.#parts)) {
      if (name === "") continue;
      if (typeof value === "string") addValue(form.values, name, value);
      else form.files.set(name, [...(form.files.get(name) ?? []), value]);
    }
    return form;
  }

  async dispose(): Promise<void> {
    await Promise.allSettled(this.#parts);
    await Promise.all(this.#paths.map((path) => rm(path, { force: true })));
  }

  async #read(filename: string | undefined, stream: Readable): Promise<string | UploadedFile> {
    if (this.#streams.length > MAX_PARTS) throw new Error("too many parts");
    return filename ? this.#readFile(baseName(filename), stream) : this.#readText(stream);
  }

  async #readText(stream: Readable): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      this.#textSize += chunk.length;
      if (this.#textSize > MAX_TEXT_SIZE) throw new Error("form values too large");
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString("utf8");
  }

  async #readFile(originalName: string, stream: Readable): Promise<UploadedFile> {
    const chunks: Buffer[] = [];
    let size = 0;
    let file: FileHandle | undefined;
    const hash = createHash("md5");
    const path = join(this.#options.tempDir, `upload_${randomText(20)}`);
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        size += chunk.length;
        chunks.push(chunk);
        if (size <= MAX_MEMORY_FILE) continue;
        file ??= await this.#createFile(path);
        for (const held of chunks.splice(0)) {
          hash.update(held);
          await file.appendFile(held);
        }
      }
    } finally {
      await file?.close();
    }
    if (file === undefined) return uploadFromBytes(originalName, Buffer.concat(chunks));
    return uploadFromPath(path, { originalName, md5: hash.digest("base64") });
  }

  async #createFile(path: string): Promise<FileHandle> {
    this.#paths.push(path);
    await mkdir(this.#options.tempDir, { recursive: true });
    return open(path, "wx");
  }
}

/** The part behind the last slash, as Go's filepath.Base. */
function baseName(filename: string): string {
  return filename.slice(filename.lastIndexOf("/") + 1) || filename;
}
