import { describe, expect, test } from "vitest";
import { Query, unescapeText } from "../../src/http/query.ts";

describe("a query", () => {
  test.each([
    ["", []],
    [
      "a=1&b=2",
      [
        ["a", "1"],
        ["b", "2"],
      ],
    ],
    ["a", [["a", ""]]],
    ["=1", [["", "1"]]],
    ["a=1=2", [["a", "1=2"]]],
    ["&&a=1&", [["a", "1"]]],
    ["a=x+y%20z", [["a", "x y z"]]],
    ["a%3D=%26", [["a=", "&"]]],
    ["a=%ff", [["a", "\u{fffd}"]]],
    ["a=%E2%82%AC", [["a", "€"]]],
  ])("%j is read as Go does", (raw, pairs) => {
    const query = new Query(raw);
    expect(query.entries()).toEqual(pairs);
    expect(query.hasError).toBe(false);
  });

  test.each(["a=%zz&b=1", "a=%2&b=1", "a=1;c=2&b=1", "%=1&b=1"])(
    "%j loses its malformed pair only",
    (raw) => {
      const query = new Query(raw);
      expect(query.entries()).toEqual([["b", "1"]]);
      expect(query.hasError).toBe(true);
    },
  );

  test("gives the first value, all values, and the first of every name", () => {
    const query = new Query("a=1&a=2&b=3");
    expect([query.get("a"), query.get("z"), query.has("b"), query.has("z")]).toEqual([
      "1",
      undefined,
      true,
      false,
    ]);
    expect(query.getAll("a")).toEqual(["1", "2"]);
    expect({ ...query.toObject() }).toEqual({ a: "1", b: "3" });
  });

  test("takes names that objects have already", () => {
    expect(Object.entries(new Query("__proto__=1&constructor=2").toObject())).toEqual([
      ["__proto__", "1"],
      ["constructor", "2"],
    ]);
  });
});

test.each([
  ["a+b", "a+b"],
  ["%2B", "+"],
  ["%61%62", "ab"],
  ["ü%ff", "ü\u{fffd}"],
  ["%", undefined],
  ["%g0", undefined],
])("the path text %j decodes to %j", (text, decoded) => {
  expect(unescapeText(text)).toBe(decoded);
});
