import { fieldType } from "../fields/index.ts";
import type { RequestEvent } from "../http/event.ts";
import { notFound } from "../lib/errors.ts";

const DEFAULT_BODY_BYTES = 32 * 1024 * 1024;

/**
 * Bytes that a create or update of a record may send: the default plus what its files, editors and json
 * fields may need (PocketBase: apis/middlewares_body_limit.go).
 */
export function maxRecordBody(event: RequestEvent): number {
  const collection = event.app.collections.find(event.params["collection"] ?? "");
  if (!collection) throw notFound("Missing or invalid collection context.");
  if (collection.isView) return DEFAULT_BODY_BYTES;
  return collection.fields.reduce(
    (sum, field) => sum + (fieldType(field).maxBodySize?.(field) ?? 0),
    DEFAULT_BODY_BYTES,
  );
}
