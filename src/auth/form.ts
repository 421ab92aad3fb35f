import type { Collection } from "../collections/collection.ts";
import type { RequestEvent } from "../http/event.ts";
import { ApiError, badRequest, type ErrorTree, notFound } from "../lib/errors.ts";

/** The auth collection that the path names. @throws ApiError 404 */
export function authCollection(event: RequestEvent): AuthCollection {
  const collection = event.app.collections.find(event.params["collection"] ?? "");
  if (!isAuthCollection(collection)) throw notFound("Missing or invalid auth collection context.");
  return collection;
}

/** A collection whose records can sign in. */
export type AuthCollection = Collection & { readonly auth: NonNullable<Collection["auth"]> };

function isAuthCollection(collection: Collection | undefined): collection is AuthCollection {
  return collection?.auth !== undefined;
}

/**
 * Reads a form of texts; what was not sent is empty. Keys are matched in any case, as Go's decoder does.
 *
 * @throws ApiError 400 for a body that cannot be read or a value of another type, 413 for a large one
 */
export async function readForm<N extends string>(
  event: RequestEvent,
  names: readonly N[],
): Promise<Record<N, string>> {
  const values = await readValues(event);
  const isJson = (event.header("content-type") ?? "").startsWith("application/json");
  const entries = names.map((name) => {
    const value = values.get(name.toLowerCase()) ?? "";
    if (typeof value === "string") return [name, value];
    // Form values were given types by their look; their text is what was sent.
    const first: unknown = Array.isArray(value) ? value[0] : value;
    if (isJson || typeof first === "object") throw unreadable();
    return [name, String(first)];
  });
  return Object.fromEntries(entries) as Record<N, string>;
}

/** The body's values by lower-cased key. @throws ApiError as `readForm` */
export async function readValues(event: RequestEvent): Promise<ReadonlyMap<string, unknown>> {
  try {
    return new Map(
      Object.entries(await event.body()).map(([key, value]) => [key.toLowerCase(), value]),
    );
  } catch (error) {
    // A wrong content type and a too large body are told as they are.
    throw error instanceof ApiError && error.cause === undefined ? error : unreadable(error);
  }
}

/** A value that must be an object; `undefined` when it was not sent. @throws ApiError 400 */
export function objectIn(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "object" || Array.isArray(value)) throw unreadable();
  return value as Record<string, unknown>;
}

/** A value that must be a whole number; 0 when it was not sent. @throws ApiError 400 */
export function integerIn(value: unknown): number {
  if (value === undefined || value === null) return 0;
  if (!Number.isSafeInteger(value)) throw unreadable();
  return value as number;
}

/** @throws ApiError 400 with the problems, if there are any */
export function requireValid(
  errors: ErrorTree,
  message = "An error occurred while validating the submitted data.",
): void {
  if (Object.keys(errors).length > 0) throw badRequest(message, { data: errors });
}

function unreadable(cause?: unknown): ApiError {
  return badRequest("An error occurred while loading the submitted data.", { cause });
}
