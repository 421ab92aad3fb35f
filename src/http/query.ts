/**
 * Decodes the percent escapes of UTF-8 text. Bytes that are no UTF-8 become U+FFFD.
 *
 * @param plus `+` is a blank, as in queries and form bodies
 * @returns undefined when an escape is malformed (`%zz`)
 */
export function unescapeText(text: string, plus = false): string | undefined {
  if (plus && text.includes("+")) text = text.replaceAll("+", " ");
  if (!text.includes("%")) return text;
  if (MALFORMED_ESCAPE.test(text)) return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return decodeLossy(text);
  }
}

export const MALFORMED_ESCAPE = /%(?![0-9a-fA-F]{2})/;

function decodeLossy(text: string): string {
  const binary = Buffer.from(text, "utf8")
    .toString("latin1")
    .replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(binary, "latin1").toString("utf8");
}

/** A pair of a query or form body; `undefined` where Go's parser reports an error and leaves the pair out. */
export type ParsedPair = readonly [name: string, value: string] | undefined;

/** Splits `a=1&b=2` by the rules of Go's `url.ParseQuery`: `;` is an error, empty pairs are skipped. */
export function parsePairs(raw: string): ParsedPair[] {
  const pairs: ParsedPair[] = [];
  for (const part of raw.split("&")) if (part !== "") pairs.push(parsePair(part));
  return pairs;
}

function parsePair(part: string): ParsedPair {
  if (part.includes(";")) return undefined;
  const equals = part.indexOf("=");
  const name = unescapeText(equals < 0 ? part : part.slice(0, equals), true);
  const value = equals < 0 ? "" : unescapeText(part.slice(equals + 1), true);
  return name === undefined || value === undefined ? undefined : [name, value];
}

/** The query parameters of a request in the order they were sent; malformed pairs are left out. */
export class Query {
  readonly #pairs: readonly (readonly [string, string])[];
  /** True when a pair was malformed: form bodies refuse such a query. */
  readonly hasError: boolean;

  /** @param raw the text behind `?`, as received */
  constructor(raw: string) {
    const pairs = raw === "" ? [] : parsePairs(raw);
    const valid = pairs.filter((pair) => pair !== undefined);
    this.#pairs = valid;
    this.hasError = valid.length !== pairs.length;
  }

  /** The first value of a parameter. */
  get(name: string): string | undefined {
    for (const pair of this.#pairs) if (pair[0] === name) return pair[1];
    return undefined;
  }

  getAll(name: string): string[] {
    return this.#pairs.filter((pair) => pair[0] === name).map((pair) => pair[1]);
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** Every pair, repeated names included. */
  entries(): readonly (readonly [name: string, value: string])[] {
    return this.#pairs;
  }

  /** The first value of every parameter. */
  toObject(): Record<string, string> {
    const values: Record<string, string> = Object.create(null) as Record<string, string>;
    for (const [name, value] of this.#pairs) values[name] ??= value;
    return values;
  }
}
