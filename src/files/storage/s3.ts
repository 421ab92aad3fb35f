import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { NotFoundError } from "../../lib/errors.ts";
import type { FileSource, PutOptions, StorageDriver, StoredFile } from "./driver.ts";
import { escapeKey, unescapeKey } from "./key-escape.ts";
import { encodeKey, readAllXml, readXml, type S3Access, S3Client, S3Error } from "./s3-client.ts";
import { uploadToS3 } from "./s3-upload.ts";

const METADATA = "x-amz-meta-";
const UNKNOWN_TYPE = "application/octet-stream";
const CONCURRENT_DELETES = 8;
/** Parts up to this size are given as bytes. */
const SMALL_PART = 256 << 10;

/**
 * Files in a bucket of any S3-compatible service, in the layout PocketBase reads and writes
 * (tools/filesystem/internal/s3blob): the same keys as on disk, the content type and metadata on the object.
 */
export class S3Driver implements StorageDriver {
  readonly #client: S3Client;

  /** @throws Error when the endpoint is no address */
  constructor(access: S3Access) {
    this.#client = new S3Client(access);
  }

  async put(key: string, source: FileSource, { contentType, metadata }: PutOptions): Promise<void> {
    const headers: Record<string, string> = { "content-type": contentType };
    for (const [name, value] of Object.entries(metadata ?? {}))
      headers[METADATA + encodeURIComponent(name)] = encodeURIComponent(value);
    await uploadToS3(this.#client, { key: objectKey(key), headers }, source);
  }

  async head(key: string): Promise<StoredFile | undefined> {
    const request = { method: "HEAD", key: objectKey(key) } as const;
    const answer = await orMissing(this.#client.send(request));
    if (!answer) return undefined;
    const { headers } = answer;
    return {
      key,
      size: Number(headers.get("content-length") ?? 0),
      modified: Date.parse(headers.get("last-modified") ?? "") || 0,
      contentType: headers.get("content-type") ?? UNKNOWN_TYPE,
      metadata: readMetadata(headers),
    };
  }

  async read(key: string, start: number, end: number): Promise<Uint8Array | Readable> {
    // S3 knows no empty ranges.
    if (end <= start) return new Uint8Array();
    const headers = { range: `bytes=${start}-${end - 1}` };
    const request = { method: "GET", key: objectKey(key), headers } as const;
    const answer = await orMissing(this.#client.send(request));
    if (!answer) throw new NotFoundError(`no file ${key}`);
    if (end - start <= SMALL_PART) return new Uint8Array(await answer.arrayBuffer());
    return Readable.fromWeb(answer.body as ReadableStream);
  }

  async *list(prefix: string): AsyncGenerator<Pick<StoredFile, "key" | "size" | "modified">> {
    let token: string | undefined;
    do {
      const answer = await this.#client.send({
        method: "GET",
        query: {
          "list-type": "2",
          ...(prefix !== "" && { prefix: escapeKey(prefix, { isPrefix: true }) }),
          ...(token !== undefined && { "continuation-token": token }),
        },
      });
      const text = await answer.text();
      for (const item of readAllXml(text, "Contents")) {
        yield {
          key: unescapeKey(readXml(item, "Key") ?? ""),
          size: Number(readXml(item, "Size") ?? 0),
          modified: Date.parse(readXml(item, "LastModified") ?? "") || 0,
        };
      }
      token = readXml(text, "NextContinuationToken");
    } while (token !== undefined);
  }

  async delete(key: string): Promise<void> {
    await orMissing(this.#client.send({ method: "DELETE", key: objectKey(key) }));
  }

  /** One request per file: not every service can delete many at once. */
  async deletePrefix(prefix: string): Promise<void> {
    if (prefix === "") throw new Error("the prefix of files to delete must not be empty");
    let keys: string[] = [];
    const deleteKeys = async () => {
      await Promise.all(keys.map((key) => this.delete(key)));
      keys = [];
    };
    for await (const { key } of this.list(prefix)) {
      if (keys.push(key) === CONCURRENT_DELETES) await deleteKeys();
    }
    await deleteKeys();
  }

  /** Up to 5 GB: S3 copies no more at once. */
  async copy(fromKey: string, toKey: string): Promise<void> {
    const source = `${this.#client.bucket}/${encodeKey(objectKey(fromKey))}`;
    const headers = { "x-amz-copy-source": source };
    const request = { method: "PUT", key: objectKey(toKey), headers } as const;
    const answer = await orMissing(this.#client.send(request));
    if (!answer) throw new NotFoundError(`no file ${fromKey}`);
    const text = await answer.text();
    // S3 may answer 200 and tell of a failure in the body.
    if (!text.includes("CopyObjectResult")) throw new S3Error(answer.status, text);
  }
}

/** @throws Error for keys that would be taken for another object, or for the bucket */
function objectKey(key: string): string {
  const escaped = escapeKey(key);
  if (escaped.replaceAll("/", "") === "" || /(?:^|\/)\.{1,2}(?:\/|$)/.test(escaped))
    throw new Error(`bad storage key ${key}`);
  return escaped;
}

function readMetadata(headers: Headers): Record<string, string> {
  const metadata: Record<string, string> = {};
  for (const [name, value] of headers) {
    if (name.startsWith(METADATA))
      metadata[unescapeUrl(name.slice(METADATA.length))] = unescapeUrl(value);
  }
  return metadata;
}

/** Others may have stored a text that is not encoded. */
function unescapeUrl(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Undefined for what is not there. A bucket that is missing is an error. */
async function orMissing(answer: Promise<Response>): Promise<Response | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof S3Error && error.status === 404 && error.code !== "NoSuchBucket")
      return undefined;
    throw error;
  }
}
