import { toText } from "../lib/cast.ts";

/**
 * The LIKE pattern (escape character `\`) that finds a value anywhere. A value that has an unescaped `%` is
 * taken as a pattern already (PocketBase: wrapLikeParams).
 */
export function likePattern(value: unknown): string {
  const text = toText(value);
  return hasUnescapedPercent(text) ? text : `%${escapeSpecials(text)}%`;
}

/** Whether a value is taken as a pattern: it may begin with something that an index can find. */
export function isLikePattern(value: unknown): boolean {
  return hasUnescapedPercent(toText(value));
}

function hasUnescapedPercent(text: string): boolean {
  let previous = "";
  for (const char of text) {
    if (char === "%" && previous !== "\\") return true;
    previous = char === "\\" && previous === "\\" ? "" : char;
  }
  return false;
}

/** Puts a backslash before `\`, `%` and `_` that have none, looking from the end as PocketBase does. */
function escapeSpecials(text: string): string {
  let escaped = "";
  let pending = false;
  for (const char of [...text].toReversed()) {
    if (pending) {
      if (char !== "\\") escaped = `\\${escaped}`;
      pending = false;
    } else {
      pending = char === "\\" || char === "%" || char === "_";
    }
    escaped = char + escaped;
  }
  return pending ? `\\${escaped}` : escaped;
}
