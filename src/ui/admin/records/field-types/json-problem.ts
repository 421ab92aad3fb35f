/** Where a text stops being JSON. */
export interface JsonProblem {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/**
 * The first place at which a text is no JSON. The engines' own messages name it in different ways or not at all.
 *
 * @returns undefined for JSON, and for an empty text
 */
export function jsonProblem(text: string): JsonProblem | undefined {
  if (text.trim() === "") return undefined;
  const end = skipSpace(text, valueEnd(text, skipSpace(text, 0)));
  const at = end < 0 ? -end - 1 : end;
  if (end === text.length) return undefined;
  const before = text.slice(0, at).split("\n");
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-f]{4}))*"/iy;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?/iy;
const WORD = /true|false|null/y;
const SPACE = /[ \t\n\r]*/y;

/** @returns the place behind a value; for what is none the place of the mistake as `-1 - place` */
function valueEnd(text: string, at: number): number {
  const first = text[at];
  if (first === "{" || first === "[") return listEnd(text, at);
  for (const pattern of [STRING, NUMBER, WORD]) {
    const end = matchEnd(pattern, text, at);
    if (end > at) return end;
  }
  return -1 - at;
}

function listEnd(text: string, start: number): number {
  const isObject = text[start] === "{";
  const close = isObject ? "}" : "]";
  let at = skipSpace(text, start + 1);
  if (text[at] === close) return at + 1;
  while (at >= 0) {
    at = isObject ? pairEnd(text, at) : valueEnd(text, at);
    at = skipSpace(text, at);
    if (at < 0) return at;
    if (text[at] === close) return at + 1;
    if (text[at] !== ",") return -1 - at;
    at = skipSpace(text, at + 1);
  }
  return at;
}

function pairEnd(text: string, at: number): number {
  const name = matchEnd(STRING, text, at);
  if (name <= at) return -1 - at;
  const colon = skipSpace(text, name);
  return text[colon] === ":" ? valueEnd(text, skipSpace(text, colon + 1)) : -1 - colon;
}

function skipSpace(text: string, at: number): number {
  return at < 0 ? at : matchEnd(SPACE, text, at);
}

function matchEnd(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
