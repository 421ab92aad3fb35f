import { describe, expect, test } from "vitest";
import {
  buildIndex,
  indexHasColumn,
  parseIndex,
  renameIndexColumn,
} from "../../../../src/ui/admin/collections/index-text.ts";

describe("an index", () => {
  test.for([
    "CREATE INDEX `idx_a` ON `posts` (`title`)",
    "CREATE UNIQUE INDEX `idx_a` ON `posts` (`title`, `created` DESC)",
    "CREATE UNIQUE INDEX `idx_a` ON `posts` (`email` COLLATE NOCASE) WHERE `email` != ''",
    "CREATE INDEX `idx_a` ON `posts` (lower(title, 'x'), `b`)",
  ])("%s is read and written back as it was", (text) => {
    expect(buildIndex(parseIndex(text)!)).toBe(text);
  });

  test.for([
    [
      "create index if not exists idx_a on posts (title)",
      "CREATE INDEX `idx_a` ON `posts` (`title`)",
    ],
    [
      'CREATE INDEX "idx_a" ON [posts] ([title] desc);',
      "CREATE INDEX `idx_a` ON `posts` (`title` desc)",
    ],
    [
      "CREATE INDEX main.idx_a\nON posts\n(\n  a,\n  b\n)",
      "CREATE INDEX `idx_a` ON `posts` (`a`, `b`)",
    ],
  ] as const)("%s in another spelling", ([text, expected]) => {
    expect(buildIndex(parseIndex(text)!)).toBe(expected);
  });

  test.for(["", "nonsense", "DROP INDEX a", "CREATE INDEX a ON b"])("%j is none", (text) => {
    expect(parseIndex(text)).toBeUndefined();
  });
});

test("a renamed column is followed, and others are left alone", () => {
  const text = "CREATE INDEX `idx` ON `posts` (`title` DESC, `titles`) WHERE title != ''";
  expect(renameIndexColumn(text, "title", "headline")).toBe(
    "CREATE INDEX `idx` ON `posts` (`headline` DESC, `titles`) WHERE title != ''",
  );
  expect(renameIndexColumn("nonsense", "title", "x")).toBe("nonsense");
});

test("columns are found whole", () => {
  expect(indexHasColumn("CREATE INDEX i ON t (titles)", "title")).toBe(false);
  expect(indexHasColumn("CREATE INDEX i ON t (a, title)", "title")).toBe(true);
});
