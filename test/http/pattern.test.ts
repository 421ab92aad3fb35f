import { describe, expect, test } from "vitest";
import { cleanPath, parsePattern, PatternTree } from "../../src/http/pattern.ts";

/** Patterns as of Go's documentation of net/http; the value found is the pattern itself. */
function treeOf(...patterns: string[]): PatternTree<string> {
  const tree = new PatternTree<string>();
  for (const pattern of patterns) {
    const [method, path] = pattern.includes(" ") ? pattern.split(" ") : ["", pattern];
    tree.add(method!, parsePattern(path!), pattern);
  }
  return tree;
}

describe("of several patterns", () => {
  const tree = treeOf(
    "/",
    "GET /{path...}",
    "GET /api/health",
    "GET /api/logs/stats",
    "GET /api/logs/{id}",
    "DELETE /api/logs/{id}",
    "/items/{$}",
    "/items/{id}/",
    "/any",
    "POST /any",
    "HEAD /head",
    "GET /head",
    "GET /a/{x}/c",
    "GET /a/b/{y}",
    "GET /files/{name}/{rest...}",
    "example.com/hosted",
  );
  const find = (line: string, host = "") => {
    const [method, path] = line.split(" ");
    const found = tree.find(method!, host, path!);
    return found && [found.value, { ...found.params }];
  };

  test.each([
    ["GET /api/health", ["GET /api/health", {}]],
    ["HEAD /api/health", ["GET /api/health", {}]],
    ["POST /api/health", ["/", {}]],
    ["GET /api/health/", ["GET /{path...}", { path: "api/health/" }]],
    ["GET /api/%68ealth", ["GET /api/health", {}]],
    ["GET /api/logs/stats", ["GET /api/logs/stats", {}]],
    ["DELETE /api/logs/stats", ["DELETE /api/logs/{id}", { id: "stats" }]],
    ["GET /api/logs/a%2fb%20c", ["GET /api/logs/{id}", { id: "a/b c" }]],
    ["GET /api/logs/%ff", ["GET /api/logs/{id}", { id: "\u{fffd}" }]],
    ["GET /items/", ["/items/{$}", {}]],
    ["GET /items/7", ["GET /{path...}", { path: "items/7" }]],
    ["POST /items/7/", ["/items/{id}/", { id: "7" }]],
    ["POST /items/7/deep/er", ["/items/{id}/", { id: "7" }]],
    ["POST /any", ["POST /any", {}]],
    ["PUT /any", ["/any", {}]],
    ["GET /any", ["/any", {}]],
    ["HEAD /head", ["HEAD /head", {}]],
    ["GET /a/b/c", ["GET /a/b/{y}", { y: "c" }]],
    ["GET /a/z/c", ["GET /a/{x}/c", { x: "z" }]],
    ["GET /files/x/a/b%2fc", ["GET /files/{name}/{rest...}", { name: "x", rest: "a/b/c" }]],
    ["GET /files/x/", ["GET /files/{name}/{rest...}", { name: "x", rest: "" }]],
    ["GET /hosted", ["GET /{path...}", { path: "hosted" }]],
    ["OPTIONS /nowhere", ["/", {}]],
  ])("%s takes the most specific", (line, expected) => {
    expect(find(line)).toEqual(expected);
  });

  test("one of the host wins over all others", () => {
    expect(find("GET /hosted", "example.com")).toEqual(["example.com/hosted", {}]);
    expect(find("GET /api/health", "example.com")).toEqual(["GET /api/health", {}]);
  });
});

test("finds nothing where no pattern fits", () => {
  expect(treeOf("GET /a").find("POST", "", "/a")).toBeUndefined();
  expect(treeOf("GET /a/{b}").find("GET", "", "/a/")).toBeUndefined();
});

test.each([
  "a",
  "/a/{}",
  "/a/{b",
  "/a/{b}c",
  "/a/{b...}/c",
  "/a/{$}/c",
  "/{a}/{a}",
  "/a//b",
  "/{1a}",
])("the pattern %s is refused", (pattern) => {
  expect(() => parsePattern(pattern)).toThrow(`route pattern "${pattern}"`);
});

test.each([
  ["GET /a/{b}", "GET /a/{c}"],
  ["/a/", "/a/{rest...}"],
  ["/a/b", "/a/b"],
])("%s and %s are one pattern twice", (first, second) => {
  expect(() => treeOf(first, second)).toThrow("is registered twice");
});

test.each([
  ["/", "/"],
  ["", "/"],
  ["/a/b", "/a/b"],
  ["/a//b", "/a/b"],
  ["//", "/"],
  ["/a/./b/", "/a/b/"],
  ["/a/../b", "/b"],
  ["/../../b", "/b"],
  ["/a/b/..", "/a"],
  ["/a/b/../", "/a/"],
  ["/a/.", "/a"],
  ["/.well-known/x", "/.well-known/x"],
  ["/a/...", "/a/..."],
  ["/%2e%2e/b", "/%2e%2e/b"],
])("the clean form of %s is %s", (path, clean) => {
  expect(cleanPath(path)).toBe(clean);
});
