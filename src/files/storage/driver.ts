import type { Readable } from "node:stream";
import type { FileOnDisk } from "../../lib/upload.ts";

/** What a storage knows of a file without reading it. */
export interface StoredFile {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** Unix milliseconds. */
  readonly modified: number;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface PutOptions {
  readonly contentType: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** A file on this machine with the bytes of the source: a driver may link to it instead of reading them. */
  readonly sameAs?: FileOnDisk | undefined;
}

export type FileSource = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/**
 * Where files live, addressed by keys like `<collectionId>/<recordId>/<name>`. The suite
 * `testStorageDriver` of `generatio/testing` says what every driver must do.
 */
export interface StorageDriver {
  /** Stores a file, in place of one that was there. It is complete, and survives a crash, once this settles. */
  put(key: string, source: FileSource, options: PutOptions): Promise<void>;
  /** Undefined when there is none. */
  head(key: string): Promise<StoredFile | undefined>;
  /**
   * The bytes from `start` up to, but without, `end`. The driver may keep them: they must not be changed.
   *
   * @throws NotFoundError when there is none (a stream may also fail with an error of its own later)
   */
  read(key: string, start: number, end: number): Promise<Uint8Array | Readable>;
  /** Where a file is when it is on this machine; not there for storages elsewhere. @throws Error for a bad key */
  localPath?(key: string): string;
  /** Every file whose key begins with the prefix, in the order of their keys. */
  list(prefix: string): AsyncIterable<Pick<StoredFile, "key" | "size" | "modified">>;
  /** Deletes a file; one that is not there is no error. */
  delete(key: string): Promise<void>;
  /**
   * Deletes every file whose key begins with the prefix. A prefix that ends in `/` is a folder, which is
   * removed with it.
   */
  deletePrefix(prefix: string): Promise<void>;
  /** For storages on this machine: where a file is, to be linked to. Undefined when it is not there. */
  onDisk?(key: string): Promise<FileOnDisk | undefined>;
  /** @throws NotFoundError when there is no source */
  copy(fromKey: string, toKey: string): Promise<void>;
}
