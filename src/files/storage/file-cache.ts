import type { StoredFile } from "./driver.ts";

/** What is remembered of a file, with its content once somebody has read it. */
export interface CachedFile extends Omit<StoredFile, "key"> {
  readonly inode: number;
  bytes: Uint8Array | undefined;
  /** When it was last seen to be like this, in `performance.now()` milliseconds. */
  checked: number;
}

/** Larger contents are not kept. */
export const MAX_CACHED_FILE = 512 << 10;

/** Estimated bytes of an entry without its content. */
const ENTRY_SIZE = 512;

interface Entry {
  readonly file: CachedFile;
  /** As counted: the file may have got its content since. */
  readonly size: number;
}

/** The files that were asked for last, up to a number of bytes. */
export class FileCache {
  readonly #limit: number;
  /** In the order of their last use. */
  readonly #files = new Map<string, Entry>();
  #size = 0;
  #generation = 0;

  /** @param limit bytes of all contents */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Changes with every removal: what was read before one may be outdated. */
  get generation(): number {
    return this.#generation;
  }

  get(path: string): CachedFile | undefined {
    const entry = this.#files.get(path);
    if (entry === undefined) return undefined;
    this.#files.delete(path);
    this.#files.set(path, entry);
    return entry.file;
  }

  set(path: string, file: CachedFile): void {
    this.#drop(path);
    const size = ENTRY_SIZE + (file.bytes?.length ?? 0);
    this.#files.set(path, { file, size });
    this.#size += size;
    for (const oldest of this.#files.keys()) {
      if (this.#size <= this.#limit) return;
      this.#drop(oldest);
    }
  }

  delete(path: string): void {
    this.#generation++;
    this.#drop(path);
  }

  deletePrefix(prefix: string): void {
    this.#generation++;
    for (const path of this.#files.keys()) if (path.startsWith(prefix)) this.#drop(path);
  }

  #drop(path: string): void {
    const entry = this.#files.get(path);
    if (entry === undefined) return;
    this.#files.delete(path);
    this.#size -= entry.size;
  }
}
