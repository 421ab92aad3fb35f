import { expect, test } from "vitest";
import { makeField, problemOf, REQUIRED } from "./fixture.ts";

test.each([
  [true, undefined],
  ["t", undefined],
  [2, undefined],
  [false, REQUIRED],
  ["x", REQUIRED],
  [0, REQUIRED],
  [null, REQUIRED],
])("a required bool judges %j", async (raw, problem) => {
  expect(await problemOf(makeField("bool", { required: true }), raw)).toEqual(problem);
});

test("a bool that is not required may be false", async () => {
  expect(await problemOf(makeField("bool"), false)).toBeUndefined();
});
