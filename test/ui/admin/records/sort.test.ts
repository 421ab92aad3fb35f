import { expect, test } from "vitest";
import {
  formatSort,
  nextSort,
  parseSort,
  reverseSort,
} from "../../../../src/ui/admin/records/list/sort.ts";

test.for([
  ["", []],
  [
    "-created, id",
    [
      { name: "created", isDown: true },
      { name: "id", isDown: false },
    ],
  ],
  ["+a,,-", [{ name: "a", isDown: false }]],
] as const)("reads the sort %s", ([text, keys]) => {
  expect(parseSort(text)).toEqual(keys);
});

test("writes and turns round a sort", () => {
  expect(formatSort(parseSort("-created,id"))).toBe("-created,id");
  expect(reverseSort("-created,id")).toBe("created,-id");
});

test("a press on a head sorts down, then up, then as it was", () => {
  expect(nextSort("", ["a"])).toBe("-a");
  expect(nextSort("-a", ["a"])).toBe("a");
  expect(nextSort("a", ["a"])).toBe("");
  expect(nextSort("-b", ["a"])).toBe("-a");
  expect(nextSort("-x.name,-x.key", ["x.name", "x.key"])).toBe("x.name,x.key");
});
