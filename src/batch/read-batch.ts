import { badRequest, type ErrorTree, problem, ValidationError } from "../lib/errors.ts";
import { foldKeys } from "../lib/fold-keys.ts";
import { REQUIRED } from "../lib/rules.ts";
import type { UploadedFile } from "../lib/upload.ts";
import type { InternalRequest } from "./events.ts";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const MAX_URL_BYTES = 2000;

/**
 * Reads the requests of a batch: `{"requests": [{method, url, headers, body}]}`, with files as parts named
 * `requests.N.field` or `requests[N].field`.
 *
 * @throws ApiError 400 for another structure
 */
export function readBatch(
  body: Readonly<Record<string, unknown>>,
  parts: ReadonlyMap<string, readonly UploadedFile[]>,
): InternalRequest[] {
  const list = foldKeys(body, ["requests"]).requests ?? [];
  if (!Array.isArray(list)) throw unreadable();
  return list.map((item, index) => readItem(item, filesOf(parts, index)));
}

/** @throws ValidationError */
export function checkBatch(batch: readonly InternalRequest[], maxRequests: number): void {
  if (batch.length === 0) throw new ValidationError({ requests: REQUIRED });
  if (batch.length > maxRequests) throw new ValidationError({ requests: tooLong(maxRequests) });
  const errors: ErrorTree = {};
  batch.forEach((request, index) => {
    const problems = checkItem(request);
    if (Object.keys(problems).length > 0) errors[index] = problems;
  });
  if (Object.keys(errors).length > 0) throw new ValidationError({ requests: errors });
}

function readItem(item: unknown, files: InternalRequest["files"]): InternalRequest {
  const { method, url, headers, body } = foldKeys(asObject(item), ITEM_KEYS);
  return {
    method: asText(method),
    url: asText(url),
    headers: Object.fromEntries(
      Object.entries(asObject(headers)).map(([name, value]) => [name, asText(value)]),
    ),
    body: { ...asObject(body) },
    files,
  };
}

const ITEM_KEYS = ["method", "url", "headers", "body"] as const;

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  if (value === undefined || value === null) return {};
  if (typeof value !== "object" || Array.isArray(value)) throw unreadable();
  return value as Readonly<Record<string, unknown>>;
}

function asText(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value !== "string") throw unreadable();
  return value;
}

function unreadable() {
  return badRequest("Failed to read the submitted batch data.");
}

function filesOf(
  parts: ReadonlyMap<string, readonly UploadedFile[]>,
  index: number,
): Map<string, UploadedFile[]> {
  const found = new Map<string, UploadedFile[]>();
  for (const [name, files] of parts) {
    for (const prefix of [`requests.${index}.`, `requests[${index}].`]) {
      if (!name.startsWith(prefix)) continue;
      const key = name.slice(prefix.length);
      found.set(key, [...(found.get(key) ?? []), ...files]);
    }
  }
  return found;
}

function checkItem({ method, url }: InternalRequest): ErrorTree {
  const errors: ErrorTree = {};
  if (method === "") errors["method"] = REQUIRED;
  else if (!METHODS.includes(method))
    errors["method"] = problem("validation_in_invalid", "Must be a valid value");
  if (url === "") errors["url"] = REQUIRED;
  else if (Buffer.byteLength(url) > MAX_URL_BYTES) errors["url"] = tooLong(MAX_URL_BYTES);
  return errors;
}

function tooLong(max: number) {
  return problem("validation_length_too_long", `The length must be no more than ${max}`, {
    max,
    min: 0,
  });
}
