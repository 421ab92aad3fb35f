import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startFixture, type Fixture } from "./records/fixture.ts";
import { startTestServer } from "../src/testing/server.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

/** The code blocks of one language, in order. */
function blocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, "gm"))].map(
    (match) => match[1]!,
  );
}

describe("the hook of the README", () => {
  let folder: string;
  let fixture: Fixture;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "generatio-readme-"));
    writeFileSync(join(folder, "posts.ts"), blocks("ts")[0]!);
    fixture = await startFixture({ hooksDir: folder });
    const create = /-d '(\{\s*"name": "posts"[\s\S]*?)'\n```/.exec(readme)![1]!;
    await fixture.root.collections.create(JSON.parse(create) as object);
  });

  afterAll(async () => {
    await fixture.server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("trims titles and refuses spam", async () => {
    const user = await fixture.signUp("ada");
    expect(
      await user.collection("posts").create({ title: "  Hello  ", tags: ["a"] }),
    ).toMatchObject({ title: "Hello" });
    await expect(user.collection("posts").create({ title: "Spam!" })).rejects.toMatchObject({
      status: 400,
      response: { message: "No spam, please." },
    });
  });

  it("adds a route and a cron", async () => {
    expect(await (await fetch(`${fixture.server.url}/hello/ada`)).json()).toEqual({ hello: "ada" });
    expect(fixture.server.app.crons.find("count-posts")?.expression).toBe("0 * * * *");
  });
});

describe("the README", () => {
  it("names every dependency with a reason", () => {
    const manifest = JSON.parse(
      readFileSync(new URL("../package.json", import.meta.url), "utf8"),
    ) as {
      dependencies: Record<string, string>;
    };
    const table = readme.slice(readme.indexOf("## Dependencies"));
    for (const name of Object.keys(manifest.dependencies))
      expect(table).toMatch(new RegExp(`^\\| ${name} \\| \\S`, "m"));
  });

  it("shows a tour whose SDK part works", async () => {
    const server = await startTestServer();
    const token = await server.superuserToken();
    const create = /-d '(\{\s*"name": "posts"[\s\S]*?)'\n```/.exec(readme)![1]!;
    await fetch(`${server.url}/api/collections`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: token },
      body: create,
    });
    const lines: unknown[] = [];
    const code = blocks("js")[0]!
      .replace(/^import PocketBase.*$/m, "")
      .replace("http://127.0.0.1:8090", server.url)
      .replace("console.log", "print");
    const { default: PocketBase } = await import("pocketbase");
    const run = new Function("PocketBase", "print", `return (async () => {${code}})();`) as (
      client: unknown,
      print: (line: unknown) => void,
    ) => Promise<void>;
    await run(PocketBase, (line) => lines.push(line));
    expect(lines).toEqual(["Hello"]);
    await server.close();
  });
});
