import { formatDate } from "./date.ts";
import { RawJson } from "./json.ts";

/*
 * Casts from anything to the few kinds of values that fields hold, with the rules of Go's spf13/cast and
 * strconv that PocketBase applies to submitted values. None of them throws.
 */

/** Text of a scalar; `""` for null, lists, objects and anything else that has no text of its own. */
export function toText(raw: unknown): string {
  return textOf(raw) ?? "";
}

/**
 * A number: booleans are 1 and 0, text is read as Go reads a float literal (`1e3`, `.5`, `0x1p-2`, `1_000`,
 * `Inf`, `NaN`), and what is no number at all is 0.
 */
export function toNumber(raw: unknown): number {
  switch (typeof raw) {
    case "number":
      return raw;
    case "boolean":
      return raw ? 1 : 0;
    case "bigint":
      return Number(raw);
    case "string":
      return parseFloatText(raw) ?? 0;
    default:
      return 0;
  }
}

const TRUE_TEXTS: ReadonlySet<string> = new Set(["1", "t", "T", "true", "True", "TRUE"]);

/** A boolean: numbers other than 0 and the texts `1 t T true True TRUE` are true, everything else is false. */
export function toBool(raw: unknown): boolean {
  switch (typeof raw) {
    case "boolean":
      return raw;
    case "number":
      return raw !== 0;
    case "bigint":
      return raw !== 0n;
    case "string":
      return TRUE_TEXTS.has(raw);
    default:
      return false;
  }
}

/**
 * The distinct non-empty texts in a value: a list's elements, the elements of a text that is a JSON list, or
 * the one text that a scalar is. A list with an element that has no text (a list, an object) counts as empty
 * (PocketBase: list.ToUniqueStringSlice).
 */
export function toUniqueTexts(raw: unknown): string[] {
  const texts = new Set(textsOf(raw));
  texts.delete("");
  return [...texts];
}

/** The shortest decimal digits that read back as the same number, never with an exponent. */
export function numberText(value: number): string {
  if (Object.is(value, -0)) return "-0";
  if (value === Infinity) return "+Inf";
  const text = String(value);
  const exponentAt = text.indexOf("e");
  if (exponentAt < 0 || !Number.isFinite(value)) return text === "-Infinity" ? "-Inf" : text;
  const exponent = Number(text.slice(exponentAt + 1));
  const sign = text.startsWith("-") ? "-" : "";
  const [whole = "", fraction = ""] = text.slice(sign.length, exponentAt).split(".");
  const digits = whole + fraction;
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  return sign + digits.padEnd(exponent + 1, "0");
}

function textOf(raw: unknown): string | undefined {
  switch (typeof raw) {
    case "string":
      // Half a surrogate pair would be another character once it is stored.
      return raw.isWellFormed() ? raw : raw.toWellFormed();
    case "number":
      return numberText(raw);
    case "boolean":
    case "bigint":
      return String(raw);
    case "object":
      if (raw === null) return "";
      if (raw instanceof Date) return formatDate(raw.getTime());
      if (raw instanceof RawJson) return raw.text;
      if (raw instanceof Uint8Array) return Buffer.from(raw).toString("utf8");
      return undefined;
    default:
      return undefined;
  }
}

function textsOf(raw: unknown): readonly string[] {
  if (raw === null || raw === undefined || raw === "") return [];
  if (typeof raw === "string" && raw.includes("[")) return textsOfJson(raw.toWellFormed());
  if (raw instanceof RawJson)
    return Array.isArray(raw.value) ? raw.value.filter((item) => typeof item === "string") : [];
  if (!Array.isArray(raw)) {
    const text = textOf(raw);
    return text === undefined ? [] : [text];
  }
  const texts: string[] = [];
  for (const item of raw) {
    const text = textOf(item);
    if (text === undefined) return [];
    texts.push(text);
  }
  return texts;
}

/**
 * The texts of a JSON list. One that is broken or holds anything else gives those before that, and at the end
 * the whole text itself: PocketBase keeps what its decoder had read when it failed.
 */
function textsOfJson(text: string): readonly string[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    return [...leadingTexts(text), text];
  }
  if (!Array.isArray(list)) return [text];
  const texts: string[] = [];
  for (const item of list) {
    const value: unknown = item ?? "";
    if (typeof value !== "string" || !value.isWellFormed()) return [...texts, text];
    texts.push(value);
  }
  return texts;
}

const LIST_START = /^[ \t\r\n]*\[/;
const ELEMENT =
  /[ \t\r\n]*("(?:[^"\\\0-\x1f]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"|null)[ \t\r\n]*(,?)/y;

/** Broken lists longer than this are nobody's choice of values. */
const MAX_BROKEN_LIST = 10_000;

function leadingTexts(text: string): string[] {
  const start = LIST_START.exec(text);
  if (!start || text.length > MAX_BROKEN_LIST) return [];
  const texts: string[] = [];
  ELEMENT.lastIndex = start[0].length;
  for (let match = ELEMENT.exec(text); match; match = match[2] ? ELEMENT.exec(text) : null) {
    const item = (JSON.parse(match[1]!) as string | null) ?? "";
    if (!item.isWellFormed()) break;
    texts.push(item);
  }
  return texts;
}

const SPECIAL = /^(?:([+-]?)inf(?:inity)?|nan)$/i;
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const HEXADECIMAL = /^([+-]?)0[xX]([\dA-Fa-f]*)(?:\.([\dA-Fa-f]*))?[pP]([+-]?\d+)$/;
/** Underscores may stand between digits, and between a base prefix and a digit. */
const LOST_UNDERSCORE = /(?<!\d)_|_(?!\d)/;
const LOST_HEX_UNDERSCORE = /(?<![\dA-Fa-fxX])_|_(?![\dA-Fa-f])/;

/** Reads a Go float literal; `undefined` when it is none or does not fit a double. */
export function parseFloatText(text: string): number | undefined {
  const special = SPECIAL.exec(text);
  if (special) return special[1] === undefined ? NaN : special[1] === "-" ? -Infinity : Infinity;
  const lost = /^[+-]?0[xX]/.test(text) ? LOST_HEX_UNDERSCORE : LOST_UNDERSCORE;
  if (text.includes("_") && lost.test(text)) return undefined;
  const plain = text.replaceAll("_", "");
  const value = DECIMAL.test(plain) ? Number(plain) : parseHexadecimal(plain);
  return value === undefined || !Number.isFinite(value) ? undefined : value;
}

function parseHexadecimal(text: string): number | undefined {
  const match = HEXADECIMAL.exec(text);
  if (!match) return undefined;
  const [, sign, whole = "", fraction = "", exponent] = match;
  if (whole + fraction === "") return undefined;
  let value = 0;
  for (const digit of whole + fraction) value = value * 16 + Number.parseInt(digit, 16);
  value *= 2 ** (Number(exponent) - 4 * fraction.length);
  return sign === "-" ? -value : value;
}
