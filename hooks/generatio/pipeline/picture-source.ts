import type { UploadedFile } from "generatio";
import { invalidField, ProductError } from "../errors.ts";
import type { Product } from "../product.ts";

/** A picture that is to go into a model, as a request names it. */
export type PictureSource =
  /** One of the user's pictures. */
  | { readonly kind: "image"; readonly id: string }
  /** One that the user has sent for an earlier job. */
  | { readonly kind: "upload"; readonly id: string }
  /** One somewhere on the web. */
  | { readonly kind: "address"; readonly url: string }
  | { readonly kind: "bytes"; readonly sent: SentBytes };

/** Bytes that came with a request; written down as their hash. */
export class SentBytes {
  readonly bytes: Buffer;
  /** Hexadecimal. */
  readonly sha256: string;

  constructor(bytes: Buffer, sha256: string) {
    this.bytes = bytes;
    this.sha256 = sha256;
  }

  toJSON(): unknown {
    return { sha256: this.sha256 };
  }
}

export async function toSentBytes({ pictures }: Product, bytes: Buffer): Promise<SentBytes> {
  return new SentBytes(bytes, (await pictures.look(bytes)).sha256);
}

/** Largest picture that can be sent. */
export const MAX_SENT_BYTES = 20 * 1024 * 1024;

const RECORD_ID = /^[a-z0-9]{15}$/;
const INLINE = /^data:image\/[a-z]+;base64,/;

/**
 * Reads what names a picture in a body: an uploaded file, the id of one's own picture, an `https:` address, or a
 * `data:` address.
 *
 * @returns undefined when the field is absent
 * @throws ProductError naming the field
 */
export async function decodePicture(
  product: Product,
  field: string,
  { value, file }: { value: unknown; file: UploadedFile | undefined },
): Promise<PictureSource | undefined> {
  if (file) {
    checkSize(field, file.size);
    return { kind: "bytes", sent: await toSentBytes(product, await readAll(file)) };
  }
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value !== "string") throw invalidField(field, "must be a text or a file");
  if (RECORD_ID.test(value)) return { kind: "image", id: value };
  if (INLINE.test(value)) {
    const base64 = value.slice(value.indexOf(",") + 1);
    checkSize(field, (base64.length * 3) / 4);
    return { kind: "bytes", sent: await toSentBytes(product, Buffer.from(base64, "base64")) };
  }
  if (/^https:\/\//i.test(value) && value.length <= 2000) return { kind: "address", url: value };
  throw invalidField(field, "must be a file, the id of a picture, or an https or data address");
}

function checkSize(field: string, bytes: number): void {
  if (bytes <= MAX_SENT_BYTES) return;
  const message = `${field} is larger than ${MAX_SENT_BYTES / 1024 / 1024} MB.`;
  throw new ProductError("validation_error", message, {
    status: 413,
    data: { [field]: { code: "validation_too_large", message } },
  });
}

async function readAll(file: UploadedFile): Promise<Buffer> {
  return Buffer.from(await new Response(file.stream()).arrayBuffer());
}
