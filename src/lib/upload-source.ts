import { closeSync, createReadStream, fstatSync, openSync, readSync } from "node:fs";
import { open } from "node:fs/promises";
import { basename } from "node:path";
import { Readable } from "node:stream";
import { storedFileName } from "./file-name.ts";
import { SNIFF_LENGTH } from "./mime.ts";
import type { UploadedFile } from "./upload.ts";

export interface UploadNameOptions {
  /** The name the client gave; the file's own when absent. */
  readonly originalName?: string;
  /** The exact name to store under, past normalisation and random suffix. */
  readonly name?: string;
  /** The base64 MD5 of a temporary file's bytes: the storage may then link to it instead of copying. */
  readonly md5?: string;
}

/** A file of bytes in memory. */
export function uploadFromBytes(
  originalName: string,
  bytes: Uint8Array,
  options: Pick<UploadNameOptions, "name"> = {},
): UploadedFile {
  return {
    name: options.name ?? storedFileName(originalName, bytes.subarray(0, SNIFF_LENGTH)),
    originalName,
    size: bytes.length,
    stream: () => new Response(new Uint8Array(bytes)).body!,
    head: async (length) => bytes.subarray(0, length),
  };
}

/**
 * A file on disk, which must stay there until it was stored.
 *
 * @throws Error (ENOENT) when there is none
 */
export function uploadFromPath(path: string, options: UploadNameOptions = {}): UploadedFile {
  const { head, size } = inspect(path);
  const originalName = options.originalName ?? basename(path);
  return {
    name: options.name ?? storedFileName(originalName, head),
    originalName,
    size,
    stream: () => Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>,
    head: (length) => readHead(path, length),
    ...(options.md5 !== undefined && { onDisk: { path, md5: options.md5 } }),
  };
}

function inspect(path: string): { readonly head: Uint8Array; readonly size: number } {
  const descriptor = openSync(path, "r");
  try {
    const buffer = Buffer.alloc(SNIFF_LENGTH);
    const length = readSync(descriptor, buffer, 0, SNIFF_LENGTH, 0);
    return { head: buffer.subarray(0, length), size: fstatSync(descriptor).size };
  } finally {
    closeSync(descriptor);
  }
}

async function readHead(path: string, length: number): Promise<Uint8Array> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
