import { expect, test } from "vitest";
import { rankMatches } from "../../../src/ui/admin/shell/rank-matches.ts";

const NAMES = ["post_stats", "comments", "posts", "users", "blog_posts"];

test.for<[string, string[]]>([
  ["", NAMES],
  ["posts", ["posts", "blog_posts", "post_stats"]],
  ["st", ["post_stats", "posts", "blog_posts"]],
  ["bp", ["blog_posts"]],
  ["USERS", ["users"]],
  ["xyz", []],
])("%j finds %j", ([letters, expected]) => {
  expect(rankMatches(NAMES, letters, (name) => name)).toEqual(expected);
});
