import { describe, expect, test } from "vitest";
import { fieldType } from "../../src/fields/index.ts";
import { makeField, problemOf, REQUIRED, settingsProblemsOf } from "./fixture.ts";

const NOT_A_NUMBER = {
  code: "validation_not_a_number",
  message: "The submitted number is not properly formatted.",
};
const ONLY_INT = {
  code: "validation_only_int_constraint",
  message: "Decimal numbers are not allowed.",
};
const tooSmall = (min: number, shown = String(min)) => ({
  code: "validation_min_number_constraint",
  message: `Must be greater or equal than ${shown}.`,
  params: { min },
});
const tooLarge = (max: number, shown = String(max)) => ({
  code: "validation_max_number_constraint",
  message: `Must be less or equal than ${shown}.`,
  params: { max },
});

describe("a number", () => {
  // Answers of PocketBase 0.40.4.
  test.each([
    [{ min: 2.5 }, 1, tooSmall(2.5)],
    [{ min: 2.5 }, 2.5, undefined],
    [{ min: 2.5 }, 0, undefined],
    [{ min: 2.5, required: true }, 0, REQUIRED],
    [{ max: 1e21 }, 1e22, tooLarge(1e21, "1e+21")],
    [{ max: 1e21 }, 1e21, undefined],
    [{ max: 0 }, 1, tooLarge(0)],
    [{ min: 0 }, -1, tooSmall(0)],
    [{ max: 1e-5 }, 1, tooLarge(1e-5, "1e-05")],
    [{ max: 123456.75 }, 1e9, tooLarge(123456.75)],
    [{ onlyInt: true }, 1.5, ONLY_INT],
    [{ onlyInt: true }, 9007199254740992, undefined],
    [{ onlyInt: true }, 2 ** 63, ONLY_INT],
    [{ onlyInt: true }, -(2 ** 63), undefined],
    [{ onlyInt: true }, 1e300, ONLY_INT],
    [{ onlyInt: true, min: 5 }, 1.5, ONLY_INT],
    [{ required: true }, "x", REQUIRED],
    [{ required: true }, "1", undefined],
    [{}, "Inf", NOT_A_NUMBER],
    [{}, "-inf", NOT_A_NUMBER],
    [{}, "NaN", NOT_A_NUMBER],
    [{ min: 1, max: 2 }, "infinity", NOT_A_NUMBER],
    [{}, 1e308, undefined],
  ])("with %j judges %j", async (options, raw, problem) => {
    expect(await problemOf(makeField("number", options), raw)).toEqual(problem);
  });

  test("is changed by + and - from what it was", () => {
    const field = makeField("number");
    const modify = (key: string, current: unknown, raw: unknown) =>
      fieldType(field).modify?.(field, key, current, raw);
    expect(modify("f+", 4, "1.5")).toEqual({ value: 5.5 });
    expect(modify("f-", 4, 1)).toEqual({ value: 3 });
    expect(modify("f+", 0, "x")).toEqual({ value: 0 });
    expect(modify("+f", 4, 1)).toBeUndefined();
  });
});

describe("the settings of a number", () => {
  test.each([
    [{ min: 1.5, onlyInt: true }, { min: ONLY_INT }],
    [{ max: 1.5, onlyInt: true }, { max: ONLY_INT }],
    [{ min: 1e300, onlyInt: true }, { min: ONLY_INT }],
    [{ min: 5, max: 4 }, { max: tooSmall(5) }],
    [{ min: 5, max: 4.5, onlyInt: true }, { max: ONLY_INT }],
    [{ min: 5, max: 5 }, {}],
    [{ min: 0, max: -1 }, { max: tooSmall(0) }],
    [{ min: -1, max: 0 }, {}],
    [{ max: -1 }, {}],
  ])("%j", async (options, problems) => {
    expect(await settingsProblemsOf(makeField("number", options))).toEqual(problems);
  });
});
