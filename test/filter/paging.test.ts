import { describe, expect, it } from "vitest";
import { FilterError } from "../../src/filter/errors.ts";
import { readPaging } from "../../src/filter/paging.ts";

describe("paging parameters", () => {
  it.each([
    [{}, 1n, 30n, 0n],
    [{ page: "", perPage: "" }, 1n, 30n, 0n],
    [{ page: "3", perPage: "10" }, 3n, 10n, 20n],
    [{ page: "0", perPage: "0" }, 1n, 30n, 0n],
    [{ page: "-2", perPage: "-5" }, 1n, 30n, 0n],
    [{ page: "+2", perPage: "02" }, 2n, 2n, 2n],
    [{ perPage: "1000" }, 1n, 1000n, 0n],
    [{ perPage: "1001" }, 1n, 1000n, 0n],
    [{ page: "9223372036854775807", perPage: "1" }, 9223372036854775807n, 1n, 9223372036854775806n],
  ])("%j", (params, page, perPage, offset) => {
    expect(readPaging(params)).toEqual({ page, perPage, offset, skipTotal: false });
  });

  it("wraps an offset that is too large around, as 64 bits do", () => {
    expect(readPaging({ page: "9223372036854775807", perPage: "2" }).offset).toBe(-4n);
  });

  it.each(["1", "t", "T", "TRUE", "true", "True"])("takes %j as true", (skipTotal) => {
    expect(readPaging({ skipTotal }).skipTotal).toBe(true);
  });

  it.each(["", "0", "f", "F", "FALSE", "false", "False"])("takes %j as false", (skipTotal) => {
    expect(readPaging({ skipTotal }).skipTotal).toBe(false);
  });

  it.each([
    { page: " 1" },
    { page: "1.5" },
    { page: "1e3" },
    { page: "abc" },
    { page: "1_000" },
    { perPage: "9223372036854775808" },
    { perPage: "9".repeat(500) },
    { skipTotal: "yes" },
    { skipTotal: "tRUE" },
    { skipTotal: "2" },
  ])("refuses %j", (params) => {
    expect(() => readPaging(params)).toThrow(FilterError);
  });
});
