import type { CollectionField, RecordModel } from "pocketbase";
import { client } from "../../api/client.ts";
import { fileToken } from "./file-token.ts";

const PICTURES = /\.(?:png|jpe?g|gif|webp|svg|avif)$/i;

/** Whether a browser shows it, by its name. */
export function isPicture(name: string): boolean {
  return PICTURES.test(name);
}

/**
 * Where a stored file is.
 *
 * @returns undefined as long as the token for a protected one is on its way
 */
export function fileUrl(
  {
    field,
    record,
    name,
  }: { readonly field: CollectionField; readonly record: RecordModel; readonly name: string },
  options: { readonly thumb?: string } = {},
): string | undefined {
  if (field["protected"] !== true) return client.files.getURL(record, name, options);
  const token = fileToken();
  return token === "" ? undefined : client.files.getURL(record, name, { ...options, token });
}
