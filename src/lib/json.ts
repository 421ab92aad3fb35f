/**
 * JSON that was stored or submitted as text, kept as that text: numbers keep their spelling and objects their
 * key order and their keys that look like numbers, none of which survives a JavaScript value.
 */
export class RawJson {
  /** Valid JSON, possibly with blanks around and inside. */
  readonly text: string;
  #value: unknown;
  #isParsed = false;
  #compact: string | undefined;

  /** @param text valid JSON */
  constructor(text: string) {
    this.text = text;
  }

  /** Takes valid JSON; `undefined` for any other text. */
  static parse(text: string): RawJson | undefined {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return undefined;
    }
    // Depth is only possible with length, and the scan costs as much as the parser.
    if (text.length > MAX_DEPTH && scanStructure(text).depth > MAX_DEPTH) return undefined;
    const json = new RawJson(text);
    json.#value = value;
    json.#isParsed = true;
    return json;
  }

  /** Encodes a value with sorted keys, as Go's maps are; `undefined` for what has no JSON (cycles, functions). */
  static from(value: unknown): RawJson | undefined {
    if (value instanceof RawJson) return value;
    const text = encodeJson(value);
    return text === undefined ? undefined : new RawJson(text);
  }

  /** The value that `JSON.parse` makes of it: shared, not to be changed. */
  get value(): unknown {
    if (!this.#isParsed) {
      this.#value = JSON.parse(this.text);
      this.#isParsed = true;
    }
    return this.#value;
  }

  /** The text without blanks between its tokens: safe inside one line. */
  get compact(): string {
    return (this.#compact ??= /\s/.test(this.text) ? removeBlanks(this.text) : this.text);
  }

  /** The exact text under `stringifyJson`, the parsed value under `JSON.stringify`. */
  toJSON(): unknown {
    if (!spliced) return this.value;
    spliced.push(this.compact);
    return `${SPLICE_MARK}${spliced.length - 1}`;
  }

  toString(): string {
    return this.text;
  }
}

/**
 * `JSON.stringify` that writes every `RawJson` as the text it is: markers stand in its place and are replaced
 * in one pass, so that what holds none costs nothing more.
 */
export function stringifyJson(value: unknown): string {
  const outer = spliced;
  const texts: string[] = [];
  spliced = texts;
  let result: string;
  try {
    result = JSON.stringify(toPlain(value)) ?? "null";
  } finally {
    spliced = outer;
  }
  return texts.length === 0
    ? result
    : result.replace(SPLICE, (_, index: string) => texts[Number(index)]!);
}

/** What a value puts in its place in JSON. Text is made of plain data several times faster than by way of `toJSON`. */
export function toPlain(value: unknown): unknown {
  return hasToJson(value) && !(value instanceof RawJson) ? value.toJSON("") : value;
}

/** Texts met by the stringification that is running; undefined when none is. */
let spliced: string[] | undefined;

/** Nobody outside this process can know it, so no submitted text can pass for a marker. */
const SPLICE_MARK = `raw:${crypto.randomUUID()}:`;
const SPLICE = new RegExp(`"${SPLICE_MARK}(\\d+)"`, "g");

/** Levels of lists and objects that are read, Go's limit. */
const MAX_DEPTH = 10_000;

export interface StrictJsonOptions {
  /** Reads the first list or object and leaves whatever follows it, as a Go decoder does. */
  readonly ignoreTrailing?: boolean;
}

/**
 * Parses JSON from outside as strictly as PocketBase (Go's encoding/json/v2): refuses duplicate keys at any
 * depth, lone surrogates, numbers too large for a double, and more than 10,000 levels.
 *
 * @throws SyntaxError
 */
export function parseStrictJson(text: string, options: StrictJsonOptions = {}): unknown {
  const structure = scanStructure(text);
  if (structure.depth > MAX_DEPTH) throw new SyntaxError("exceeded max depth");
  const isCut = options.ignoreTrailing === true && structure.end > 0 && structure.end < text.length;
  const value: unknown = JSON.parse(isCut ? text.slice(0, structure.end) : text);
  checkStrict(value, structure.members, LONE_SURROGATE_ESCAPE.test(text));
  return value;
}

/** Whether valid JSON would also pass `parseStrictJson`, lone surrogates apart. */
export function isStrictJson(json: RawJson): boolean {
  try {
    checkStrict(json.value, scanStructure(json.text).members, false);
    return true;
  } catch {
    return false;
  }
}

interface Structure {
  /** Keys of the first value's objects, duplicates included. */
  readonly members: number;
  readonly depth: number;
  /** Where the first list or object ends; 0 when there is none, or it never ends. */
  readonly end: number;
}

const [QUOTE, COLON, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [
  0x22, 0x3a, 0x5b, 0x5d, 0x7b, 0x7d,
];
const BACKSLASH = 0x5c;

/** Counts without checking: says something only of a text that the parser accepts afterwards. */
function scanStructure(text: string): Structure {
  let [members, level, depth] = [0, 0, 0];
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at);
        break;
      case COLON:
        members++;
        break;
      case OPEN_LIST:
      case OPEN_OBJECT:
        level++;
        if (level > depth) depth = level;
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        level--;
        if (level <= 0) return { members, depth, end: at + 1 };
    }
  }
  return { members, depth, end: 0 };
}

/** @param start where the opening quote is; the end of the text when the string never ends */
function endOfString(text: string, start: number): number {
  let end = start;
  for (;;) {
    end = text.indexOf('"', end + 1);
    if (end < 0) return text.length;
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return end;
  }
}

function removeBlanks(text: string): string {
  let result = "";
  for (let at = 0; at < text.length;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return result + text.slice(at).replace(/\s+/g, "");
    const end = endOfString(text, quote) + 1;
    result += text.slice(at, quote).replace(/\s+/g, "") + text.slice(quote, end);
    at = end;
  }
  return result;
}

const LONE_SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/;

/** Walks with a list of its own instead of recursion: depth must not exhaust the stack. */
function checkStrict(root: unknown, members: number, checkSurrogates: boolean): void {
  let keys = 0;
  const open: object[] = [];
  const visit = (value: unknown): void => {
    if (typeof value === "object") {
      if (value !== null) open.push(value);
    } else if (typeof value === "number") {
      if (!Number.isFinite(value)) throw new SyntaxError("number out of range");
    } else if (checkSurrogates && typeof value === "string") {
      checkWellFormed(value);
    }
  };
  visit(root);
  for (let value = open.pop(); value; value = open.pop()) {
    if (Array.isArray(value)) {
      for (const item of value) visit(item);
      continue;
    }
    // Parsed objects have nothing to inherit, and this loop is the fastest there is.
    for (const key in value) {
      keys++;
      if (checkSurrogates) checkWellFormed(key);
      visit(value[key as keyof typeof value]);
    }
  }
  if (keys !== members) throw new SyntaxError("duplicate object member name");
}

function checkWellFormed(text: string): void {
  if (!text.isWellFormed()) throw new SyntaxError("invalid surrogate pair");
}

/** A list or object that is being written: what is left of it and how it closes. */
interface Frame {
  readonly items: unknown[];
  readonly keys: string[] | undefined;
  next: number;
  readonly owner: object;
}

function encodeJson(root: unknown): string | undefined {
  try {
    return writeJson(root);
  } catch {
    return undefined;
  }
}

/**
 * Writes JSON with keys in code point order, also those that look like numbers, which a JavaScript object
 * always enumerates first; without recursion.
 */
function writeJson(root: unknown): string {
  const frames: Frame[] = [];
  const open = new Set<object>();
  let text = "";
  const write = (key: string, raw: unknown): void => {
    const value = hasToJson(raw) && !(raw instanceof RawJson) ? raw.toJSON(key) : raw;
    if (value instanceof RawJson) text += value.compact;
    else if (typeof value === "bigint") text += String(value);
    else if (typeof value !== "object" || value === null) text += JSON.stringify(value) ?? "null";
    else {
      if (open.has(value)) throw new TypeError("cyclic value");
      open.add(value);
      const frame = frameOf(value);
      frames.push(frame);
      text += frame.keys ? "{" : "[";
    }
  };
  write("", root);
  for (let frame = frames.at(-1); frame; frame = frames.at(-1)) {
    const at = frame.next++;
    if (at === frame.items.length) {
      text += frame.keys ? "}" : "]";
      open.delete(frame.owner);
      frames.pop();
      continue;
    }
    if (at > 0) text += ",";
    const key = frame.keys?.[at];
    if (key !== undefined) text += `${JSON.stringify(key)}:`;
    write(key ?? String(at), frame.items[at]);
  }
  return text;
}

function frameOf(value: object): Frame {
  if (Array.isArray(value)) return { items: value, keys: undefined, next: 0, owner: value };
  const entries = Object.entries(value)
    .filter(
      ([, item]) => item !== undefined && typeof item !== "function" && typeof item !== "symbol",
    )
    .toSorted(([a], [b]) => compareCodePoints(a, b));
  return {
    items: entries.map(([, item]) => item),
    keys: entries.map(([key]) => key),
    next: 0,
    owner: value,
  };
}

/** The order of the UTF-8 bytes, which Go sorts by; differs from `<` only where surrogates are. */
function compareCodePoints(a: string, b: string): number {
  if (a === b) return 0;
  return SURROGATE.test(a) || SURROGATE.test(b)
    ? Buffer.compare(Buffer.from(a), Buffer.from(b))
    : a < b
      ? -1
      : 1;
}

const SURROGATE = /[\uD800-\uDFFF]/;

function hasToJson(value: unknown): value is { toJSON(key: string): unknown } {
  return (
    typeof value === "object" &&
    value !== null &&
    "toJSON" in value &&
    typeof value.toJSON === "function"
  );
}
