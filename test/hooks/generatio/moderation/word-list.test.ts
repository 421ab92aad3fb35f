import { describe, expect, it } from "vitest";
import { isPattern, WordList } from "../../../../hooks/generatio/moderation/word-list.ts";

const list = new WordList();
const met = (pattern: string, text: string) => {
  list.use([{ pattern, action: "flag" }]);
  return list.match(text).length > 0;
};

describe("a pattern", () => {
  it.each([
    ["acme", "the ACME logo"],
    ["acme", "an acm\u00e9 bottle"],
    ["acme", "4cm3!"],
    ["acme", "a\u200bcme"],
    ["blue mouse", "a Blue, mouse"],
    ["blue mouse", "the very blue mouse"],
    ["gun*", "a gunfight"],
    ["gun*", "gun"],
    ["toy gun*", "two toy guns"],
  ])("%s is found in %j", (pattern, text) => {
    expect(met(pattern, text)).toBe(true);
  });

  it.each([
    ["acme", "acmeist poetry"],
    ["acme", ""],
    ["blue mouse", "a mouse, blue"],
    ["blue mouse", "a blue fat mouse"],
    ["gun*", "begun"],
  ])("%s is not found in %j", (pattern, text) => {
    expect(met(pattern, text)).toBe(false);
  });

  it.each([
    ["word", true],
    ["two words", true],
    ["begin*", true],
    ["*", false],
    ["...", false],
    [" ", false],
  ])("%j can be found: %s", (pattern, expected) => {
    expect(isPattern(pattern)).toBe(expected);
  });
});

it("a list tells every rule that is met, and counts as it is now", () => {
  list.use([
    { pattern: "red", action: "flag" },
    { pattern: "fox", action: "block" },
    { pattern: "dog", action: "block" },
  ]);
  expect(list.match("a red fox").map(({ pattern }) => pattern)).toEqual(["red", "fox"]);
  list.use([]);
  expect(list.match("a red fox")).toEqual([]);
});
