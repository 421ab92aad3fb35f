import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, open, readdir, readFile, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { Readable } from "node:stream";
import { configure, Reader, Uint8ArrayReader, ZipWriter } from "@zip.js/zip.js";
import { isExcluded } from "./excluded.ts";
import { copyDatabase } from "../../db/snapshot.ts";
import {
  DATABASE_SIDE_FILES,
  DATABASES,
  RESTORE_DIR,
  UNSETTLED_DIR,
} from "../../lib/data-folder.ts";

export interface NewArchive {
  readonly dataDir: string;
  /** An empty folder on the same disk. */
  readonly workDir: string;
  /** Paths in the data folder that are left out. */
  readonly exclude: readonly string[];
  /** The notes on files that may be left over are part of it. */
  readonly withNotes: boolean;
}

export interface WrittenArchive {
  readonly path: string;
  /** Base64. */
  readonly md5: string;
}

configure({ useWebWorkers: false });

/** PocketBase's level: a backup is about time. */
const LEVEL = 1;
/** Up to this size a file is read at once. */
const SMALL_FILE = 1 << 20;
const CHUNK = 256 << 10;
/** Compressed already: to try it again costs most of the time and gains nothing. */
const COMPRESSED = new Set(
  ".jpg .jpeg .png .webp .avif .heic .gif .mp4 .webm .mov .mp3 .m4a .ogg .zip .gz .br .zst .7z .woff2".split(
    " ",
  ),
);

/**
 * Puts a data folder that is in use into a zip file: the databases as they are at one moment, then all other
 * files. Symbolic links to files are followed; links to folders are an error, as in PocketBase.
 */
export async function writeArchive(archive: NewArchive): Promise<WrittenArchive> {
  const path = join(archive.workDir, "backup.zip");
  const target = await Target.open(path);
  try {
    const zip = new ZipWriter(target.writable, { level: LEVEL });
    await addDatabases(zip, archive);
    await addFiles(zip, archive);
    // Last: each of them is older than the files it speaks of.
    if (archive.withNotes) await addNotes(zip, archive);
    await zip.close();
    return { path, md5: await target.finish() };
  } finally {
    await target.close();
  }
}

/** Both first, so that they are of about the same time. */
async function addDatabases(zip: ZipWriter<unknown>, archive: NewArchive): Promise<void> {
  const { dataDir, workDir } = archive;
  const names = DATABASES.filter((name) => !isExcluded(name, archive.exclude));
  for (const name of names) await copyDatabase(join(dataDir, name), join(workDir, name));
  for (const name of names) await addFile(zip, join(workDir, name), name);
}

async function addFiles(zip: ZipWriter<unknown>, archive: NewArchive): Promise<void> {
  const skipped = [
    ...archive.exclude,
    ...DATABASES.flatMap((name) => [name, ...DATABASE_SIDE_FILES.map((end) => name + end)]),
    UNSETTLED_DIR,
    RESTORE_DIR,
  ];
  for await (const name of walk(archive.dataDir, "", skipped))
    await addFile(zip, join(archive.dataDir, name), name);
}

/** Named as those of a process that is no more: whoever starts on the restored folder settles them. */
async function addNotes(zip: ZipWriter<unknown>, { dataDir }: NewArchive): Promise<void> {
  const folder = join(dataDir, UNSETTLED_DIR);
  for (const name of await readdir(folder).catch(() => []))
    await addFile(zip, join(folder, name), `${UNSETTLED_DIR}/${name.replace(/^\d+-/, "0-")}`);
}

/** Paths of all files below a folder, with `/`. */
async function* walk(
  root: string,
  folder: string,
  skipped: readonly string[],
): AsyncGenerator<string> {
  const entries = await orGone(readdir(join(root, folder), { withFileTypes: true }));
  for (const entry of entries?.toSorted((a, b) => (a.name < b.name ? -1 : 1)) ?? []) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (isExcluded(path, skipped)) continue;
    if (entry.isDirectory()) yield* walk(root, path, skipped);
    else if (entry.isFile() || entry.isSymbolicLink()) yield path;
  }
}

/** A file that has gone since it was seen is left out. */
async function addFile(zip: ZipWriter<unknown>, path: string, name: string): Promise<void> {
  const stats = await orGone(stat(path));
  if (!stats) return;
  if (!stats.isFile())
    throw new Error(`${name} is a link to something that is no file: it cannot be backed up`);
  const reader =
    stats.size <= SMALL_FILE ? await smallFile(path) : new FileReader(path, stats.size);
  if (!reader) return;
  const level = COMPRESSED.has(extname(name).toLowerCase()) ? 0 : LEVEL;
  await zip.add(name, reader, { level, lastModDate: stats.mtime });
}

async function smallFile(path: string): Promise<Uint8ArrayReader | undefined> {
  const bytes = await orGone(readFile(path));
  return bytes && new Uint8ArrayReader(bytes);
}

/** A large file, as it is read. */
class FileReader extends Reader<string> {
  readonly #path: string;

  constructor(path: string, size: number) {
    super(path);
    this.#path = path;
    this.size = size;
  }

  override createReadable(): ReadableStream<Uint8Array> {
    const stream = createReadStream(this.#path, { end: this.size - 1, highWaterMark: CHUNK });
    return Readable.toWeb(stream) as ReadableStream<Uint8Array>;
  }
}

/** The zip file that is written. */
class Target {
  readonly #file: FileHandle;
  readonly #hash: Hash = createHash("md5");
  readonly writable: WritableStream<Uint8Array>;

  static async open(path: string): Promise<Target> {
    return new Target(await open(path, "wx"));
  }

  private constructor(file: FileHandle) {
    this.#file = file;
    this.writable = new WritableStream({
      write: async (chunk: Uint8Array) => {
        this.#hash.update(chunk);
        for (let written = 0; written < chunk.length;)
          written += (await file.write(chunk, written)).bytesWritten;
      },
    });
  }

  /** @returns the MD5 of all that was written */
  async finish(): Promise<string> {
    await this.#file.sync();
    return this.#hash.digest("base64");
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

async function orGone<T>(result: Promise<T>): Promise<T | undefined> {
  try {
    return await result;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
