import { expect, test } from "vitest";
import { makeField, problemOf, REQUIRED, settingsProblemsOf } from "./fixture.ts";

const RANGE = { min: "2024-01-01 00:00:00.000Z", max: "2024-12-31 12:00:00.500Z" };
const BEFORE = {
  code: "validation_min_greater_equal_than_required",
  message: "Must be no less than 2024-01-01 00:00:00 +0000 UTC.",
  params: { threshold: "2024-01-01T00:00:00Z" },
};
const AFTER = {
  code: "validation_max_less_equal_than_required",
  message: "Must be no greater than 2024-12-31 12:00:00.5 +0000 UTC.",
  params: { threshold: "2024-12-31T12:00:00.5Z" },
};

// Answers of PocketBase 0.40.4.
test.each([
  [{}, "", undefined],
  [{ required: true }, "", REQUIRED],
  [{ required: true }, "x", REQUIRED],
  [{ required: true }, 1704164645, REQUIRED],
  [RANGE, "2024-01-01", undefined],
  [RANGE, "2023-12-31", BEFORE],
  [RANGE, "0001-01-01 00:00:00.001Z", BEFORE],
  [RANGE, "2024-12-31 12:00:00.500Z", undefined],
  [RANGE, "2024-12-31 12:00:00.501Z", AFTER],
  [RANGE, "2025-01-01", AFTER],
  [RANGE, "", undefined],
])("a date with %j judges %j", async (options, raw, problem) => {
  expect(await problemOf(makeField("date", options), raw)).toEqual(problem);
});

test("settings with a range the wrong way round are accepted, as PocketBase does", async () => {
  expect(await settingsProblemsOf(makeField("date", { min: RANGE.max, max: RANGE.min }))).toEqual(
    {},
  );
});
