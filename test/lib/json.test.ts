import { describe, expect, test } from "vitest";
import { isStrictJson, parseStrictJson, RawJson, stringifyJson } from "../../src/lib/json.ts";

describe("parseStrictJson", () => {
  test.each([
    '{"a":1,"b":{"a":2},"c":[{"a":1},{"a":2}]}',
    '{"a:b":"{\\"a\\":1,\\"a\\":2}","c":":{[,"}',
    '["a\\\\","b\\"","\\ud83d\\ude00"]',
    "null",
    " 1 ",
    '"x"',
    "{}",
    '{"__proto__":{"a":1},"constructor":1}',
    "1e-400",
  ])("reads %s as JSON.parse does", (text) =>
    expect(parseStrictJson(text)).toEqual(JSON.parse(text)),
  );

  test.each([
    ["a duplicate key", '{"a":1,"a":2}'],
    ["a duplicate key further down", '[{"b":{"a":1,"c":2,"a":1}}]'],
    ["a duplicate key spelled in another way", '{"a":1,"\\u0061":2}'],
    ["a duplicate number key", '{"1":1,"1":2}'],
    ["half a surrogate pair", '{"a":"\\ud83d"}'],
    ["the other half", '["\\udE00"]'],
    ["half a pair in a key", '{"\\ud83d":1}'],
    ["a number that no double holds", "[1e400]"],
    ["a byte order mark", '\ufeff{"a":1}'],
    ["a comment", "{/**/}"],
    ["a trailing comma", '{"a":1,}'],
    ["single quotes", "{'a':1}"],
    ["a leading zero", "[01]"],
    ["a raw line feed in a text", '["a\nb"]'],
    ["nothing", ""],
    ["two values", "{} {}"],
    ["what never ends", '{"a":"'],
  ])("refuses %s", (_, text) => expect(() => parseStrictJson(text)).toThrow(SyntaxError));

  test("keeps a __proto__ key a plain key", () => {
    const value = parseStrictJson('{"__proto__":{"admin":true}}') as Record<string, unknown>;
    expect(Object.hasOwn(value, "__proto__")).toBe(true);
    expect(value["admin"]).toBeUndefined();
  });

  test("reads 10,000 levels and no more", () => {
    const nested = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
    expect(() => parseStrictJson(nested(10_000))).not.toThrow();
    expect(() => parseStrictJson(nested(10_001))).toThrow(SyntaxError);
    expect(() => parseStrictJson('{"a":'.repeat(200_000))).toThrow(SyntaxError);
    expect(() => parseStrictJson(`{"a":${nested(9_999)}}`)).not.toThrow();
  });

  test.each([
    ['{"a":1} rest', { a: 1 }],
    ['{"a":"}"}{"b":2}', { a: "}" }],
    [" [1,[2]],", [1, [2]]],
    ["null", null],
  ])("reads the first value of %s when asked to", (text, value) => {
    expect(parseStrictJson(text, { ignoreTrailing: true })).toEqual(value);
  });

  test("still refuses a first value that is broken", () => {
    for (const text of ['{"a":1', "[1}", '{"a":1,"a":2} x', "x {}"]) {
      expect(() => parseStrictJson(text, { ignoreTrailing: true })).toThrow(SyntaxError);
    }
  });
});

describe("RawJson", () => {
  test("takes valid JSON only", () => {
    expect(RawJson.parse('{"a": 1}')?.text).toBe('{"a": 1}');
    for (const text of ["", "x", "{", "'a'", "NaN"]) expect(RawJson.parse(text)).toBeUndefined();
  });

  test("takes no more levels than Go reads", () => {
    expect(RawJson.parse("[".repeat(10_000) + "]".repeat(10_000))).toBeDefined();
    expect(RawJson.parse("[".repeat(10_001) + "]".repeat(10_001))).toBeUndefined();
  });

  // The keys' order is that of Go's maps; PocketBase 0.40.4 stores the same text.
  test.each([
    [
      { b: 1.1, a: [1000, 1.2345678901234567e19, -0], "10": 1, "2": 1 },
      '{"10":1,"2":1,"a":[1000,12345678901234567000,0],"b":1.1}',
    ],
    [{ Z: 1, a: 1, _: 1, é: 1, "": 1 }, '{"":1,"Z":1,"_":1,"a":1,"é":1}'],
    [{ "\u{1F600}": 1, "\uffff": 2 }, '{"\uffff":2,"\u{1F600}":1}'],
    [{ x: "<>&\u2028\u0001\x7f/" }, '{"x":"<>&\u2028\\u0001\x7f/"}'],
    [[undefined, () => 1, null], "[null,null,null]"],
    [{ a: undefined, b: () => 1 }, "{}"],
    [{ d: new Date(0), n: 10n }, '{"d":"1970-01-01T00:00:00.000Z","n":10}'],
    [{ raw: new RawJson('{"b" : 1.10}') }, '{"raw":{"b":1.10}}'],
    [
      JSON.parse('{"__proto__":1,"constructor":{"prototype":1}}'),
      '{"__proto__":1,"constructor":{"prototype":1}}',
    ],
  ])("encodes case %# with sorted keys", (value, text) =>
    expect(RawJson.from(value)?.text).toBe(text),
  );

  test("encodes any depth", () => {
    let value: unknown = 1;
    for (let level = 0; level < 50_000; level++) value = [value];
    expect(RawJson.from(value)?.text).toHaveLength(100_001);
  });

  test("has nothing for what has no JSON", () => {
    const cyclic: Record<string, unknown> = {};
    cyclic["self"] = [cyclic];
    expect(RawJson.from(cyclic)).toBeUndefined();
    expect(
      RawJson.from({
        toJSON() {
          throw new Error("no");
        },
      }),
    ).toBeUndefined();
  });

  test("takes the same object in two places", () => {
    const shared = { a: 1 };
    expect(RawJson.from([shared, shared])?.text).toBe('[{"a":1},{"a":1}]');
  });

  test.each([
    ['{ "a b" : [ 1 , "c \\" d" ] }\n', '{"a b":[1,"c \\" d"]}'],
    ['"a  b"', '"a  b"'],
    ["[1,2]", "[1,2]"],
    ['\t"\\\\" ', '"\\\\"'],
  ])("is sent without the blanks of %j", (text, compact) =>
    expect(new RawJson(text).compact).toBe(compact),
  );
});

describe("isStrictJson", () => {
  // PocketBase refuses to store the first ones in a json field.
  test.each([
    ['{"a":1,"a":2}', false],
    ["[1e400]", false],
    ["1e400", false],
    ['["\\ud83d"]', true],
    ['{"a":{"a":1}}', true],
  ])("of %s is %s", (text, isStrict) => expect(isStrictJson(new RawJson(text))).toBe(isStrict));
});

describe("stringifyJson", () => {
  test("writes stored JSON exactly", () => {
    const text = '{"b":1.10,"a":[1e3,12345678901234567890,0.0],"10":1,"2":1}';
    const stored = new RawJson(text);
    expect(stringifyJson({ id: 1, data: stored, list: [stored, { deep: stored }] })).toBe(
      `{"id":1,"data":${text},"list":[${text},{"deep":${text}}]}`,
    );
    expect(stringifyJson(stored)).toBe(text);
    expect(JSON.parse(JSON.stringify({ data: stored }))).toEqual({ data: JSON.parse(text) });
  });

  test("keeps what looks like a replacement pattern or a marker", () => {
    const stored = new RawJson('"$& $1 $$ raw:0"');
    expect(stringifyJson(["raw:0", stored])).toBe('["raw:0","$& $1 $$ raw:0"]');
  });

  test("works inside itself", () => {
    const inner = { toJSON: () => stringifyJson({ x: new RawJson("1.0") }) };
    expect(stringifyJson({ a: new RawJson("2.0"), inner, b: new RawJson("3.0") })).toBe(
      '{"a":2.0,"inner":"{\\"x\\":1.0}","b":3.0}',
    );
  });

  test("gives back the way it was when something throws", () => {
    const bad = {
      toJSON() {
        throw new Error("no");
      },
    };
    expect(() => stringifyJson([new RawJson("1.0"), bad])).toThrow("no");
    expect(JSON.stringify(new RawJson("1.0"))).toBe("1");
  });

  test("has a text for nothing", () => expect(stringifyJson(undefined)).toBe("null"));
});
