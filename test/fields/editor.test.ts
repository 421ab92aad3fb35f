import { expect, test } from "vitest";
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

const tooLong = (maxSize: number) => ({
  code: "validation_content_size_limit",
  message: `The maximum allowed content size is ${maxSize} bytes.`,
  params: { maxSize },
});

test.each([
  [{ maxSize: 5 }, "abcde", undefined],
  [{ maxSize: 5 }, "abcdef", tooLong(5)],
  [{ maxSize: 5 }, "ééé", tooLong(5)],
  [{}, "x".repeat(5_242_880), undefined],
  [{}, "x".repeat(5_242_881), tooLong(5_242_880)],
  [{ required: true }, "", REQUIRED],
  [{ required: true }, "<p></p>", undefined],
])(
  "case %#: an editor field with %j is judged as PocketBase does",
  async (options, raw, problem) => {
    expect(await problemOf(makeField("editor", options), raw)).toEqual(problem);
  },
);

test("markup is kept as it was sent", () => {
  const text = "<script>alert(1)</script> \0 ";
  expect(prepare(makeField("editor"), text)).toBe(text);
});

test("a body may be larger by what it holds", () => {
  const bytes = (maxSize: number) => {
    const field = makeField("editor", { maxSize });
    return fieldType(field).maxBodySize?.(field);
  };
  expect(bytes(0)).toBe(5_242_880);
  expect(bytes(100)).toBe(100);
});

test.each([
  [-1, { maxSize: tooLow(0) }],
  [2 ** 53, { maxSize: tooHigh(9007199254740991) }],
  [2 ** 53 - 1, {}],
])("a maxSize of %d", async (maxSize, problems) => {
  expect(await settingsProblemsOf(makeField("editor", { maxSize }))).toEqual(problems);
});
