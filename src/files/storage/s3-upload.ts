import type { FileSource } from "./driver.ts";
import { readXml, type S3Client, S3Error } from "./s3-client.ts";

/** Files up to this many bytes are sent in one request, larger ones in parts of this size. S3 wants at least 5 MiB. */
const PART_SIZE = 5 << 20;
/** S3 takes 10,000 parts; their size doubles this often, so that the largest file is 660 GB. */
const PARTS_PER_SIZE = 1600;
/** Parts on their way at a time; each is held in memory. */
const CONCURRENT_PARTS = 2;

export interface S3Target {
  readonly key: string;
  /** Content type and metadata. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Sends a file of unknown size to S3. Nothing is there unless all of it is. */
export async function uploadToS3(
  client: S3Client,
  { key, headers }: S3Target,
  source: FileSource,
): Promise<void> {
  const memory = new PartMemory();
  const parts = inParts(source, memory);
  const first = await parts.next();
  const bytes = first.done ? new Uint8Array() : first.value;
  if (bytes.length < PART_SIZE) {
    await client.send({ method: "PUT", key, headers, body: bytes });
    return;
  }
  await new MultipartUpload(client, key, memory).run(headers, bytes, parts);
}

type Bytes = Uint8Array<ArrayBuffer>;

/** One upload in parts; aborted when anything fails. */
class MultipartUpload {
  readonly #client: S3Client;
  readonly #key: string;
  readonly #memory: PartMemory;
  readonly #tags: string[] = [];
  #id = "";

  constructor(client: S3Client, key: string, memory: PartMemory) {
    this.#client = client;
    this.#key = key;
    this.#memory = memory;
  }

  async run(headers: S3Target["headers"], first: Bytes, rest: AsyncIterable<Bytes>): Promise<void> {
    const key = this.#key;
    const started = await this.#client.send({
      method: "POST",
      key,
      headers,
      query: { uploads: "" },
    });
    this.#id = readXml(await started.text(), "UploadId") ?? "";
    if (this.#id === "") throw new Error("the S3 storage gave no id for an upload in parts");
    try {
      await this.#sendAll(first, rest);
      await this.#complete();
    } catch (error) {
      await this.#abort();
      throw error;
    }
  }

  async #sendAll(first: Bytes, rest: AsyncIterable<Bytes>): Promise<void> {
    const running = new Set<Promise<void>>();
    let number = 0;
    const start = (bytes: Bytes): void => {
      const sending = this.#send(++number, bytes).finally(() => {
        running.delete(sending);
        this.#memory.give(bytes);
      });
      // Seen below, where the next part or the end waits for it.
      sending.catch(() => undefined);
      running.add(sending);
    };
    try {
      start(first);
      for await (const bytes of rest) {
        start(bytes);
        if (running.size >= CONCURRENT_PARTS) await Promise.race(running);
      }
      await Promise.all(running);
    } finally {
      await Promise.allSettled(running);
    }
    if (this.#tags.filter(Boolean).length !== number) throw new Error("not all parts were sent");
  }

  async #send(number: number, body: Bytes): Promise<void> {
    const query = { partNumber: String(number), uploadId: this.#id };
    const answer = await this.#client.send({ method: "PUT", key: this.#key, query, body });
    await answer.arrayBuffer();
    this.#tags[number - 1] = answer.headers.get("etag") ?? "";
  }

  /** S3 may answer 200 and tell of a failure in the body. */
  async #complete(): Promise<void> {
    const parts = this.#tags.map(
      (tag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${tag}</ETag></Part>`,
    );
    const answer = await this.#client.send({
      method: "POST",
      key: this.#key,
      query: { uploadId: this.#id },
      headers: { "content-type": "application/xml" },
      body: `<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`,
    });
    const text = await answer.text();
    if (!text.includes("CompleteMultipartUploadResult")) throw new S3Error(answer.status, text);
  }

  async #abort(): Promise<void> {
    const query = { uploadId: this.#id };
    // The reason for the abort is what counts; the bucket's own rules remove what may be left.
    await this.#client.send({ method: "DELETE", key: this.#key, query }).catch(() => undefined);
  }
}

/** Cuts a source into parts; all but the last are full. Their memory is to be given back. */
async function* inParts(source: FileSource, memory: PartMemory): AsyncGenerator<Bytes> {
  let [part, filled, count] = [memory.take(PART_SIZE), 0, 0];
  for await (let chunk of source) {
    while (chunk.length > 0) {
      const taken = chunk.subarray(0, part.length - filled);
      part.set(taken, filled);
      filled += taken.length;
      chunk = chunk.subarray(taken.length);
      if (filled < part.length) continue;
      yield part;
      count++;
      [part, filled] = [memory.take(PART_SIZE * 2 ** Math.floor(count / PARTS_PER_SIZE)), 0];
    }
  }
  if (filled > 0) yield part.subarray(0, filled);
}

/** Parts whose bytes are sent are filled again: else dead ones would lie about until the garbage is collected. */
class PartMemory {
  #free: Bytes[] = [];

  take(size: number): Bytes {
    this.#free = this.#free.filter(({ length }) => length === size);
    return this.#free.pop() ?? new Uint8Array(size);
  }

  give(part: Bytes): void {
    this.#free.push(part);
  }
}
