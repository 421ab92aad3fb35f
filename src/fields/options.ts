import { toDate } from "../lib/date.ts";

/** One kind of option that a field can have: its zero value, and how its JSON is read. */
export interface OptionKind {
  readonly zero: unknown;
  /** The value of a JSON value of the right type; `undefined` for a wrong one. Never asked for null. */
  read(json: unknown): unknown;
}

/** An option of the wrong JSON type or an unknown field type: nothing that a form could point at. */
export class FieldFormatError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "FieldFormatError";
  }
}

export const TEXT_OPTION: OptionKind = {
  zero: "",
  read: (json) => (typeof json === "string" ? json : undefined),
};

export const FLAG_OPTION: OptionKind = {
  zero: false,
  read: (json) => (typeof json === "boolean" ? json : undefined),
};

const INTEGER_LIMIT = 2 ** 63;

export const INTEGER_OPTION: OptionKind = {
  zero: 0,
  read: (json) =>
    Number.isInteger(json) && Math.abs(json as number) <= INTEGER_LIMIT ? json : undefined,
};

/** A number, or null for none. */
export const OPTIONAL_NUMBER_OPTION: OptionKind = {
  zero: null,
  read: (json) => (typeof json === "number" ? json : undefined),
};

/** A date text; what cannot be read as a date becomes none. */
export const DATE_OPTION: OptionKind = {
  zero: "",
  read: (json) => (typeof json === "string" ? toDate(json) : undefined),
};

/** A list of texts; null elements are empty texts, as in Go. */
export const TEXTS_OPTION: OptionKind = {
  zero: [],
  read(json) {
    if (!Array.isArray(json)) return undefined;
    const texts = json.map((item: unknown) => item ?? "");
    return texts.every((item) => typeof item === "string") ? texts : undefined;
  },
};

/** The keys that every field has. */
export const COMMON_OPTIONS: Readonly<Record<string, OptionKind>> = {
  id: TEXT_OPTION,
  name: TEXT_OPTION,
  type: TEXT_OPTION,
  system: FLAG_OPTION,
  hidden: FLAG_OPTION,
  presentable: FLAG_OPTION,
};

/** The part of a field type that its options are: their kinds, and the zero values that follow. */
export function describeOptions(options: Readonly<Record<string, OptionKind>>): {
  readonly options: Readonly<Record<string, OptionKind>>;
  readonly defaults: Readonly<Record<string, unknown>>;
} {
  const defaults = Object.fromEntries(
    Object.entries(options).map(([name, { zero }]) => [name, zero]),
  );
  return { options, defaults };
}
