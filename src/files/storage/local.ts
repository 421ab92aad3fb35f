import { createHash } from "node:crypto";
import { createReadStream, type Stats } from "node:fs";
import {
  type FileHandle,
  link,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
} from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import type { Readable } from "node:stream";
import { NotFoundError } from "../../lib/errors.ts";
import type { FileOnDisk } from "../../lib/upload.ts";
import { readFileBytes, readFilePart } from "../../lib/file-part.ts";
import { syncFolder } from "../../lib/sync-folder.ts";
import type { FileSource, PutOptions, StorageDriver, StoredFile } from "./driver.ts";
import { type CachedFile, FileCache, MAX_CACHED_FILE } from "./file-cache.ts";
import { escapeKey, unescapeKey } from "./key-escape.ts";

const SIDECAR = ".attrs";
const TEMP_FILE = /\.[0-9a-f]{8,}\.tmp$/;
const UNKNOWN_TYPE = "application/octet-stream";
const CACHE_BYTES = 32 << 20;
const TRUST_MS = 1000;

export interface LocalDriverOptions {
  /**
   * For so many milliseconds a file that was looked at is taken to be as it was; what this driver itself
   * changes is seen at once. One second when absent.
   */
  readonly trustMs?: number;
  /** Where files are written before they are complete, on the same disk; beside their place when absent. */
  readonly tempDir?: string;
}

/**
 * Files in a folder, in the format PocketBase reads and writes (tools/filesystem/internal/fileblob): each has
 * a side-car `<name>.attrs` with its type, metadata and MD5.
 */
export class LocalDriver implements StorageDriver {
  readonly #root: string;
  readonly #trustMs: number;
  readonly #tempDir: string | undefined;
  readonly #cache = new FileCache(CACHE_BYTES);

  /** @param root made when the first file is stored */
  constructor(root: string, options: LocalDriverOptions = {}) {
    this.#root = resolve(root);
    this.#trustMs = options.trustMs ?? TRUST_MS;
    this.#tempDir = options.tempDir;
  }

  async put(key: string, source: FileSource, options: PutOptions): Promise<void> {
    const path = this.#pathOf(key);
    const created = await mkdir(dirname(path), { recursive: true });
    const staged = await this.#stage(path);
    try {
      const md5 =
        (await linkDurably(options.sameAs, staged)) ?? (await writeDurably(staged, source));
      await writeDurably(staged + SIDECAR, [Buffer.from(toSidecar(options, md5))]);
      await move(staged + SIDECAR, path + SIDECAR);
      await move(staged, path);
      this.#cache.delete(path);
    } catch (error) {
      const files = [staged, staged + SIDECAR];
      if (!(await orMissing(stat(path)))) files.push(path + SIDECAR);
      await Promise.all(files.map((file) => rm(file, { force: true })));
      throw error;
    }
    await syncFolders(dirname(path), created === undefined ? dirname(path) : dirname(created));
  }

  async head(key: string): Promise<StoredFile | undefined> {
    const file = await this.#find(this.#pathOf(key));
    if (!file) return undefined;
    const { size, modified, contentType, metadata } = file;
    return { key, size, modified, contentType, metadata };
  }

  async read(key: string, start: number, end: number): Promise<Uint8Array | Readable> {
    const path = this.#pathOf(key);
    const file = await this.#find(path);
    if (!file) throw new NotFoundError(`no file ${key}`);
    if (file.size > MAX_CACHED_FILE) return readFilePart(path, start, Math.min(end, file.size));
    if (file.bytes === undefined) {
      const { generation } = this.#cache;
      const bytes = await readFileBytes(path, 0, file.size);
      if (generation !== this.#cache.generation) return bytes.subarray(start, end);
      file.bytes = bytes;
      this.#cache.set(path, file);
    }
    return file.bytes.subarray(start, end);
  }

  async *list(prefix: string): AsyncGenerator<Pick<StoredFile, "key" | "size" | "modified">> {
    const escaped = escapeKey(prefix, { isPrefix: true });
    const folder = join(this.#root, escaped.slice(0, escaped.lastIndexOf("/") + 1));
    const keys: { key: string; path: string }[] = [];
    for await (const path of walk(folder)) {
      const key = unescapeKey(relative(this.#root, path).split(sep).join("/"));
      if (key.startsWith(prefix)) keys.push({ key, path });
    }
    for (const { key, path } of keys.toSorted((a, b) => (a.key < b.key ? -1 : 1))) {
      const stats = await orMissing(stat(path));
      if (stats) yield { key, ...sizeAndTime(stats) };
    }
  }

  localPath(key: string): string {
    return this.#pathOf(key);
  }

  async delete(key: string): Promise<void> {
    const path = this.#pathOf(key);
    const stats = await orMissing(stat(path));
    if (stats?.isFile()) await rm(path, { force: true });
    if (!stats?.isDirectory()) await rm(path + SIDECAR, { force: true });
    this.#cache.delete(path);
  }

  async deletePrefix(prefix: string): Promise<void> {
    if (prefix === "") throw new Error("the prefix of files to delete must not be empty");
    if (prefix.endsWith("/")) {
      const path = this.#pathOf(prefix.slice(0, -1));
      await rm(path, { recursive: true, force: true });
      this.#cache.deletePrefix(path + sep);
      return;
    }
    const path = this.#pathOf(prefix);
    const folder = dirname(path);
    for (const name of (await orMissing(readdir(folder))) ?? []) {
      const entry = join(folder, name);
      if (entry.startsWith(path)) await rm(entry, { recursive: true, force: true });
    }
    this.#cache.deletePrefix(path);
  }

  async copy(fromKey: string, toKey: string): Promise<void> {
    const from = await this.head(fromKey);
    if (!from) throw new NotFoundError(`no file ${fromKey}`);
    const source = await this.read(fromKey, 0, from.size);
    await this.put(toKey, source instanceof Uint8Array ? [source] : source, from);
  }

  async onDisk(key: string): Promise<FileOnDisk | undefined> {
    const path = this.#pathOf(key);
    const attributes = (await this.head(key)) && (await readAttributes(path));
    const md5 = String(attributes?.["md5"] ?? "");
    return md5 === "" ? undefined : { path, md5 };
  }

  /** @returns where a file is written until it is complete */
  async #stage(path: string): Promise<string> {
    const suffix = `${process.hrtime.bigint().toString(16)}${process.pid.toString(16)}.tmp`;
    if (this.#tempDir === undefined) return `${path}.${suffix}`;
    await mkdir(this.#tempDir, { recursive: true });
    return join(this.#tempDir, `file.${suffix}`);
  }

  async #find(path: string): Promise<CachedFile | undefined> {
    const known = this.#cache.get(path);
    const now = performance.now();
    if (known && now - known.checked < this.#trustMs) return known;
    const { generation } = this.#cache;
    const stats = await orMissing(stat(path));
    if (!stats?.isFile()) {
      this.#cache.delete(path);
      return undefined;
    }
    const file =
      known && isSame(known, stats) ? known : { ...inspect(stats), ...(await readSidecar(path)) };
    file.checked = now;
    if (file !== known && generation === this.#cache.generation) this.#cache.set(path, file);
    return file;
  }

  /** @throws Error for keys that are reserved or lead out of the folder */
  #pathOf(key: string): string {
    if (key.endsWith(SIDECAR)) throw new Error(`file names ending in ${SIDECAR} are reserved`);
    const path = resolve(this.#root, escapeKey(key).split("/").join(sep));
    if (!path.startsWith(this.#root + sep)) throw new Error(`bad storage key ${key}`);
    return path;
  }
}

/** Writes a file and waits until it is on the disk. @returns the base64 MD5 of its bytes */
async function writeDurably(path: string, source: FileSource): Promise<string> {
  const hash = createHash("md5");
  const file = await open(path, "wx");
  try {
    for await (const chunk of source) {
      hash.update(chunk);
      await writeAll(file, chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return hash.digest("base64");
}

/**
 * Gives a file another name and waits until it is on the disk.
 *
 * @returns its MD5; undefined when there is no file, or it cannot be linked to from there
 */
async function linkDurably(file: PutOptions["sameAs"], path: string): Promise<string | undefined> {
  if (!file) return undefined;
  try {
    await link(file.path, path);
  } catch {
    return undefined;
  }
  const handle = await open(path, "r");
  await handle.sync().finally(() => handle.close());
  return file.md5;
}

/** Renames a file; one from another disk is copied beside its place first. */
async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error) || error.code !== "EXDEV") throw error;
    const beside = join(dirname(to), basename(from));
    try {
      await writeDurably(beside, createReadStream(from));
      await rename(beside, to);
    } finally {
      await rm(beside, { force: true });
    }
    await rm(from, { force: true });
  }
}

async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let written = 0; written < chunk.length;) {
    written += (await file.write(chunk, written)).bytesWritten;
  }
}

/** A new name is only on the disk once its folder is, and a new folder once its parent is. */
async function syncFolders(from: string, upTo: string): Promise<void> {
  for (let folder = from; ; folder = dirname(folder)) {
    await syncFolder(folder);
    if (folder === upTo || folder === dirname(folder)) return;
  }
}

/** Paths of all files below a folder, side-cars and unfinished writes left out. */
async function* walk(folder: string): AsyncGenerator<string> {
  for (const entry of (await orMissing(readdir(folder, { withFileTypes: true }))) ?? []) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else if (!entry.name.endsWith(SIDECAR) && !TEMP_FILE.test(entry.name)) yield path;
  }
}

function toSidecar({ contentType, metadata }: PutOptions, md5: string): string {
  const attributes = {
    "user.cache_control": "",
    "user.content_disposition": "",
    "user.content_encoding": "",
    "user.content_language": "",
    "user.content_type": contentType,
    "user.metadata": metadata ?? null,
    md5,
  };
  return `${JSON.stringify(attributes)}\n`;
}

/** @throws Error when the side-car is there but broken */
async function readSidecar(path: string): Promise<Pick<StoredFile, "contentType" | "metadata">> {
  const attributes = await readAttributes(path);
  if (!attributes) return { contentType: UNKNOWN_TYPE, metadata: {} };
  return {
    contentType: String(attributes["user.content_type"] ?? ""),
    metadata: (attributes["user.metadata"] ?? {}) as Record<string, string>,
  };
}

/** Undefined when there is no side-car. @throws Error when it is broken */
async function readAttributes(path: string): Promise<Record<string, unknown> | undefined> {
  const text = await orMissing(readFile(path + SIDECAR, "utf8"));
  return text === undefined ? undefined : (JSON.parse(text) as Record<string, unknown>);
}

function inspect(stats: Stats): Omit<CachedFile, "contentType" | "metadata"> {
  return { ...sizeAndTime(stats), inode: stats.ino, bytes: undefined, checked: 0 };
}

function isSame(file: CachedFile, { size, mtimeMs, ino }: Stats): boolean {
  return file.size === size && file.modified === mtimeMs && file.inode === ino;
}

function sizeAndTime(stats: Stats): Pick<StoredFile, "size" | "modified"> {
  return { size: stats.size, modified: stats.mtimeMs };
}

/** Undefined for what is not there. */
async function orMissing<T>(result: Promise<T>): Promise<T | undefined> {
  try {
    return await result;
  } catch (error) {
    if (
      error instanceof Error &&
      "code" in error &&
      (error.code === "ENOENT" || error.code === "ENOTDIR")
    ) {
      return undefined;
    }
    throw error;
  }
}
