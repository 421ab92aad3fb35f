import { expect, it } from "vitest";
import { windowEnd, windowStart } from "../../../../hooks/generatio/spending/window.ts";

it.for([
  ["day", "2026-11-21T23:59:59.999Z", "2026-11-21", "2026-11-22T00:00:00.000Z"],
  ["day", "2026-12-31T12:00:00Z", "2026-12-31", "2027-01-01T00:00:00.000Z"],
  ["month", "2026-11-21T10:00:00Z", "2026-11-01", "2026-12-01T00:00:00.000Z"],
  ["month", "2026-12-01T00:00:00Z", "2026-12-01", "2027-01-01T00:00:00.000Z"],
  ["month", "2028-02-29T00:00:00Z", "2028-02-01", "2028-03-01T00:00:00.000Z"],
] as const)("the %s of %s", ([window, now, start, end]) => {
  expect(windowStart(window, Date.parse(now))).toBe(start);
  expect(windowEnd(window, Date.parse(now))).toBe(end);
});
