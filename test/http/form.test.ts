import { expect, test } from "vitest";
import { bindForm, inferValue, parseUrlEncoded } from "../../src/http/form.ts";

// PocketBase: tools/router/unmarshal_request_data.go, inferValue.
test.each<[string, unknown]>([
  ["", ""],
  ["true", true],
  ["false", false],
  ["True", "True"],
  ["null", "null"],
  ["0", 0],
  ["-0", -0],
  ["-1", -1],
  ["1.5", 1.5],
  ["-0.25", -0.25],
  ["0.0", "0.0"],
  ["000.1", "000.1"],
  ["007", "007"],
  ["1.", "1."],
  [".5", ".5"],
  ["-.5", "-.5"],
  ["+1", "+1"],
  ["1e3", "1e3"],
  ["0xFF", "0xFF"],
  ["-", "-"],
  ["--1", "--1"],
  ["1-2", "1-2"],
  ["1.2.3", "1.2.3"],
  [" 1", " 1"],
  ["1 ", "1 "],
  ["Infinity", "Infinity"],
  ["9007199254740992", 9007199254740992],
  ["9007199254740993", "9007199254740993"],
  ["12345678901234567000", 12345678901234567000],
  ["12345678901234567890", "12345678901234567890"],
  ["1000000000000000000000", 1e21],
  ["-1000000000000000000000", -1e21],
  ["0.0000001", 1e-7],
  ["0.00000012", 1.2e-7],
  ["0.1", 0.1],
  ["0.10", "0.10"],
  [`1${"0".repeat(400)}`, `1${"0".repeat(400)}`],
])("the form value %j becomes %j", (text, value) => {
  expect(inferValue(text)).toBe(value);
});

test.each([
  ["a=1", { a: 1 }],
  ["a=1&a=x", { a: [1, "x"] }],
  [
    "a=1&@jsonPayload=%7B%22a%22%3A%221%22%2C%22b%22%3A%5B%22true%22%5D%7D",
    { a: "1", b: ["true"] },
  ],
  ['@jsonPayload={"a":1}&@jsonPayload={"a":2}&a=x', { a: 2 }],
  ["@jsonPayload=null&a=1", {}],
  ['a=1&@jsonPayload=null&@jsonPayload={"b":2}', { b: 2 }],
])("the form %s binds as %j", (form, expected) => {
  expect(bindForm(parseUrlEncoded(form))).toEqual(expected);
});

test("a form may use names that objects have already", () => {
  const bound = bindForm(parseUrlEncoded("__proto__=1&constructor=2"));
  expect(Object.keys(bound)).toEqual(["__proto__", "constructor"]);
  expect(({} as Record<string, unknown>)["1"]).toBeUndefined();
});

test.each([
  "a=%zz",
  "a=1;b=2",
  "@jsonPayload=[]",
  "@jsonPayload={",
  '@jsonPayload={"a":1,"a":2}',
  '@jsonPayload="x"',
])("the form %s is refused", (form) => {
  expect(() => bindForm(parseUrlEncoded(form))).toThrow(SyntaxError);
});
