import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../../src/testing/index.ts";

const POLICY = /^default-src 'self'; script-src 'self'; style-src 'self';/;

let server: TestServer;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "admin-pages-"));
  const files = {
    "with-pages/pages.ts":
      'import { type AdminPage, h } from "generatio/ui";\nimport { deep } from "./deep/part.ts";\nexport const adminPages: AdminPage[] = [];\n',
    "with-pages/deep/part.ts": 'export * from "generatio/ui"; export const deep: number = 1;\n',
    "with-pages/picture.svg": "<svg/>",
    "with-pages/main.js": "one();",
    "without/main.js": "two();",
    "secret.ts": "export const secret = 1;",
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  server = await startTestServer({
    extensions: [
      (app) =>
        void app.onServe((event) => {
          for (const name of ["with-pages", "without"]) {
            event.uiExtensions.push({ name, folder: join(folder, name) });
          }
          return event.next();
        }),
    ],
  });
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

function ask(path: string): Promise<Response> {
  return fetch(server.url + path);
}

describe("our own pages", () => {
  test.for(["/_/", "/_/nope.js", "/_/assets/nope.js", "/_/extensions.json"])(
    "%s has the strict content policy",
    async (path) => {
      const { headers } = await ask(path);
      expect(headers.get("content-security-policy")).toMatch(POLICY);
      expect(headers.get("content-security-policy")).not.toMatch(/unsafe|https?:/);
    },
  );

  test("what is missing is not remembered", async () => {
    const answer = await ask("/_/assets/nope.js");
    expect([answer.status, answer.headers.get("cache-control")]).toEqual([404, "no-store"]);
  });
});

describe("pages of extensions", () => {
  test("are listed with their modules", async () => {
    expect(await (await ask("/_/extensions.json")).json()).toEqual([
      { name: "with-pages", pages: "extensions/with-pages/pages.ts" },
    ]);
  });

  test("are JavaScript for the browser, with the kit beside them", async () => {
    const answer = await ask("/_/extensions/with-pages/pages.ts");
    expect(answer.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect(answer.headers.get("cache-control")).toBe("no-cache");
    const script = await answer.text();
    expect(script).toContain('from "../../kit.js"');
    expect(script).not.toContain("AdminPage[]");
    const part = await (await ask("/_/extensions/with-pages/deep/part.ts")).text();
    expect(part).toContain('from "../../../kit.js"');
  });

  test("bring other files along", async () => {
    const answer = await ask("/_/extensions/with-pages/picture.svg");
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "image/svg+xml"]);
  });

  test.for([
    "/_/extensions/with-pages/../secret.ts",
    "/_/extensions/with-pages/%2e%2e/secret.ts",
    "/_/extensions/with-pages/..%2fsecret.ts",
    "/_/extensions/with-pages/deep",
    "/_/extensions/with-pages/nope.ts",
    "/_/extensions/nobody/pages.ts",
    "/_/extensions/with-pages/%00.ts",
  ])("%s is not there", async (path) => {
    const answer = await fetch(server.url + path, { redirect: "manual" });
    expect(await answer.text()).not.toContain("secret = 1");
    expect(answer.status).not.toBe(200);
  });
});

test("for PocketBase's own UI all main.js are one module, each in a function of its own", async () => {
  expect(await (await ask("/_/extensions.js")).text()).toBe(
    "await (async function(){\none();\n})();\nawait (async function(){\ntwo();\n})();\n",
  );
});
