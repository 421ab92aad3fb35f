import { type FileHandle, open } from "node:fs/promises";
import { Readable, type Writable } from "node:stream";

/** Up to this size one read is faster than a stream (measured: three to five times for 10 KiB). */
const SMALL_PART = 256 << 10;

/** Larger pieces are no faster (measured). */
const PIECE = 128 << 10;

/**
 * Reads the bytes of a file from `start` up to, but without, `end`: at once when they are few, else as a stream.
 *
 * @throws Error (ENOENT) when there is no such file; the stream fails with it when the part is large
 */
export async function readFilePart(
  path: string,
  start: number,
  end: number,
): Promise<Uint8Array | Readable> {
  if (end - start <= SMALL_PART) return readFileBytes(path, start, end);
  return new FilePart(path, start, end);
}

/** The same as bytes in memory. @throws Error when the file ends earlier */
export async function readFileBytes(path: string, start: number, end: number): Promise<Uint8Array> {
  const file = await open(path, "r");
  try {
    const buffer = Buffer.allocUnsafe(end - start);
    let filled = 0;
    while (filled < buffer.length) {
      const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, start + filled);
      if (bytesRead === 0) throw new Error(`${path} is shorter than expected`);
      filled += bytesRead;
    }
    return buffer;
  } finally {
    await file.close();
  }
}

/**
 * A part of a file as a stream, which ends early when the file does. The file is opened when the first bytes are
 * asked for.
 */
export class FilePart extends Readable {
  readonly #path: string;
  readonly #end: number;
  #at: number;
  #file: Promise<FileHandle> | undefined;

  /** The bytes of `path` from `start` up to, but without, `end`. */
  constructor(path: string, start: number, end: number) {
    super({ highWaterMark: PIECE });
    this.#path = path;
    this.#at = start;
    this.#end = end;
  }

  /**
   * Writes the part somewhere, instead of being read as a stream. That takes two pieces of memory, however large the
   * part is. Of a stream every piece has its own, and what waits for the garbage collector is much when a file has
   * gigabytes.
   *
   * @returns how many bytes were written: fewer than there should be when the file ends earlier
   * @throws Error when the file cannot be read, or `sink` fails or is closed before it has taken everything
   */
  async writeTo(sink: Writable): Promise<number> {
    const pieces = new Pieces(sink);
    const start = this.#at;
    let [filling, leaving] = [Buffer.allocUnsafe(PIECE), Buffer.allocUnsafe(PIECE)];
    let written: Promise<void> | undefined;
    try {
      // While a piece is being written, the next one is read.
      for (;;) {
        const [bytes] = await Promise.all([this.#fill(filling), written]);
        if (bytes.length === 0) return this.#at - start;
        written = pieces.write(bytes);
        [filling, leaving] = [leaving, filling];
      }
    } finally {
      pieces.release();
      this.destroy();
    }
  }

  override _read(): void {
    this.#fill(Buffer.allocUnsafe(PIECE)).then(
      (bytes) => this.push(bytes.length === 0 ? null : bytes),
      (error: unknown) => this.destroy(error as Error),
    );
  }

  override async _destroy(error: Error | null, done: (error: Error | null) => void): Promise<void> {
    await this.#close();
    done(error);
  }

  async #close(): Promise<void> {
    try {
      await (await this.#file)?.close();
    } catch {
      // Whoever asked has been told when it could not be opened; what was read stays right when it cannot be closed.
    }
  }

  /** The next bytes, as many as there are and fit; none at the end. */
  async #fill(buffer: Buffer): Promise<Buffer> {
    const wanted = Math.min(buffer.length, this.#end - this.#at);
    if (wanted === 0) return buffer.subarray(0, 0);
    const file = await (this.#file ??= open(this.#path, "r"));
    const { bytesRead } = await file.read(buffer, 0, wanted, this.#at);
    this.#at += bytesRead;
    return buffer.subarray(0, bytesRead);
  }
}

/** Writes piece after piece and tells when one has been taken. */
class Pieces {
  readonly #sink: Writable;
  #fail: ((error: Error) => void) | undefined;

  constructor(sink: Writable) {
    this.#sink = sink;
    sink.once("close", this.#closed);
  }

  /** Settles when nothing needs the memory any more. @throws Error when the sink does not take it */
  write(piece: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#fail = reject;
      this.#sink.write(piece, (error) => (error ? reject(error) : resolve()));
    });
  }

  release(): void {
    this.#sink.off("close", this.#closed);
  }

  // An answer that still waits for its connection forgets what it was to tell when that is closed.
  readonly #closed = (): void => this.#fail?.(new Error("closed before everything was written"));
}
