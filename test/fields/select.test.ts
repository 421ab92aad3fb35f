import { describe, expect, test } from "vitest";
import { fieldType } from "../../src/fields/index.ts";
import {
  makeField,
  prepare,
  problemOf,
  REQUIRED,
  settingsProblemsOf,
  tooHigh,
  tooLow,
} from "./fixture.ts";

const values = ["a", "b", "c", "1", "true"];
const tooMany = (maxSelect: number) => ({
  code: "validation_too_many_values",
  message: `Select no more than ${maxSelect}.`,
  params: { maxSelect },
});
const invalid = (value: string) => ({
  code: "validation_invalid_value",
  message: `Invalid value ${value}.`,
  params: { value },
});

describe("a select of one value", () => {
  test.each([
    ["a", "a"],
    [["a", "b"], "b"],
    ['["a","b"]', "b"],
    [null, ""],
    [[], ""],
    [1, "1"],
    [{ a: 1 }, ""],
  ])("%j becomes %j", (raw, value) =>
    expect(prepare(makeField("select", { values }), raw)).toBe(value),
  );

  test.each([
    ["a", undefined],
    ["", undefined],
    ["x", invalid("x")],
    ["A", invalid("A")],
    [1, undefined],
    [true, undefined],
    [" a", invalid(" a")],
    // PocketBase reads the kept text once more as a list.
    ['["a",1]', tooMany(1)],
  ])("judges %j", async (raw, problem) => {
    expect(await problemOf(makeField("select", { values }), raw)).toEqual(problem);
  });
});

describe("a select of several values", () => {
  const field = makeField("select", { values, maxSelect: 2 });

  test.each([
    [["a", "b"], undefined],
    [["a", "a", ""], undefined],
    [["a", "b", "c"], tooMany(2)],
    [["a", "x"], invalid("x")],
    [["x", "y", "z"], tooMany(2)],
    ['["a",1]', invalid('["a",1]')],
    [[["a"]], undefined],
  ])("judges %j", async (raw, problem) => expect(await problemOf(field, raw)).toEqual(problem));

  test("must hold one when it is required", async () => {
    expect(await problemOf({ ...field, required: true }, [["a"]])).toEqual(REQUIRED);
  });

  test.each([
    ["f+", ["a"], ["b", "c"], ["a", "b", "c"]],
    ["+f", ["a"], ["b", "c"], ["b", "c", "a"]],
    ["f-", ["a", "b"], "a", ["b"]],
    ["f-", ["a", "b"], ["x"], ["a", "b"]],
    ["f+", ["a"], "a", ["a"]],
    ["f+", ["a"], null, ["a"]],
  ])("resolves %s", (key, current, raw, value) => {
    expect(fieldType(field).modify?.(field, key, current, raw)).toEqual({ value });
  });

  test("is stored as a JSON list", () => {
    expect(fieldType(field).toDatabase?.(field, ["a", 'b"'])).toBe('["a","b\\""]');
    expect(fieldType(field).column(field)).toBe("JSON DEFAULT '[]' NOT NULL");
  });

  test("is changed when its order is", () => {
    expect(fieldType(field).equals?.(["a", "b"], ["a", "b"])).toBe(true);
    expect(fieldType(field).equals?.(["a", "b"], ["b", "a"])).toBe(false);
    expect(fieldType(field).equals?.(["a"], ["a", "b"])).toBe(false);
  });
});

test("prepending to a single value that is set keeps it", () => {
  const field = makeField("select", { values });
  expect(fieldType(field).modify?.(field, "+f", "a", "b")).toEqual({ value: "a" });
  expect(fieldType(field).modify?.(field, "f+", "a", "b")).toEqual({ value: "b" });
});

test.each([
  [{}, { values: REQUIRED }],
  [{ values: [] }, { values: REQUIRED }],
  [{ values: ["a", "b"], maxSelect: 3 }, { maxSelect: tooHigh(2) }],
  [{ values: ["a", "b"], maxSelect: 2 }, {}],
  [{ values: ["a", "a", ""] }, {}],
  [{ values: ["a", "b"], maxSelect: -1 }, { maxSelect: tooLow(0) }],
  [{ maxSelect: 2 }, { maxSelect: tooHigh(1), values: REQUIRED }],
])("the settings %j", async (options, problems) => {
  expect(await settingsProblemsOf(makeField("select", options))).toEqual(problems);
});
