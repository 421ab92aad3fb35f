import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../../src/testing/server.ts";

let folder: string;
let server: TestServer | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "generatio-hooks-"));
});

afterEach(async () => {
  await server?.close();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, text: string): void {
  mkdirSync(join(folder, name, ".."), { recursive: true });
  writeFileSync(join(folder, name), text);
}

/** Notes in the app's store that it was loaded. */
const NOTE = (name: string) =>
  `export default (app) => { app.store.set("order", [...(app.store.get("order") ?? []), "${name}"]); };`;

describe("extensions of a folder", () => {
  it("are files and folders with an index, loaded in name order; the rest are libraries", async () => {
    write("b.ts", NOTE("b"));
    write("a/index.ts", NOTE("a"));
    write("c.js", NOTE("c"));
    write("_library.ts", NOTE("_library"));
    write(".hidden.ts", NOTE(".hidden"));
    write("types.d.ts", "export {};");
    write("b.test.ts", NOTE("b.test"));
    write("data.json", "{}");
    write("assets/file.txt", "x");
    server = await startTestServer({ hooksDir: folder });
    expect(server.app.store.get("order")).toEqual(["a", "b", "c"]);
  });

  it("may be TypeScript and import the running engine by name from anywhere on the disk", async () => {
    write(
      "typed.ts",
      `import { type App, ApiError, App as AppClass } from "generatio";
       interface Answer { readonly same: boolean; readonly error: boolean }
       export default function typed(app: App): void {
         app.onServe().bindFunc((event) => {
           event.router.get("/same", (request) => {
             const answer: Answer = { same: app instanceof AppClass, error: new ApiError(418) instanceof Error };
             return request.json(200, answer);
           });
           event.router.get("/teapot", () => { throw new ApiError(418, "short and stout"); });
           return event.next();
         });
       }`,
    );
    server = await startTestServer({ hooksDir: folder });
    expect(await (await fetch(`${server.url}/same`)).json()).toEqual({ same: true, error: true });
    const refused = await fetch(`${server.url}/teapot`);
    expect(refused.status).toBe(418);
    expect(await refused.json()).toEqual({ data: {}, message: "Short and stout.", status: 418 });
  });

  it.each([
    [
      "throws.ts",
      "export default () => {\n\n  throw new Error('not today');\n};",
      /throws\.ts:3 could not be loaded: not today/,
    ],
    [
      "empty.ts",
      "export const nothing = 1;",
      /empty\.ts.* could not be loaded: it has no default export that is a function/,
    ],
    ["broken.ts", "export default (app) => {", /broken\.ts.* could not be loaded: /],
    [
      "missing.ts",
      'import "./nowhere.ts";\nexport default () => {};',
      /missing\.ts.* could not be loaded: .*nowhere/,
    ],
  ])(
    "stop the start, named with their line, when one is wrong: %s",
    async (name, text, message) => {
      write(name, text);
      await expect(startTestServer({ hooksDir: folder })).rejects.toThrow(message);
    },
  );
});

describe("the app's migrations", () => {
  it("run once, in name order, all or nothing", async () => {
    const make = (name: string) =>
      `import { newCollection } from "generatio";
       export const up = async (app) => { await app.save(newCollection("base", "${name}")); };
       export const down = async (app) => { await app.delete(app.findCollection("${name}")); };`;
    write("migrations/1700000002_second.ts", make("second"));
    write("migrations/1700000001_first.ts", make("first"));
    const dataDir = join(folder, "pb_data");
    server = await startTestServer({ dataDir, migrationsDir: join(folder, "migrations") });
    const names = server.app.collections.all().map(({ name }) => name);
    expect(names.slice(-2)).toEqual(["first", "second"]);
    await server.close();
    server = await startTestServer({ dataDir, migrationsDir: join(folder, "migrations") });
    expect(server.app.collections.all().map(({ name }) => name)).toEqual(names);
    await server.close();
    write("migrations/1700000003_third.ts", make("third"));
    write(
      "migrations/1700000004_fails.ts",
      "export const up = async () => { throw new Error('broken step'); };",
    );
    await expect(
      startTestServer({ dataDir, migrationsDir: join(folder, "migrations") }),
    ).rejects.toThrow(/1700000004_fails\.ts: broken step/);
    server = await startTestServer({ dataDir });
    expect(server.app.collections.all().map(({ name }) => name)).toEqual(names);
  });
});
