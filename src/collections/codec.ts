/**
 * How one value of a collection travels between memory, database and API. Reading follows Go's decoder
 * onto an existing struct: absent keys keep their value, `null` clears, a wrong type is an error.
 */
export interface Codec<T> {
  /** The empty value; a fresh one each time. */
  zero(): T;
  /** @throws Error when the JSON value has another type */
  decode(json: unknown, current: T): T;
  /** The JSON value; `undefined` leaves the key out. */
  encode(value: T, options: EncodeOptions): unknown;
}

export interface EncodeOptions {
  /** Leaves out what must not leave the server. */
  readonly redact: boolean;
}

export const text: Codec<string> = leaf("", (json) => typeof json === "string");

export const flag: Codec<boolean> = leaf(false, (json) => typeof json === "boolean");

export const whole: Codec<number> = leaf(0, (json) => Number.isSafeInteger(json));

export const rule: Codec<string | null> = leaf<string | null>(
  null,
  (json) => typeof json === "string",
);

export const optionalFlag: Codec<boolean | null> = leaf<boolean | null>(
  null,
  (json) => typeof json === "boolean",
);

/** A text that stays in the database; absent from JSON while empty. */
export const secret: Codec<string> = {
  ...text,
  encode: (value, { redact }) => (redact || value === "" ? undefined : value),
};

export const textList: Codec<string[]> = {
  zero: () => [],
  decode(json) {
    if (json === null) return [];
    if (!Array.isArray(json)) throw new TypeError("expected a list");
    return json.map((item) => text.decode(item, ""));
  },
  encode: (value) => value,
};

/** A free-form object; `null` and empty are the same and sent as `{}`. */
export const looseObject: Codec<Record<string, unknown> | null> = {
  zero: () => null,
  decode: (json, current) => (json === null ? null : { ...current, ...asObject(json) }),
  encode: (value) => value ?? {},
};

/** An object with known keys, written in the order they are given here; other keys are ignored. */
export function object<T extends object>(members: {
  readonly [K in keyof T]: Codec<T[K]>;
}): Codec<T> {
  const keys = Object.keys(members) as (keyof T & string)[];
  return {
    zero() {
      const value = {} as T;
      for (const key of keys) value[key] = members[key].zero();
      return value;
    },
    decode(json, current) {
      const changes = json === null ? undefined : asObject(json);
      const value = {} as T;
      for (const key of keys) {
        if (!changes) value[key] = members[key].zero();
        else if (!Object.hasOwn(changes, key)) value[key] = current[key];
        else value[key] = naming(key, () => members[key].decode(changes[key], current[key]));
      }
      return value;
    },
    encode(value, options) {
      return Object.fromEntries(keys.map((key) => [key, members[key].encode(value[key], options)]));
    },
  };
}

/** Narrows a JSON value. @throws Error when it is no object */
export function asObject(json: unknown): Record<string, unknown> {
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw new TypeError("expected an object");
  }
  return json as Record<string, unknown>;
}

function naming<T>(key: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TypeError(`${key}: ${reason}`, { cause });
  }
}

function leaf<T>(zero: T, accepts: (json: unknown) => boolean): Codec<T> {
  return {
    zero: () => zero,
    decode(json) {
      if (json === null) return zero;
      if (!accepts(json)) throw new TypeError(`unexpected ${typeof json}`);
      return json as T;
    },
    encode: (value) => value,
  };
}
