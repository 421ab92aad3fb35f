import type { ProviderInput } from "./provider.ts";

/** A picture as an address that carries it. */
export function toDataUrl({ bytes, contentType }: ProviderInput): string {
  return `data:${contentType};base64,${Buffer.from(bytes).toString("base64")}`;
}

/** A picture as a part of a form. */
export function toBlob({ bytes, contentType }: ProviderInput): Blob {
  return new Blob([new Uint8Array(bytes)], { type: contentType });
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/webp": "webp",
};

/** A file name for vendors that look at it. */
export function fileNameOf(name: string, { contentType }: ProviderInput): string {
  return `${name}.${EXTENSIONS[contentType] ?? "png"}`;
}
