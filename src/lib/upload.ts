/** A file on its way into storage: an upload of this request, or one made in code. */
export interface UploadedFile {
  /** The name it will be stored under: normalised original name plus a random suffix. */
  readonly name: string;
  /** The name the client gave. */
  readonly originalName: string;
  /** Bytes. */
  readonly size: number;
  /** Opens the content from its start; may be called several times. */
  stream(): ReadableStream<Uint8Array>;
  /** The first `length` bytes, for sniffing the type. */
  head(length: number): Promise<Uint8Array>;
  /** Where the content is when it is in a temporary file; that may be linked to, but not changed. */
  readonly onDisk?: FileOnDisk;
}

/** A file with the base64 MD5 of its bytes. */
export interface FileOnDisk {
  readonly path: string;
  readonly md5: string;
}

export function isUploadedFile(value: unknown): value is UploadedFile {
  return (
    typeof value === "object" && value !== null && "originalName" in value && "stream" in value
  );
}
