import { describe, expect, test } from "vitest";
import { goRegExp, goRegExpProblem } from "../../src/lib/go-regexp.ts";

/** Patterns that PocketBase 0.40.4 takes as a text field's pattern. */
const VALID: readonly string[] = [
  "a",
  "a{1000}",
  "a{",
  "a{,2}",
  "a{2",
  "(?<n>a)",
  "(?P<n>a)",
  "(?P<n>a)(?P<n>b)",
  "(?i)a",
  "(?-i)a",
  "(?i:a)",
  "[[:alpha:]]",
  "[^[:alpha:]]",
  "\\pL",
  "\\p{Greek}",
  "\\PN",
  "\\A",
  "\\z",
  "\\b",
  "\\B",
  "\\Qa.b\\E",
  "\\Q",
  "\\x41",
  "\\x{1F600}",
  "\\07",
  "\\d",
  "\\a\\f\\v\\t\\n\\r",
  "[\\d\\W]",
  "[]a]",
  "[^]a]",
  "[a-]",
  "[-a]",
  "(?U)a+",
  "(?s).",
  "(?m)^a$",
  "a|b|",
  "()",
  "",
  "|",
  "\\_",
  "\\-",
  "\\/",
  "\u00e9+",
  "(?:)",
  "x{0}",
  "\\p{^Greek}",
  "\\pN{2}",
  "[[a]]",
  "[a&&b]",
  "(?P<1>a)",
  "((((((((((((((((((((a))))))))))))))))))))",
  "(?i)[k]",
  "\\p{Lu}",
  "\\p{L}",
  "\\p{Latin}",
  "\\p{Han}",
  "\\p{Any}",
  "\\p{Letter}",
  "[[.a.]]",
  "[[=a=]]",
  "\\p{Lm}",
  "$^",
  "^*",
  "\\b+",
  "(?:^)*",
  "(^a){2}",
  "x",
  "(?i)\\x{212a}",
  ".{0,1000}",
  "\\0",
  "[\\x00-\\x{10FFFF}]",
  "[^\\x00-\\x{10FFFF}]",
];

/** Patterns it refuses, and how it says so. */
const INVALID: readonly (readonly [pattern: string, message: string])[] = [
  ["[a", "Error parsing regexp: missing closing ]: `[a`."],
  ["(a", "Error parsing regexp: missing closing ): `(a`."],
  ["a)", "Error parsing regexp: unexpected ): `a)`."],
  ["a**", "Error parsing regexp: invalid nested repetition operator: `**`."],
  ["a{2,1}", "Error parsing regexp: invalid repeat count: `{2,1}`."],
  ["a{1001}", "Error parsing regexp: invalid repeat count: `{1001}`."],
  ["(a{100}){100}", "Error parsing regexp: invalid repeat count: `{100}`."],
  ["*a", "Error parsing regexp: missing argument to repetition operator: `*`."],
  ["+", "Error parsing regexp: missing argument to repetition operator: `+`."],
  ["?", "Error parsing regexp: missing argument to repetition operator: `?`."],
  ["\\q", "Error parsing regexp: invalid escape sequence: `\\q`."],
  ["\\8", "Error parsing regexp: invalid escape sequence: `\\8`."],
  ["\\1", "Error parsing regexp: invalid escape sequence: `\\1`."],
  ["(?=a)", "Error parsing regexp: invalid or unsupported Perl syntax: `(?=`."],
  ["(?!a)", "Error parsing regexp: invalid or unsupported Perl syntax: `(?!`."],
  ["(?<=a)", "Error parsing regexp: invalid named capture: `(?<=a)`."],
  ["(?P=n)", "Error parsing regexp: invalid or unsupported Perl syntax: `(?P`."],
  ["(?x)a", "Error parsing regexp: invalid or unsupported Perl syntax: `(?x`."],
  ["(?#c)", "Error parsing regexp: invalid or unsupported Perl syntax: `(?#`."],
  ["[[:foo:]]", "Error parsing regexp: invalid character class range: `[:foo:]`."],
  ["\\p{Foo}", "Error parsing regexp: invalid character class range: `\\p{Foo}`."],
  ["\\Z", "Error parsing regexp: invalid escape sequence: `\\Z`."],
  ["\\x{110000}", "Error parsing regexp: invalid escape sequence: `\\x{110000`."],
  ["\\C", "Error parsing regexp: invalid escape sequence: `\\C`."],
  ["\\h", "Error parsing regexp: invalid escape sequence: `\\h`."],
  ["[a-\\d]", "Error parsing regexp: invalid escape sequence: `\\d`."],
  ["[z-a]", "Error parsing regexp: invalid character class range: `z-a`."],
  ["[]", "Error parsing regexp: missing closing ]: `[]`."],
  ["[^]", "Error parsing regexp: missing closing ]: `[^]`."],
  ["\\\u00e9", "Error parsing regexp: invalid escape sequence: `\\\u00e9`."],
  ["a++", "Error parsing regexp: invalid nested repetition operator: `++`."],
  ["a{2}{3}", "Error parsing regexp: invalid nested repetition operator: `{2}{3}`."],
  ["\\u0041", "Error parsing regexp: invalid escape sequence: `\\u`."],
  ["(?P<a-b>a)", "Error parsing regexp: invalid named capture: `(?P<a-b>`."],
  ["\\E", "Error parsing regexp: invalid escape sequence: `\\E`."],
  ["(?i", "Error parsing regexp: invalid or unsupported Perl syntax: `(?i`."],
  ["(?", "Error parsing regexp: invalid or unsupported Perl syntax: `(?`."],
  ["(?P<n", "Error parsing regexp: invalid named capture: `(?P<n`."],
  ["(?P<n>", "Error parsing regexp: missing closing ): `(?P<n>`."],
  ["a{99999999999}", "Error parsing regexp: invalid repeat count: `{99999999999}`."],
  ["\\p", "Error parsing regexp: invalid character class range: `\\p`."],
  ["\\p{", "Error parsing regexp: invalid character class range: `\\p{`."],
  ["\\x", "Error parsing regexp: invalid escape sequence: `\\x`."],
  ["\\x{", "Error parsing regexp: invalid escape sequence: `\\x{`."],
  ["\\xZ", "Error parsing regexp: invalid escape sequence: `\\xZ`."],
  ["[\\b]", "Error parsing regexp: invalid escape sequence: `\\b`."],
  ["[\\A]", "Error parsing regexp: invalid escape sequence: `\\A`."],
  ["[a\\Qb\\E]", "Error parsing regexp: invalid escape sequence: `\\Q`."],
  ["\\p{IsGreek}", "Error parsing regexp: invalid character class range: `\\p{IsGreek}`."],
  [
    "\\p{Script=Greek}",
    "Error parsing regexp: invalid character class range: `\\p{Script=Greek}`.",
  ],
  ["\\X", "Error parsing regexp: invalid escape sequence: `\\X`."],
  ["\\R", "Error parsing regexp: invalid escape sequence: `\\R`."],
  ["\\K", "Error parsing regexp: invalid escape sequence: `\\K`."],
  ["\\G", "Error parsing regexp: invalid escape sequence: `\\G`."],
  ["\\N", "Error parsing regexp: invalid escape sequence: `\\N`."],
  ["(?>a)", "Error parsing regexp: invalid or unsupported Perl syntax: `(?>`."],
  ["a?+", "Error parsing regexp: invalid nested repetition operator: `?+`."],
  ["(.{100}){11}", "Error parsing regexp: invalid repeat count: `{11}`."],
  ["\\c", "Error parsing regexp: invalid escape sequence: `\\c`."],
];

describe("goRegExpProblem", () => {
  test.each(VALID)("has none for %j", (pattern) =>
    expect(goRegExpProblem(pattern)).toBeUndefined(),
  );

  test.each(INVALID)("refuses %j as Go does", (pattern, message) => {
    expect(goRegExpProblem(pattern)).toEqual({ code: "validation_invalid_regex", message });
  });

  test("refuses what nests too deeply instead of overflowing", () => {
    expect(goRegExpProblem("(".repeat(1001) + ")".repeat(1001))?.message).toContain(
      "nests too deeply",
    );
    expect(goRegExpProblem("(".repeat(100_000))?.code).toBe("validation_invalid_regex");
  });
});

/** Patterns, a text that PocketBase finds them in, and one that it does not. */
const MATCHES: readonly (readonly [pattern: string, found: string, missed: string])[] = [
  ["b", "abc", "ac"],
  ["^[a-z0-9]+$", "abc1", "abc\n"],
  ["(?i)^[a-z\u00e9\ud83d\ude00 ]*\\z", "\u00c9\u00c9", "aa\n"],
  ["^.$", "\ud83d\ude00", "\n"],
  ["(?s)^.$", "\n", "ab"],
  ["(?m)^b$", "a\nb", "a b"],
  ["^\\w+$", "a_1", "\u00e9"],
  ["^\\d+$", "12", "\u0661"],
  ["^[[:alpha:]]+$", "ab", "a1"],
  ["^\\pL+$", "a\u00e9\u65e5", "1"],
  ["^\\PL+$", "12", "a"],
  ["^\\p{letter}$", "a", "1"],
  ["^\\p{Uppercase_Letter}$", "A", "a"],
  ["^\\p{uppercase-letter}$", "A", "a"],
  ["^\\p{lu}$", "A", "a"],
  ["^\\p{greek}$", "\u03b1", "a"],
  ["^\\p{ Greek }$", "\u03b1", "a"],
  ["^\\p{ASCII}$", "a", "\u00e9"],
  ["^\\P{ASCII}$", "\u00e9", "a"],
  ["^[\\p{ASCII}\u00e9]$", "\u00e9", "\u00e8"],
  ["^\\p{Assigned}$", "a", "\u0378"],
  ["^\\p{Cn}$", "\u0378", "a"],
  ["^\\p{LC}$", "a", "\u00aa"],
  ["^\\p{^Letter}$", "1", "a"],
  ["^\\P{Decimal_Number}$", "a", "1"],
  ["^[\\p{Letter}_]$", "_", "1"],
  ["^\\p{digit}$", "1", "a"],
  ["^\\p{punct}$", "!", "a"],
  ["^\\p{Combining_Mark}$", "\u0301", "a"],
  ["^\\p{OldItalic}$", "\ud800\udf00", "a"],
  ["(?P<n>a)(?P<n>b)", "ab", "a"],
  ["^[(?P<n>](?P<n>a)(?P<n>b)", "?ab", "xab"],
];

describe("goRegExp", () => {
  test.each(MATCHES)("finds %j in %j and not in %j", (pattern, found, missed) => {
    expect(goRegExp(pattern).test(found)).toBe(true);
    expect(goRegExp(pattern).test(missed)).toBe(false);
  });

  test("finds nothing with a pattern that does not compile", () => {
    expect(goRegExp("(?=a)").test("a")).toBe(false);
    expect(goRegExp("[").test("[")).toBe(false);
  });

  test("takes time in proportion to the text", () => {
    const started = performance.now();
    for (const pattern of ["^(a+)+$", "^(a|aa)+$", "^(a|a?)+$", "(.*)(.*)(.*)(.*)[^a]$"]) {
      expect(
        goRegExp(pattern).test(
          `${"a".repeat(5000)}!`.slice(0, pattern.endsWith("[^a]$") ? 5000 : 5001),
        ),
      ).toBe(false);
    }
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
