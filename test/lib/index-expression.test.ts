import { describe, expect, test } from "vitest";
import {
  buildIndex,
  findSingleColumnUniqueIndex,
  isValidIndex,
  parseIndex,
} from "../../src/lib/index-expression.ts";

// What PocketBase 0.40.4 stores when these are submitted for a collection named `c`.
describe("an index is rebuilt in PocketBase's form", () => {
  test.for([
    ["create index i on x (t)", "CREATE INDEX `i` ON `c` (`t`)"],
    [
      "CREATE UNIQUE INDEX IF NOT EXISTS `i` ON `x` (`t` COLLATE NOCASE DESC, e asc)",
      "CREATE UNIQUE INDEX IF NOT EXISTS `i` ON `c` (\n  `t` COLLATE NOCASE DESC,\n  `e` ASC\n)",
    ],
    ["create index main.i on x (t)", "CREATE INDEX `main`.`i` ON `c` (`t`)"],
    [
      "create index i on x (t) where (t != '' and (s > 1))",
      "CREATE INDEX `i` ON `c` (`t`) WHERE (t != '' and (s > 1))",
    ],
    [
      "create index i on x (lower(t), e) where t like '%)%'",
      "CREATE INDEX `i` ON `c` (\n  lower(t),\n  `e`\n) WHERE t like '%)%'",
    ],
    [
      "create index i on x (\n t,\n e\n)\nwhere t != ''",
      "CREATE INDEX `i` ON `c` (\n  `t`,\n  `e`\n) WHERE t != ''",
    ],
    [
      "create index i on x (case when t='a' then 1 else 2 end)",
      "CREATE INDEX `i` ON `c` (case when t='a' then 1 else 2 end)",
    ],
    [
      "create index i on x(t) where e in ('a','b')",
      "CREATE INDEX `i` ON `c` (`t`) WHERE e in ('a','b')",
    ],
    [
      "create index i on x (json_extract(s, '$.a'))",
      "CREATE INDEX `i` ON `c` (json_extract(s, '$.a'))",
    ],
    ['create index "i" on "x" ("t", [e])', "CREATE INDEX `i` ON `c` (\n  `t`,\n  `e`\n)"],
    ["create index i on x (t) where (e) = ''", "CREATE INDEX `i` ON `c` (`t`) WHERE (e) = ''"],
    ["create index i on x(lower(t))", "CREATE INDEX `i` ON `c` (lower(t))"],
  ])("%s", ([text, built]) => {
    expect(buildIndex({ ...parseIndex(text!), table: "c" })).toBe(built);
  });
});

test.for([
  "",
  "bad",
  "create index on c (t)",
  "create index i on c ()",
  "create index i on c (t) and more",
  "select 1; create index i on c (t)",
  "create index `i on c (t",
  "create index [two words] on c (t)",
  "create unique i on c (t)",
])("%j is no index", (text) => {
  expect(isValidIndex(parseIndex(text))).toBe(false);
  expect(buildIndex(parseIndex(text))).toBe("");
});

describe("the unique index of a single column", () => {
  const indexes = [
    "create unique index a on t (x, y)",
    "create index b on t (y)",
    "create unique index c on t (`Y` collate nocase) where y != ''",
  ];

  test("is found in any case, collation and condition aside", () => {
    expect(findSingleColumnUniqueIndex(indexes, "y")?.name).toBe("c");
  });

  test("is not one over several columns, nor a plain one", () => {
    expect(findSingleColumnUniqueIndex(indexes, "x")).toBeUndefined();
    expect(findSingleColumnUniqueIndex(indexes.slice(0, 2), "y")).toBeUndefined();
  });
});
