import type { App } from "../../app.ts";
import { text } from "./raw-fields.ts";

const KEEP_MS = 60_000;
const MAX_NAME_BYTES = 150;
const MAX_KEY_LENGTH = 1000;

/**
 * Apple tells the user's name once, with the redirect, and not where users are read: it is kept for a minute
 * under the code that came with it.
 *
 * @param serialized Apple's `user` parameter: JSON with `name.firstName` and `name.lastName`
 */
export function keepAppleName(app: App, code: string, serialized: string): void {
  const key = keyOf(code);
  if (key.length > MAX_KEY_LENGTH) return;
  const name = cut(readName(serialized)).trim();
  if (name === "") return;
  app.store.set(key, name);
  setTimeout(() => app.store.delete(key), KEEP_MS).unref();
}

/** The name kept for a code, once; `""` when there is none. */
export function takeAppleName(app: App, provider: string, code: string): string {
  if (provider !== "apple") return "";
  const key = keyOf(code);
  const name = app.store.get(key);
  app.store.delete(key);
  return typeof name === "string" ? name : "";
}

function readName(serialized: string): string {
  try {
    const user: unknown = JSON.parse(serialized);
    return `${text(user, "name", "firstName")} ${text(user, "name", "lastName")}`;
  } catch {
    return "";
  }
}

function cut(name: string): string {
  const bytes = Buffer.from(name);
  return bytes.length <= MAX_NAME_BYTES
    ? name
    : bytes
        .subarray(0, MAX_NAME_BYTES)
        .toString("utf8")
        .replace(/\uFFFD$/, "");
}

function keyOf(code: string): string {
  return `@redirect_name_${code}`;
}
