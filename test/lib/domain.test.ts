import { expect, test } from "vitest";
import { checkDomainLists, isDomain } from "../../src/lib/domain.ts";

// As PocketBase 0.40.4 judges the entries of `onlyDomains`.
test.each([
  ["b.com", true],
  ["a.b.c.d", true],
  ["xn--a.com", true],
  [`${"a".repeat(63)}.com`, true],
  ["a", false],
  ["localhost", false],
  ["-a.com", false],
  ["é.com", false],
  ["a..com", false],
  ["a_b.com", false],
  ["a.xn--abc", false],
  [" a.com", false],
  ["a.com.", false],
  ["a.1", false],
  [`${"a".repeat(64)}.com`, false],
  [`${"a.".repeat(127)}com`, false],
])("%s is a domain: %s", (text, isOne) => expect(isDomain(text)).toBe(isOne));

test("only one of two lists may be used", () => {
  const blank = { code: "validation_empty", message: "Must be blank." };
  expect(checkDomainLists({ onlyDomains: ["a.com"], exceptDomains: ["b.com"] })).toEqual({
    onlyDomains: blank,
    exceptDomains: blank,
  });
  expect(checkDomainLists({ onlyDomains: [], exceptDomains: ["b.com", ""] })).toEqual({});
});

test("problems are keyed by position, and blank entries pass", () => {
  expect(checkDomainLists({ onlyDomains: ["a", "b.com", "", "c"], exceptDomains: [] })).toEqual({
    onlyDomains: {
      "0": { code: "validation_is_domain", message: "Must be a valid domain." },
      "3": { code: "validation_is_domain", message: "Must be a valid domain." },
    },
  });
});
