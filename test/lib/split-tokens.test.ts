import { describe, expect, test } from "vitest";
import { splitTokens } from "../../src/lib/split-tokens.ts";

describe("splitTokens", () => {
  test.for([
    ["", []],
    ["a", ["a"]],
    ["a, b,c", ["a", "b", "c"]],
    [" a ,, b ", ["a", "b"]],
    ["f(a, b), c", ["f(a, b)", "c"]],
    ["f(g(a, b), c)", ["f(g(a, b), c)"]],
    ["'a, b', \"c, d\", `e, f`", ["'a, b'", '"c, d"', "`e, f`"]],
    ["'(', b", ["'('", "b"]],
    ["a), b", ["a)", "b"]],
    [String.raw`a\'b, c`, [String.raw`a\'b`, "c"]],
    ["a\n,\tb", ["a", "b"]],
  ] as const)("separates %j at commas", ([text, tokens]) => {
    expect(splitTokens(text, { separators: "," })).toEqual(tokens);
  });

  test("keeps separators at the end of their tokens when asked", () => {
    expect(splitTokens("a b,c", { separators: ", ", keepSeparator: true })).toEqual([
      "a ",
      "b,",
      "c",
    ]);
  });

  test.for(["(a, b", "'a", 'a "b', "a `"])("refuses %j, which is left open", (text) => {
    expect(() => splitTokens(text, { separators: "," })).toThrow(
      "unbalanced parenthesis or quoted expression",
    );
  });
});
