import { expect, test } from "vitest";
import { behindFilter } from "../../../../src/ui/admin/records/list/keyset.ts";
import { parseSort } from "../../../../src/ui/admin/records/list/sort.ts";

const ROW = {
  id: "r1",
  collectionId: "c",
  collectionName: "c",
  n: 1.5,
  s: 'a"b\\',
  e: "",
  l: ["x"],
};

test.for([
  ["id", 'id>"r1"'],
  ["-id", 'id<"r1"'],
  ["-n,-id", 'n<=1.5&&(n<1.5||id<"r1")'],
  ["s,id", String.raw`s>="a\"b\\"&&(s>"a\"b\\"||id>"r1")`],
  // An empty text may be a date that is none: those compare in their own way.
  ["e,id", undefined],
  ["l,id", undefined],
  ["-@rowid", undefined],
  ["n,s,id", undefined],
] as const)("the rows behind one in the sort %s", ([sort, filter]) => {
  expect(behindFilter(parseSort(sort), ROW)).toBe(filter);
});
