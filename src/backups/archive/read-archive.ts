import { type FileHandle, mkdir, open, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { configure, type FileEntry, Reader, ZipReader } from "@zip.js/zip.js";
import { isExcluded } from "./excluded.ts";
import { syncFolder } from "../../lib/sync-folder.ts";

configure({ useWebWorkers: false });

/** Deflate cannot do better; an entry that claims more is made to fill the disk. */
const MAX_RATIO = 1032;
const FILE_TYPE = 0o170000;
const REGULAR_FILE = 0o100000;

/** A file that is no backup, or none that may be unpacked; the message says why. */
export class InvalidArchiveError extends Error {}

export interface Unpacking {
  /** The zip file. */
  readonly path: string;
  /** A folder, new or empty. */
  readonly into: string;
  /** Paths that are left out. */
  readonly exclude: readonly string[];
}

/**
 * Looks at what a zip file says of itself, without unpacking it.
 *
 * @throws InvalidArchiveError
 */
export async function inspectArchive(unpacking: Unpacking): Promise<void> {
  await withArchive(unpacking.path, async (zip) => {
    await listFiles(zip, unpacking);
  });
}

/**
 * Unpacks a backup. Every byte is checked against its checksum and on the disk once this settles; folders that
 * would lie outside, links and devices never come into being.
 *
 * @throws InvalidArchiveError
 */
export async function unpackArchive(unpacking: Unpacking): Promise<void> {
  const { path, into } = unpacking;
  await mkdir(into, { recursive: true });
  await withArchive(path, async (zip) => {
    const folders = new Set([into]);
    for (const entry of await listFiles(zip, unpacking)) {
      const target = join(into, entry.filename);
      await mkdir(dirname(target), { recursive: true });
      for (let folder = dirname(target); folder !== into; folder = dirname(folder))
        folders.add(folder);
      await unpackFile(entry, target);
    }
    for (const folder of folders) await syncFolder(folder);
  });
}

async function withArchive(
  path: string,
  work: (zip: ZipReader<unknown>) => Promise<void>,
): Promise<void> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    await work(
      new ZipReader(new FileReader(file, size), {
        strictness: "strict",
        checkCrc32: true,
        checkOverlappingEntry: true,
      }),
    );
  } catch (error) {
    throw isOfDisk(error) ? error : new InvalidArchiveError(reasonOf(error), { cause: error });
  } finally {
    await file.close();
  }
}

/** The regular files of a backup; folders come with them, links and devices are passed over. */
async function listFiles(
  zip: ZipReader<unknown>,
  { into, exclude }: Unpacking,
): Promise<FileEntry[]> {
  const files: FileEntry[] = [];
  let total = 0;
  for await (const entry of zip.getEntriesGenerator()) {
    if (entry.directory || !isRegular(entry) || isExcluded(entry.filename, exclude)) continue;
    if (entry.encrypted) throw new InvalidArchiveError(`${entry.filename} is encrypted`);
    if (entry.uncompressedSize > (entry.compressedSize + 1) * MAX_RATIO)
      throw new InvalidArchiveError(`${entry.filename} claims an impossible size`);
    total += entry.uncompressedSize;
    files.push(entry);
  }
  if (!files.some(({ filename }) => filename === "data.db"))
    throw new InvalidArchiveError("data.db is missing");
  const { bavail, bsize } = await statfs(into);
  if (total > bavail * bsize)
    throw new InvalidArchiveError(`it needs ${total} bytes, of which the disk has not enough left`);
  return files;
}

/** What was not made on Unix has no types of files. */
function isRegular({ unixMode, externalFileAttributes, versionMadeBy }: FileEntry): boolean {
  const mode = unixMode ?? (versionMadeBy >> 8 === 3 ? externalFileAttributes >>> 16 : 0);
  return (mode & FILE_TYPE) === 0 || (mode & FILE_TYPE) === REGULAR_FILE;
}

async function unpackFile(entry: FileEntry, target: string): Promise<void> {
  const file = await open(target, "wx");
  let size = 0;
  try {
    const writable = new WritableStream<Uint8Array>({
      async write(chunk) {
        size += chunk.length;
        if (size > entry.uncompressedSize)
          throw new InvalidArchiveError(`${entry.filename} is larger than it claims`);
        for (let written = 0; written < chunk.length;)
          written += (await file.write(chunk, written)).bytesWritten;
      },
    });
    await entry.getData(writable);
    await file.sync();
  } finally {
    await file.close();
  }
  if (size !== entry.uncompressedSize)
    throw new InvalidArchiveError(`${entry.filename} is shorter than it claims`);
}

/** A zip file, read where it is asked for. */
class FileReader extends Reader<FileHandle> {
  readonly #file: FileHandle;

  constructor(file: FileHandle, size: number) {
    super(file);
    this.#file = file;
    this.size = size;
  }

  override async readUint8Array(index: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(Math.max(0, Math.min(length, this.size - index)));
    for (let filled = 0; filled < bytes.length;) {
      const { bytesRead } = await this.#file.read(
        bytes,
        filled,
        bytes.length - filled,
        index + filled,
      );
      if (bytesRead === 0) throw new InvalidArchiveError("it ends early");
      filled += bytesRead;
    }
    return bytes;
  }
}

/** A full or failing disk says nothing about the backup. */
function isOfDisk(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
