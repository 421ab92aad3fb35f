import { describe, expect, it } from "vitest";
import { parseDuration } from "../../../hooks/generatio/duration.ts";

describe("parseDuration", () => {
  it.each([
    ["2s", 2000],
    ["10m", 600_000],
    ["24h", 86_400_000],
    ["1h30m", 5_400_000],
    ["0.5s", 500],
    [".5s", 500],
    ["1.s", 1000],
    ["250ms", 250],
    ["1500us", 1.5],
    ["1h0m0.001s", 3_600_001],
  ])("reads %s as Go does", (text, milliseconds) => {
    expect(parseDuration(text)).toBeCloseTo(milliseconds, 9);
  });

  it.each(["", "10", "10 m", "m", "-5s", "0s", "5d", "1h-5m", "1e3s", "10M"])(
    "refuses %j",
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );
});
