import { expect, it } from "vitest";
import { likePattern } from "../../src/filter/like-pattern.ts";

// The table of PocketBase's escaping (tools/search/filter.go).
it.each([
  ["abc", "%abc%"],
  ["", "%%"],
  ["ab%c", "ab%c"],
  ["%", "%"],
  [String.raw`ab\%c`, String.raw`%ab\%c%`],
  [String.raw`ab\\%c`, String.raw`ab\\%c`],
  ["ab_c", String.raw`%ab\_c%`],
  [String.raw`ab\_c`, String.raw`%ab\_c%`],
  ["%ab_c", "%ab_c"],
  [String.raw`ab\c`, String.raw`%ab\\c%`],
  [String.raw`ab\c%`, String.raw`ab\c%`],
  [String.raw`\%`, String.raw`%\%%`],
  ["_", String.raw`%\_%`],
  ["😀_", String.raw`%😀\_%`],
  [5, "%5%"],
  [1.5, "%1.5%"],
  [1e21, "%1000000000000000000000%"],
  [true, "%true%"],
  [2024n, "%2024%"],
  [null, "%%"],
])("makes of %s the pattern %s", (value, pattern) => {
  expect(likePattern(value)).toBe(pattern);
});
