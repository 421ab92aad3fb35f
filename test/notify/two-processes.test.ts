import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../../src/testing/server.ts";

// Two servers in one process stand for two processes: they share nothing but the folder.
let folder: string;
let first: TestServer;
let second: TestServer;
let token: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "generatio-two-"));
  first = await startTestServer({ dataDir: join(folder, "pb_data") });
  second = await startTestServer({ dataDir: join(folder, "pb_data") });
  token = await first.superuserToken();
});

afterEach(async () => {
  await first.close();
  await second.close();
  rmSync(folder, { recursive: true, force: true });
});

async function ask(server: TestServer, method: string, path: string, body?: unknown) {
  const response = await fetch(server.url + path, {
    method,
    headers: { "content-type": "application/json", authorization: token },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: (text === "" ? {} : JSON.parse(text)) as Record<string, unknown>,
  };
}

const TITLE = { name: "title", type: "text" };

describe("two servers on one folder", () => {
  it("see each other's collections and records at once", async () => {
    await ask(first, "POST", "/api/collections", { name: "posts", type: "base", fields: [TITLE] });
    const made = await ask(second, "POST", "/api/collections/posts/records", {
      title: "from the second",
    });
    expect(made.status).toBe(200);
    const read = await ask(
      first,
      "GET",
      `/api/collections/posts/records/${String(made.body["id"])}`,
    );
    expect(read.body).toMatchObject({ title: "from the second" });
    await ask(second, "PATCH", "/api/collections/posts", { name: "articles" });
    expect((await ask(first, "GET", "/api/collections/articles/records")).status).toBe(200);
    expect((await ask(first, "GET", "/api/collections/posts/records")).status).toBe(404);
  });

  it("do not read settings again that nobody has written", async () => {
    let reloads = 0;
    first.app.onSettingsReload().bindFunc((event) => {
      reloads++;
      return event.next();
    });
    await ask(second, "POST", "/api/collections", { name: "posts", type: "base", fields: [TITLE] });
    expect((await ask(first, "GET", "/api/collections/posts")).status).toBe(200);
    expect(reloads).toBe(0);
  });

  it("see each other's settings", async () => {
    await ask(first, "PATCH", "/api/settings", { meta: { appName: "Changed" } });
    expect((await ask(second, "GET", "/api/settings")).body).toMatchObject({
      meta: { appName: "Changed" },
    });
  });

  it("stop accepting a token that the other one has ended", async () => {
    expect((await ask(second, "GET", "/api/collections")).status).toBe(200);
    const [root] = await first.app.findRecordsByFilter("_superusers", "email = 'root@example.com'");
    root!.set("password", "0987654321");
    await first.app.save(root!);
    expect((await ask(second, "GET", "/api/collections")).status).toBe(401);
  });

  it("leave nothing in the folder for notices", async () => {
    await ask(first, "POST", "/api/collections", { name: "posts", type: "base", fields: [TITLE] });
    expect(readdirSync(join(folder, "pb_data", ".notify"))).toEqual([]);
  });

  it("read rows that another program wrote", async () => {
    await ask(first, "POST", "/api/collections", { name: "posts", type: "base", fields: [TITLE] });
    const other = new Sqlite(join(folder, "pb_data", "data.db"));
    other.prepare("INSERT INTO posts (id, title) VALUES ('aaaaaaaaaaaaaaa', 'by hand')").run();
    other.close();
    expect(
      (await ask(first, "GET", "/api/collections/posts/records/aaaaaaaaaaaaaaa")).body,
    ).toMatchObject({
      title: "by hand",
    });
  });
});
