import { describe, expect, test } from "vitest";
import { goRegExp } from "../../src/lib/go-regexp.ts";
import { randomByPattern } from "../../src/lib/random-by-pattern.ts";

const SAMPLES = 400;

function samples(pattern: string): string[] {
  return Array.from({ length: SAMPLES }, () => randomByPattern(pattern));
}

describe("the length of a generated text", () => {
  // PocketBase never reaches the upper limit of a repeat.
  test.each([
    ["[a-z0-9]{15}", [15]],
    ["a{1,3}", [1, 2]],
    ["a*", [0, 1, 2, 3, 4, 5]],
    ["a+", [1, 2, 3, 4, 5]],
    ["a?", [0]],
    ["a??", [0]],
    ["a{2,}", [2, 3, 4, 5]],
    ["a{7,}", [7]],
    ["a{0}", [0]],
    ["(?:a+)?", [0, 1, 2, 3, 4, 5]],
    ["(?:a*)*", [0, 1, 2, 3, 4, 5]],
    ["(?:a+)+", [1, 2, 3, 4, 5]],
    ["(a+)?", [0]],
    ["ab{3}", [4]],
  ])("of %s is one of %j", (pattern, lengths) => {
    expect([...new Set(samples(pattern).map((text) => text.length))].toSorted()).toEqual(lengths);
  });
});

describe("a generated text", () => {
  test.each([
    "[a-z0-9]{15}",
    "\\d{3}-\\w{4}\\s",
    "[[:alpha:]_-]{8}",
    "[^a-z]{3}",
    "\\pL{3}\\p{Greek}{3}",
    "\\P{L}{5}",
    "(foo|bar|baz){3}",
    "[\\x41-\\x43]{5}\\x{1F600}\\101",
    "a.{5}",
    "[]a-]{4}",
    "(?P<n>ab){2}",
    "[^]a]{4}",
    "(?-i:x)(?i:y)z",
    "[\\d\\-x]{5}",
    "\\.\\/{2}",
    "[a\\]b]{4}",
    "\u00e9{2}",
    "a{,2}",
    "a{x}",
    "\\n\\t\\a\\v\\f\\r",
    "[[:^digit:]]{4}",
    "[\\pL\\d]{4}",
    "[\\D]{4}",
    "\\p{letter}{4}",
    "(?i)[a-c]{8}",
    "\\Qa.\\E",
    "x{2}{",
    "[\\n-\\r]{3}",
  ])("of %s matches it", (pattern) => {
    const whole = goRegExp(`^(?:${pattern})$`);
    expect(samples(pattern).filter((text) => !whole.test(text))).toEqual([]);
  });

  test("uses every character of its class", () => {
    expect(new Set(samples("[a-c_]")).size).toBe(4);
    expect(new Set(samples("(?:a|b|c)")).size).toBe(3);
  });

  test("takes letters and digits for any character", () => {
    for (const text of samples(".{5}(?s:.)")) expect(text).toMatch(/^[A-Za-z0-9]{6}$/);
  });

  test("writes letters in upper case where case does not matter, as Go does", () => {
    expect(randomByPattern("(?i)abcks\u00e9")).toBe("ABCKS\u00c9");
    expect(randomByPattern("(?i)a(?-i)b")).toBe("Ab");
    expect(randomByPattern("(?i:a)b")).toBe("Ab");
  });

  test("repeats the last quoted character only", () => {
    expect(randomByPattern("\\Qa.b\\E{3}")).toBe("a.bbb");
  });

  test("is hard to guess", () => {
    expect(new Set(samples("[a-z0-9]{15}")).size).toBe(SAMPLES);
  });
});

describe("a pattern that is no text", () => {
  test.each([
    ["^a", "unsupported pattern operator 9"],
    ["a$", "unsupported pattern operator 10"],
    ["\\b", "unsupported pattern operator 11"],
    ["\\B", "unsupported pattern operator 12"],
    ["\\A", "unsupported pattern operator 9"],
    ["\\z", "unsupported pattern operator 10"],
    ["(?m)^a", "unsupported pattern operator 7"],
    ["(?m)a$", "unsupported pattern operator 8"],
    ["(?m:a)^", "unsupported pattern operator 9"],
    ["(?:)", "unsupported pattern operator 2"],
    ["()", "unsupported pattern operator 2"],
    ["[^\\x00-\\x{10FFFF}]", "no runes to choose from"],
    ["[a", "Error parsing regexp: missing closing ]: `[a`."],
  ])("%s is refused", (pattern, message) =>
    expect(() => randomByPattern(pattern)).toThrow(message),
  );

  test("may have an empty alternative, which fails when it is chosen", () => {
    expect(() => samples("a|")).toThrow("unsupported pattern operator 2");
  });

  test("is refused when its values would fill the memory", () => {
    const nested = Array.from({ length: 40 }).reduce<string>((inner) => `(${inner})+`, "a");
    expect(() => randomByPattern(nested)).toThrow("too long");
  });
});
