import { expect, test } from "vitest";
import { rankMatches } from "../../../src/ui/admin/shell/rank-matches.ts";

test("words are found as they are written", () => {
  const commands = ["Edit post_stats", "Edit posts"];
  expect(rankMatches(commands, "edit posts", (name) => name)[0]).toBe("Edit posts");
});

const NAMES = ["post_stats", "comments", "posts", "users", "blog_posts"];

test.for<[string, string[]]>([
  ["", NAMES],
  ["posts", ["posts", "blog_posts", "post_stats"]],
  ["st", ["post_stats", "posts", "blog_posts"]],
  ["bp", ["blog_posts"]],
  ["b p", ["blog_posts"]],
  ["USERS", ["users"]],
  ["xyz", []],
])("%j finds %j", ([letters, expected]) => {
  expect(rankMatches(NAMES, letters, (name) => name)).toEqual(expected);
});
