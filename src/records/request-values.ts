import { parseFloatText } from "../lib/cast.ts";
import { RawJson } from "../lib/json.ts";
import { isUploadedFile, type UploadedFile } from "../lib/upload.ts";
import type { RequestInfo } from "./request-info.ts";

/** What `@request.…` finds: nothing, or a value that may be null. */
export type Found = { readonly value: unknown } | undefined;

/** Looks a path up in a request: through objects by key, through lists by index. */
export function findRequestValue(info: RequestInfo, path: readonly string[]): Found {
  const [root, ...rest] = path;
  const start = root === undefined ? undefined : rootOf(info, root);
  return rest.reduce<Found>((found, key) => found && childOf(found.value, key), start);
}

/**
 * A request's value as it is bound: texts, numbers and booleans as they are, lists and objects as JSON, and
 * `null` for nothing.
 *
 * @param isNumber texts that are numbers are bound as numbers, because forms send everything as text
 */
export function boundRequestValue(found: Found, isNumber: boolean): unknown {
  const value = found?.value;
  if (value === undefined || value === null) return null;
  if (typeof value === "string") return isNumber ? (parseFloatText(value) ?? value) : value;
  return typeof value === "object" ? jsonText(value) : value;
}

/** The submitted value as a list: nothing is an empty one, a single value a list of one. */
export function submittedItems(info: RequestInfo, name: string): unknown[] {
  const value = info.body[name];
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** JSON with sorted keys and without characters that mean something in HTML, as Go writes maps. */
export function jsonText(value: unknown): string {
  if (value instanceof RawJson) return value.text;
  const json = RawJson.from(withPlainUploads(value))?.compact ?? "null";
  return json.replaceAll(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function rootOf(info: RequestInfo, root: string): Found {
  switch (root) {
    case "context":
      return { value: info.context };
    case "method":
      return { value: info.method };
    case "query":
      return { value: info.query };
    case "headers":
      return { value: info.headers };
    case "body":
      return { value: info.body };
    case "auth":
      return { value: info.auth && authValues(info.auth) };
    default:
      return undefined;
  }
}

function authValues(auth: NonNullable<RequestInfo["auth"]>): Record<string, unknown> {
  return {
    id: auth.id,
    collectionId: auth.collection.id,
    collectionName: auth.collection.name,
    email: auth.getString("email"),
    emailVisibility: auth.getBool("emailVisibility"),
    verified: auth.getBool("verified"),
  };
}

function childOf(parent: unknown, key: string): Found {
  if (parent instanceof RawJson) return childOf(parent.value, key);
  if (Array.isArray(parent)) {
    const index = /^\+?\d+$/.test(key) ? Number(key) : -1;
    return index >= 0 && index < parent.length ? { value: parent[index] } : undefined;
  }
  if (typeof parent !== "object" || parent === null) return undefined;
  const values = isUploadedFile(parent) ? uploadValues(parent) : parent;
  return Object.hasOwn(values, key)
    ? { value: (values as Record<string, unknown>)[key] }
    : undefined;
}

function uploadValues(file: UploadedFile): object {
  return { name: file.name, originalName: file.originalName, size: file.size };
}

function withPlainUploads(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withPlainUploads);
  return isUploadedFile(value) ? uploadValues(value) : value;
}
