import { expect, test } from "vitest";
import { collectionSnippets } from "../../../../src/ui/admin/records/api-preview/snippets.ts";

const BASE = { baseUrl: "http://127.0.0.1:8090", name: "posts", fileSample: "FILE" } as const;

function snippetsOf(type: "base" | "auth" | "view", body: Record<string, unknown> = {}) {
  return collectionSnippets({ ...BASE, type, body });
}

test.for([
  ["view", ["list", "view"]],
  ["base", ["list", "view", "create", "update", "delete", "realtime", "batch"]],
] as const)("a %s collection offers %j", ([type, ids]) => {
  expect(snippetsOf(type).map(({ id }) => id)).toEqual(ids);
});

test("an auth collection offers the ways to sign in too", () => {
  const paths = snippetsOf("auth").map(({ method, path }) => `${method} ${path}`);
  expect(paths).toContain("GET /api/collections/posts/auth-methods");
  expect(paths).toContain("POST /api/collections/posts/auth-with-password");
  expect(paths).toContain("POST /api/collections/posts/confirm-email-change");
  expect(paths).toHaveLength(19);
});

test("a body is one of JSON, quoted for a shell", () => {
  const create = snippetsOf("base", { title: "it's" }).find(({ id }) => id === "create")!;
  expect(create.curl).toBe(
    [
      "curl -X POST 'http://127.0.0.1:8090/api/collections/posts/records' \\",
      "  -H 'Authorization: TOKEN' \\",
      "  -H 'Content-Type: application/json' \\",
      String.raw`  -d '{"title":"it'\''s"}'`,
    ].join("\n"),
  );
  expect(create.js).toContain(`  title: "it's",`);
});

test("a body with files is a form with the rest as JSON", () => {
  const create = snippetsOf("base", { title: "a", cover: "FILE" }).find(
    ({ id }) => id === "create",
  )!;
  expect(create.curl).toContain(`-F '@jsonPayload={"title":"a"}'`);
  expect(create.curl).toContain("-F 'cover=@/path/to/file'");
  expect(create.js).toContain(`cover: new File(["…"], "name.txt"),`);
});
