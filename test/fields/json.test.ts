import { describe, expect, test } from "vitest";
import { fieldType } from "../../src/fields/index.ts";
import { RawJson, stringifyJson } from "../../src/lib/json.ts";
import {
  makeField,
  prepare,
  problemOf,
  REQUIRED,
  settingsProblemsOf,
  tooHigh,
  tooLow,
} from "./fixture.ts";

/** Submitted values and the text that PocketBase 0.40.4 binds for them; null is SQL's NULL. */
const STORED: readonly (readonly [submitted: unknown, stored: string | null])[] = [
  [null, null],
  [undefined, null],
  ["null", "null"],
  ["true", "true"],
  ["", '""'],
  ["x", '"x"'],
  ["123", "123"],
  ["1.50e2", "1.50e2"],
  ["-0", "-0"],
  ["-", '"-"'],
  [".5", '".5"'],
  ["1_000", '"1_000"'],
  ["017", '"017"'],
  ["Inf", '"Inf"'],
  ["12345678901234567890", "12345678901234567890"],
  ['"x"', '"x"'],
  ['"x', '"\\"x"'],
  ["[1,", '"[1,"'],
  [" {}", '" {}"'],
  ["{} ", "{} "],
  ["[1]\n", "[1]\n"],
  ['{\n"a": 1\n}', '{\n"a": 1\n}'],
  ['{"b": 1.10 , "a":[1e3],"10":1,"2":1}', '{"b": 1.10 , "a":[1e3],"10":1,"2":1}'],
  ["a\nb", '"a\\nb"'],
  ['é"\\x', '"é\\"\\\\x"'],
  [1, "1"],
  [1.1, "1.1"],
  [true, "true"],
  [[], "[]"],
  [{}, "{}"],
  [{ b: 1.1, a: [1000], "10": 1, "2": 1 }, '{"10":1,"2":1,"a":[1000],"b":1.1}'],
];

describe("a json value", () => {
  test.each(STORED)("%j is stored as %j", (submitted, stored) => {
    const field = makeField("json");
    expect(fieldType(field).toDatabase?.(field, prepare(field, submitted))).toBe(stored);
  });

  test("reads what is stored as itself", () => {
    for (const [, stored] of STORED) {
      const field = makeField("json");
      expect(fieldType(field).toDatabase?.(field, prepare(field, stored))).toBe(stored);
    }
  });

  test("reads numbers that SQLite made of its column", () => {
    for (const [column, text] of [
      [123, "123"],
      [1.5, "1.5"],
      [1e21, "1e+21"],
      [9007199254740993n, "9007199254740993"],
    ]) {
      expect(stringifyJson(prepare(makeField("json"), column))).toBe(text);
    }
  });

  test("is sent as it was stored", () => {
    const text = '{"b":1.10,"a":[12345678901234567890]}';
    expect(stringifyJson({ data: prepare(makeField("json"), text) })).toBe(`{"data":${text}}`);
  });

  test("is changed when its text is", () => {
    const { equals } = fieldType(makeField("json"));
    expect(equals?.(new RawJson("1.0"), new RawJson("1.0"))).toBe(true);
    expect(equals?.(new RawJson("1.0"), new RawJson("1"))).toBe(false);
    expect(equals?.(new RawJson("null"), null)).toBe(false);
  });
});

const INVALID = { code: "validation_invalid_json", message: "Must be a valid json value." };
const tooLong = (maxSize: number) => ({
  code: "validation_json_size_limit",
  message: `The maximum allowed JSON size is ${maxSize} bytes.`,
  params: { maxSize },
});

describe("the checks of a json value", () => {
  test.each([
    [{ required: true }, null, REQUIRED],
    [{ required: true }, "", REQUIRED],
    [{ required: true }, "null", REQUIRED],
    [{ required: true }, [], REQUIRED],
    [{ required: true }, {}, REQUIRED],
    [{ required: true }, "{} ", REQUIRED],
    [{ required: true }, " null", undefined],
    [{ required: true }, 0, undefined],
    [{ required: true }, false, undefined],
    [{ required: true }, "[ ]", undefined],
    [{ maxSize: 10 }, "aaaaaaaa", undefined],
    [{ maxSize: 10 }, "aaaaaaaaa", tooLong(10)],
    [{ maxSize: 10 }, "éééé", undefined],
    [{ maxSize: 10 }, "ééééé", tooLong(10)],
    [{}, '{"a":1,"a":2}', INVALID],
    [{}, "1e400", INVALID],
    [{}, "[1e400]", INVALID],
    [{}, '["\\ud83d"]', undefined],
    [{}, "a\u0000b", undefined],
  ])("with %j, %j is judged", async (options, raw, problem) => {
    expect(await problemOf(makeField("json", options), raw)).toEqual(problem);
  });

  test("stop at one mebibyte when nothing else is set", async () => {
    const field = makeField("json");
    expect(await problemOf(field, "a".repeat(1_048_574))).toBeUndefined();
    expect(await problemOf(field, "a".repeat(1_048_575))).toEqual(tooLong(1_048_576));
    expect(fieldType(field).maxBodySize?.(field)).toBe(1_048_576);
  });

  test("take any depth that fits", async () => {
    const field = makeField("json");
    const deep = "[".repeat(10_000) + "]".repeat(10_000);
    expect(stringifyJson(prepare(field, deep))).toBe(deep);
    expect(await problemOf(field, deep)).toBeUndefined();
    expect(stringifyJson(prepare(field, `[${deep}]`))).toBe(`"[${deep}]"`);
  });
});

test.each([
  [-1, { maxSize: tooLow(0) }],
  [2 ** 53, { maxSize: tooHigh(9007199254740991) }],
])("a maxSize of %d is refused", async (maxSize, problems) => {
  expect(await settingsProblemsOf(makeField("json", { maxSize }))).toEqual(problems);
});
