import { describe, expect, it } from "vitest";
import { identifier, sql } from "../../src/db/dialect/fragment.ts";
import type { Resolver } from "../../src/filter/compile.ts";
import { FilterError } from "../../src/filter/errors.ts";
import { parameterOperand, plainOperand } from "../../src/filter/operand.ts";
import { compileSort } from "../../src/filter/sort.ts";

const resolver: Resolver = {
  resolve(name) {
    if (name === "bound") return parameterOperand(sql`${"x"}`, false);
    if (name === "nothing") return plainOperand(sql`NULL`, { word: "null" });
    if (!/^\w+$/.test(name)) throw new FilterError("unknown field");
    return plainOperand(identifier("t", name));
  },
};

const compile = (text: string, hasRowId = true) =>
  compileSort(text, resolver, hasRowId ? identifier("t", "_rowid_") : undefined).map((part) =>
    part.sql.replaceAll("`", ""),
  );

describe("a sort", () => {
  it.each([
    ["", []],
    ["a", ["t.a ASC"]],
    ["-a,+b,c", ["t.a DESC", "t.b ASC", "t.c ASC"]],
    [" \n-a\t , b ", ["t.a DESC", "t.b ASC"]],
    ["a,a", ["t.a ASC", "t.a ASC"]],
    ["@random", ["RANDOM()"]],
    ["-@random", ["RANDOM()"]],
    ["-@rowid,a", ["t._rowid_ DESC", "t.a ASC"]],
  ])("compiles %j", (text, expected) => {
    expect(compile(text)).toEqual(expected);
  });

  it.each(["a,", ",a", "-", "- a", "--a", "a b", "@now", "bound", "nothing", "a desc", "1;2"])(
    "refuses %j",
    (text) => {
      expect(() => compile(text)).toThrow(FilterError);
    },
  );

  it("knows no row id where there is none", () => {
    expect(() => compile("@rowid", false)).toThrow(FilterError);
  });

  it("allows 8 keys of 255 bytes", () => {
    const keys = (count: number) => Array.from({ length: count }, () => "a").join(",");
    expect(compile(keys(8))).toHaveLength(8);
    expect(() => compile(keys(9))).toThrow(new FilterError("max sort expressions limit reached"));
    expect(compile(`-${"x".repeat(255)}`)).toHaveLength(1);
    expect(() => compile("x".repeat(256))).toThrow(
      new FilterError("max sort field length limit reached"),
    );
  });
});
