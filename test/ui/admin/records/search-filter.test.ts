import { expect, test } from "vitest";
import { searchFilter } from "../../../../src/ui/admin/records/list/search-filter.ts";

test.for([
  ["  ", ""],
  ["two words", 'a~"two words"||b~"two words"'],
  ['say "hi"', String.raw`a~"say \"hi\""||b~"say \"hi\""`],
  [" a = 1 ", "a = 1"],
  ["a ~ 'x'", "a ~ 'x'"],
])("what is typed as %j is looked for", ([text, filter]) => {
  expect(searchFilter(text!, ["a", "b"])).toBe(filter);
});
