import { join } from "node:path";
import type { Readable } from "node:stream";
import { TEMP_DIR, UNSETTLED_DIR } from "../lib/data-folder.ts";
import { NotFoundError } from "../lib/errors.ts";
import { detectMime, SNIFF_LENGTH } from "../lib/mime.ts";
import type { FileOnDisk, UploadedFile } from "../lib/upload.ts";
import { IntentLog } from "./intents.ts";
import type { StorageDriver, StoredFile } from "./storage/driver.ts";
import { LocalDriver } from "./storage/local.ts";
import { UnsettledFiles } from "./unsettled.ts";

/** Metadata key of the name a client gave (PocketBase: tools/filesystem). */
const ORIGINAL_NAME_KEY = "original-filename";

export interface UploadOptions {
  /** Kept beside the file; the upload's own when absent. */
  readonly originalName?: string;
}

/** A stored file that can be read in parts. */
export interface OpenFile extends StoredFile {
  /** The bytes from `start` up to, but without, `end`; not to be changed. */
  read(start: number, end: number): Promise<Uint8Array | Readable>;
}

/** The app's files, reached as `app.files`. Keys look like `<collectionId>/<recordId>/<name>`. */
export class FileStorage {
  /** The data folder's own storage, whichever is in use. */
  readonly local: StorageDriver;
  #driver: StorageDriver;

  /** Keeps files and rows together. */
  readonly unsettled: UnsettledFiles;

  /** @param dataDir files are in its folder `storage`, made when the first one is stored */
  constructor(dataDir: string) {
    this.local = new LocalDriver(join(dataDir, "storage"), { tempDir: join(dataDir, TEMP_DIR) });
    this.#driver = this.local;
    this.unsettled = new UnsettledFiles(this, new IntentLog(join(dataDir, UNSETTLED_DIR)));
  }

  /** Where the files are now. */
  get driver(): StorageDriver {
    return this.#driver;
  }

  /** Moves on to another storage; files stay where they are. */
  use(driver: StorageDriver): void {
    this.#driver = driver;
  }

  /** Stores an upload; its type is found in its content. Durable once this settles. */
  async upload(key: string, file: UploadedFile, options: UploadOptions = {}): Promise<void> {
    await storeUpload(this.#driver, file, { key, ...options });
  }

  /** Stores bytes. @param contentType found in them when absent */
  async put(key: string, bytes: Uint8Array, contentType?: string): Promise<void> {
    const type = contentType ?? detectMime(bytes.subarray(0, SNIFF_LENGTH)).mime;
    await this.#driver.put(key, [bytes], { contentType: type });
  }

  /** @throws NotFoundError */
  async open(key: string): Promise<OpenFile> {
    const file = await this.#driver.head(key);
    if (!file) throw new NotFoundError(`no file ${key}`);
    return { ...file, read: (start, end) => this.#driver.read(key, start, end) };
  }

  async exists(key: string): Promise<boolean> {
    return (await this.#driver.head(key)) !== undefined;
  }

  /** Undefined when there is none. */
  head(key: string): Promise<StoredFile | undefined> {
    return this.#driver.head(key);
  }

  /** The whole file in memory. @throws NotFoundError */
  async bytes(key: string): Promise<Uint8Array> {
    const file = await this.open(key);
    const content = await file.read(0, file.size);
    // A copy: the driver may keep what it gave out.
    if (content instanceof Uint8Array) return Uint8Array.from(content);
    return Buffer.concat(await content.toArray());
  }

  /** Where a file is, when that is on this machine: an upload of the same bytes may name it, to be stored once. */
  async onDisk(key: string): Promise<FileOnDisk | undefined> {
    return this.#driver.onDisk?.(key);
  }

  list(prefix: string): AsyncIterable<Pick<StoredFile, "key" | "size" | "modified">> {
    return this.#driver.list(prefix);
  }

  /** Deletes a file; one that is not there is no error. */
  delete(key: string): Promise<void> {
    return this.#driver.delete(key);
  }

  /** Deletes everything whose key begins with the prefix; `a/b/` is a folder. */
  deletePrefix(prefix: string): Promise<void> {
    return this.#driver.deletePrefix(prefix);
  }

  /** @throws NotFoundError when there is no source */
  copy(fromKey: string, toKey: string): Promise<void> {
    return this.#driver.copy(fromKey, toKey);
  }
}

/** Stores an upload with its name and the type found in its content. Durable once this settles. */
export async function storeUpload(
  driver: StorageDriver,
  file: UploadedFile,
  { key, originalName = file.originalName }: UploadOptions & { readonly key: string },
): Promise<void> {
  await driver.put(key, file.stream(), {
    contentType: detectMime(await file.head(SNIFF_LENGTH)).mime,
    metadata: { [ORIGINAL_NAME_KEY]: firstBytes(originalName, 255) },
    sameAs: file.onDisk,
  });
}

/** Cuts a text to a number of bytes, without half a character. */
function firstBytes(text: string, length: number): string {
  const bytes = Buffer.from(text, "utf8");
  return bytes.length <= length
    ? text
    : bytes
        .subarray(0, length)
        .toString("utf8")
        .replace(/\uFFFD+$/, "");
}
