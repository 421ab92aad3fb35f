import { describe, expect, test } from "vitest";
import { numberText, toBool, toNumber, toText, toUniqueTexts } from "../../src/lib/cast.ts";
import { RawJson } from "../../src/lib/json.ts";

/** What PocketBase 0.40.4 makes of a submitted value in a text, a number and a bool field. */
const CASTS: readonly (readonly [
  submitted: unknown,
  text: string,
  number: number,
  bool: boolean,
])[] = [
  ["x", "x", 0, false],
  [1, "1", 1, true],
  [1.5, "1.5", 1.5, true],
  [1e21, "1000000000000000000000", 1e21, true],
  [1e-7, "0.0000001", 1e-7, true],
  [-1.5e-9, "-0.0000000015", -1.5e-9, true],
  [1.2345678901234568e29, "123456789012345680000000000000", 1.2345678901234568e29, true],
  [-0, "-0", -0, false],
  [true, "true", 1, true],
  [false, "false", 0, false],
  [null, "", 0, false],
  [[], "", 0, false],
  [{}, "", 0, false],
  [["a"], "", 0, false],
  [{ a: 1 }, "", 0, false],
  ["", "", 0, false],
  ["1", "1", 1, true],
  ["1e3", "1e3", 1000, false],
  [".5", ".5", 0.5, false],
  ["5.", "5.", 5, false],
  ["0x1p-2", "0x1p-2", 0.25, false],
  ["0X1.8P1", "0X1.8P1", 3, false],
  ["0x10", "0x10", 0, false],
  [" 1", " 1", 0, false],
  ["1 ", "1 ", 0, false],
  ["1_000", "1_000", 1000, false],
  ["1__0", "1__0", 0, false],
  ["_1", "_1", 0, false],
  ["1_", "1_", 0, false],
  ["0b11", "0b11", 0, false],
  ["0o17", "0o17", 0, false],
  ["017", "017", 17, false],
  ["0x_1p0", "0x_1p0", 1, false],
  ["+5", "+5", 5, false],
  ["--5", "--5", 0, false],
  ["1e400", "1e400", 0, false],
  ["-1e400", "-1e400", 0, false],
  ["1e-400", "1e-400", 0, false],
  ["\uff11", "\uff11", 0, false],
  ["t", "t", 0, true],
  ["T", "T", 0, true],
  ["TRUE", "TRUE", 0, true],
  ["True", "True", 0, true],
  ["true", "true", 0, true],
  ["tRUE", "tRUE", 0, false],
  ["yes", "yes", 0, false],
  ["0", "0", 0, false],
];

describe("a submitted value", () => {
  test.each(CASTS)("%j becomes text %j, number %d, bool %s", (submitted, text, number, bool) => {
    expect(toText(submitted)).toBe(text);
    expect(toNumber(submitted)).toBe(number);
    expect(toBool(submitted)).toBe(bool);
  });

  test.each(["Inf", "+inf", "infinity", "Infinity"])("%s is read as infinite", (text) => {
    expect(toNumber(text)).toBe(Infinity);
  });

  test("-inf and NaN are read too", () => {
    expect(toNumber("-inf")).toBe(-Infinity);
    expect(toNumber("NaN")).toBeNaN();
    expect(toNumber("+nan")).toBe(0);
  });
});

describe("a value from code", () => {
  test.each([
    [new Date("2024-01-02T03:04:05Z"), "2024-01-02 03:04:05.000Z"],
    [new RawJson('{"a": 1}'), '{"a": 1}'],
    [new Uint8Array([0xc3, 0xa9]), "é"],
    [10n, "10"],
    [undefined, ""],
    [Symbol("s"), ""],
    [() => 1, ""],
    [NaN, "NaN"],
    ["a\ud83db", "a\ufffdb"],
    [Infinity, "+Inf"],
    [-Infinity, "-Inf"],
  ])("%s becomes text %j", (value, text) => expect(toText(value)).toBe(text));

  test("no text of its own is asked for", () => {
    expect(toText({ toString: () => "no" })).toBe("");
    expect(toNumber({ valueOf: () => 5 })).toBe(0);
  });
});

/** What PocketBase makes of a submitted value in a select field of several values. */
const LISTS: readonly (readonly [submitted: unknown, texts: readonly string[]])[] = [
  [null, []],
  ["", []],
  ["a", ["a"]],
  [1, ["1"]],
  [true, ["true"]],
  [
    ["b", "a", "b", ""],
    ["b", "a"],
  ],
  [
    ["a", null, "b"],
    ["a", "b"],
  ],
  [
    [1, true],
    ["1", "true"],
  ],
  [[true, "true"], ["true"]],
  [[1.5], ["1.5"]],
  [[["a"]], []],
  [["a", ["b"]], []],
  [["a", {}], []],
  [{ a: "b" }, []],
  ['["a","b"]', ["a", "b"]],
  [' ["a"]', ["a"]],
  ['["a","b"] ', ["a", "b"]],
  ['["b","a","b"]', ["b", "a"]],
  ['["a",null,"b"]', ["a", "b"]],
  ["[", ["["]],
  ["a[b", ["a[b"]],
  ['["a","b"', ["a", "b", '["a","b"']],
  ['["a","b"]x', ["a", "b", '["a","b"]x']],
  [' ["a",null,"b",]', ["a", "b", ' ["a",null,"b",]']],
  ['["a" "b"]', ["a", '["a" "b"]']],
  ['["a",{"x":1},"b"]', ["a", '["a",{"x":1},"b"]']],
  ['["a","\\ud83d","b"]', ["a", '["a","\\ud83d","b"]']],
  ['["a","\\x","b"]', ["a", '["a","\\x","b"]']],
  ['[1,"a"]', ['[1,"a"]']],
  ['[]["a"]', ['[]["a"]']],
  ['"a"["a"]', ['"a"["a"]']],
  ['{"x":["a"]}', ['{"x":["a"]}']],
  ['["a",1]', ["a", '["a",1]']],
  ["[1]", ["[1]"]],
];

describe("a submitted list", () => {
  test.each(LISTS)("%j becomes %j", (submitted, texts) =>
    expect(toUniqueTexts(submitted)).toEqual(texts),
  );

  test("may come as stored JSON", () => {
    expect(toUniqueTexts(new RawJson('["a","b",1]'))).toEqual(["a", "b"]);
    expect(toUniqueTexts(new RawJson('{"a":1}'))).toEqual([]);
  });

  test("of many equal texts is cut down quickly", () => {
    const started = performance.now();
    expect(
      toUniqueTexts(Array.from({ length: 200_000 }, (_, index) => String(index % 100_000))),
    ).toHaveLength(100_000);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

test.each([
  [5e-324, `0.${"0".repeat(323)}5`],
  [1.7976931348623157e308, `17976931348623157${"0".repeat(292)}`],
  [1.25e21, "1250000000000000000000"],
  [-1e-7, "-0.0000001"],
])("%d is written without an exponent", (value, text) => expect(numberText(value)).toBe(text));
