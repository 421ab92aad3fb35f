import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newAuthToken, newFileToken } from "../../src/auth/tokens.ts";
import type { RecordModel } from "../../src/records/record.ts";
import { startTestServer } from "../../src/testing/index.ts";
import { type Answer, ask, errorBody, NOT_FOUND } from "../http/fixture.ts";
import { type FilesServer, gradient, startFilesServer, type StoredRecord } from "./fixture.ts";

const ROOT_ID = "_superusers";
let server: FilesServer;
let record: StoredRecord;
let names: { png: string; txt: string; svg: string; js: string; html: string };

beforeAll(async () => {
  server = await startFilesServer();
  await server.collection({
    name: "docs",
    fields: [
      { name: "files", type: "file", maxSelect: 10, thumbs: [] },
      { name: "hiddenFile", type: "file", maxSelect: 1, hidden: true },
      { name: "title", type: "text" },
    ],
  });
  record = await server.record("docs", {
    title: "x",
    files: [
      { name: "picture.png", content: await gradient(12, 6).png().toBuffer() },
      { name: "hello.txt", content: "hello world" },
      { name: "drawing.svg", content: '<svg xmlns="http://www.w3.org/2000/svg"/>' },
      { name: "code.js", content: "alert(1)" },
      { name: "page.html", content: "<!doctype html><p>" },
    ],
    hiddenFile: [{ name: "hidden.txt", content: "hidden" }],
  });
  const [png, txt, svg, js, html] = record["files"] as [string, string, string, string, string];
  names = { png, txt, svg, js, html };
});
afterAll(() => server.close());

const get = (path: string, headers: Record<string, string> = {}) =>
  ask(server, `GET ${path}`, { headers });
const fileUrl = (name: string, collection = "docs") =>
  `/api/files/${collection}/${record.id}/${name}`;
const pick = (answer: Answer, ...keys: string[]) => keys.map((key) => answer.headers[key]);

// Observed on PocketBase 0.40.4.
describe("a file", () => {
  test("is sent with the headers that keep it harmless", async () => {
    const answer = await get(fileUrl(names.txt));
    expect([answer.status, answer.body]).toEqual([200, "hello world"]);
    const {
      date: _date,
      connection: _connection,
      "last-modified": modified,
      ...headers
    } = answer.headers;
    expect(Date.now() - Date.parse(modified!)).toBeLessThan(60_000);
    expect(headers).toEqual({
      "accept-ranges": "bytes",
      "cache-control": "max-age=2592000, stale-while-revalidate=86400",
      "content-disposition": `attachment; filename="${names.txt}"`,
      "content-length": "11",
      "content-security-policy":
        "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; sandbox",
      "content-type": "text/plain; charset=utf-8",
      "cross-origin-opener-policy": "same-origin",
      vary: "Origin",
      "x-content-type-options": "nosniff",
      "x-xss-protection": "1; mode=block",
    });
  });

  test.each<[keyof typeof names, string, string]>([
    ["png", "inline", "image/png"],
    ["svg", "attachment", "image/svg+xml"],
    ["js", "attachment", "text/javascript"],
    ["html", "attachment", "text/html; charset=utf-8"],
  ])("of type %s is %s, %s", async (name, disposition, type) => {
    const answer = await get(fileUrl(names[name]));
    expect(pick(answer, "content-disposition", "content-type")).toEqual([
      `${disposition}; filename="${names[name]}"`,
      type,
    ]);
  });

  test.each([
    ["1", "attachment"],
    ["true", "attachment"],
    ["T", "attachment"],
    ["0", "inline"],
    ["x", "inline"],
    ["", "inline"],
  ])("with download=%s is sent as %s", async (value, disposition) => {
    const answer = await get(`${fileUrl(names.png)}?download=${value}`);
    expect(answer.headers["content-disposition"]).toBe(`${disposition}; filename="${names.png}"`);
  });

  test.each<[Record<string, string>, number, string, unknown[]]>([
    [
      { range: "bytes=0-4" },
      206,
      "hello",
      [
        "bytes 0-4/11",
        "text/plain; charset=utf-8",
        "max-age=2592000, stale-while-revalidate=86400",
      ],
    ],
    [
      { range: "bytes=50-60" },
      416,
      "invalid range: failed to overlap\n",
      ["bytes */11", "text/plain; charset=utf-8", undefined],
    ],
    [
      { "if-none-match": "*" },
      304,
      "",
      [undefined, undefined, "max-age=2592000, stale-while-revalidate=86400"],
    ],
    [
      { "if-match": '"x"' },
      412,
      "",
      [undefined, "text/plain; charset=utf-8", "max-age=2592000, stale-while-revalidate=86400"],
    ],
  ])("asked for with %j gives %d", async (headers, status, body, expected) => {
    const answer = await get(fileUrl(names.txt), headers);
    expect([answer.status, answer.body]).toEqual([status, body]);
    expect(pick(answer, "content-range", "content-type", "cache-control")).toEqual(expected);
    expect(answer.headers["content-disposition"]).toBe(`attachment; filename="${names.txt}"`);
  });

  test("is found by the collection's id and by its name in any case", async () => {
    for (const collection of [record.collectionId, "docs", "DOCS"]) {
      expect((await get(fileUrl(names.txt, collection))).status).toBe(200);
    }
    expect((await ask(server, `HEAD ${fileUrl(names.txt)}`)).headers["content-length"]).toBe("11");
  });

  test("of a hidden field is known to whoever knows its name", async () => {
    const stored = await server.app.findRecordById("docs", record.id);
    expect((await get(fileUrl(stored.getString("hiddenFile")))).body).toBe("hidden");
  });

  test.each([
    ["of another name", () => fileUrl("nope.txt"), NOT_FOUND],
    ["of another record", () => `/api/files/docs/nope/${names.txt}`, NOT_FOUND],
    ["outside of the record", () => fileUrl(`..%2f${names.txt}`), NOT_FOUND],
    [
      "of another collection",
      () => fileUrl(names.txt, "nope"),
      errorBody(404, "Missing or invalid collection context."),
    ],
    ["of a collection without files", () => fileUrl(names.txt, "_superusers"), NOT_FOUND],
  ])("%s is not found", async (_, path, body) => {
    const answer = await get(path());
    expect([answer.status, answer.body, answer.headers["x-frame-options"]]).toEqual([
      404,
      body,
      "SAMEORIGIN",
    ]);
  });

  test("that is gone from the storage is not found", async () => {
    const lost = await server.record("docs", { files: [{ name: "lost.txt", content: "x" }] });
    const [name] = lost["files"] as [string];
    await server.app.files.delete(`${lost.collectionId}/${lost.id}/${name}`);
    const answer = await get(`/api/files/docs/${lost.id}/${name}`);
    expect([answer.status, answer.body]).toEqual([404, NOT_FOUND]);
  });
});

describe("a protected file", () => {
  let owner: RecordModel;
  let stranger: RecordModel;
  let root: RecordModel;
  let url: string;
  let tokens: Record<string, string>;
  beforeAll(async () => {
    const { app } = server;
    const users = ["owner", "stranger"].map((name) =>
      app.newRecord("users", { email: `${name}@example.com`, password: "1234567890" }),
    );
    for (const user of users) await app.save(user);
    [owner, stranger] = users as [RecordModel, RecordModel];
    root = (await app.findFirstRecordByFilter(ROOT_ID, "email = 'root@example.com'"))!;
    await server.collection({
      name: "vault",
      viewRule: "owner = @request.auth.id && @request.context = 'protectedFile'",
      fields: [
        { name: "owner", type: "text" },
        { name: "file", type: "file", maxSelect: 1, protected: true },
      ],
    });
    const stored = await server.record("vault", {
      owner: owner.id,
      file: [{ name: "secret.txt", content: "secret" }],
    });
    url = `/api/files/vault/${stored.id}/${String(stored["file"])}`;
    tokens = {
      owner: newFileToken(owner),
      stranger: newFileToken(stranger),
      superuser: newFileToken(root),
      "auth token": newAuthToken(owner),
      garbage: "x",
    };
  });

  test.each([
    ["owner", 200],
    ["superuser", 200],
    ["stranger", 404],
    ["auth token", 404],
    ["garbage", 404],
  ])("with the %s gives %d", async (who, status) => {
    const answer = await get(`${url}?token=${tokens[who]!}`);
    expect([answer.status, answer.body]).toEqual([status, status === 200 ? "secret" : NOT_FOUND]);
  });

  test("is not given to a guest, nor by the Authorization header", async () => {
    expect((await get(url)).status).toBe(404);
    expect((await get(url, { authorization: tokens["auth token"]! })).status).toBe(404);
  });

  test("takes a superuser from elsewhere for a guest", async () => {
    const { settings } = server.app;
    server.app.settings = { ...settings, superuserIPs: ["10.0.0.1"] };
    const answer = await get(`${url}?token=${tokens["superuser"]!}`);
    server.app.settings = settings;
    expect(answer.status).toBe(404);
  });

  test("without a rule is for superusers, with an empty one for everyone", async () => {
    for (const [viewRule, guest, superuser] of [
      [null, 404, 200],
      ["", 200, 200],
    ] as const) {
      const collection = server.app.findCollection("vault").clone();
      collection.viewRule = viewRule;
      await server.app.save(collection);
      expect((await get(url)).status).toBe(guest);
      expect((await get(`${url}?token=${tokens["superuser"]!}`)).status).toBe(superuser);
    }
  });

  describe("needs a token, which", () => {
    const create = (authorization?: string) =>
      ask(server, "POST /api/files/token", authorization ? { headers: { authorization } } : {});

    test("every signed-in record gets", async () => {
      const answer = await create(tokens["auth token"]);
      const { token } = JSON.parse(answer.body) as { token: string };
      const claims = JSON.parse(
        Buffer.from(token.split(".")[1]!, "base64url").toString(),
      ) as Record<string, unknown>;
      expect([answer.status, claims["type"], claims["id"]]).toEqual([200, "file", owner.id]);
      expect(Number(claims["exp"]) - Date.now() / 1000).toBeCloseTo(180, -1);
      expect((await server.app.auth.findRecordByToken(token, ["file"]))?.id).toBe(owner.id);
    });

    test("nobody else gets", async () => {
      const answer = await create();
      expect([answer.status, answer.body]).toEqual([
        401,
        errorBody(401, "The request requires valid record authorization token."),
      ]);
    });

    test("a handler may replace", async () => {
      const id = server.app.onFileTokenRequest("users").bindFunc((event) => {
        event.token = `own for ${event.record.id}`;
        return event.next();
      });
      const answer = await create(tokens["auth token"]);
      server.app.onFileTokenRequest().unbind(id);
      expect(JSON.parse(answer.body)).toEqual({ token: `own for ${owner.id}` });
    });
  });
});

describe("a handler of downloads", () => {
  test("sees what is served, may change it and add headers", async () => {
    const seen: unknown[] = [];
    const id = server.app.onFileDownloadRequest("docs").bindFunc((event) => {
      seen.push([
        event.collection.name,
        event.record.id,
        event.fileField.name,
        event.servedName,
        event.thumbError,
      ]);
      event.servedPath = `${event.collection.id}/${event.record.id}/${names.txt}`;
      event.servedName = 'other "name".txt';
      event.setHeader("Cache-Control", "no-store");
      event.setHeader("X-Frame-Options", "DENY");
      return event.next();
    });
    const answer = await get(fileUrl(names.png));
    server.app.onFileDownloadRequest().unbind(id);
    expect(seen).toEqual([["docs", record.id, "files", names.png, undefined]]);
    expect([
      answer.body,
      ...pick(answer, "content-disposition", "cache-control", "x-frame-options"),
    ]).toEqual(["hello world", 'attachment; filename="other \\"name\\".txt"', "no-store", "DENY"]);
  });

  test("of another collection is not asked", async () => {
    const id = server.app.onFileDownloadRequest("users").bindFunc(() => undefined);
    const answer = await get(fileUrl(names.txt));
    server.app.onFileDownloadRequest().unbind(id);
    expect(answer.body).toBe("hello world");
  });

  test("may refuse", async () => {
    const id = server.app.onFileDownloadRequest().bindFunc((event) => {
      throw event.forbidden("Not today");
    });
    const answer = await get(fileUrl(names.txt));
    server.app.onFileDownloadRequest().unbind(id);
    expect([answer.status, answer.body]).toEqual([403, errorBody(403, "Not today.")]);
  });
});

describe("a view", () => {
  test("serves the files of the records behind it, through several views", async () => {
    await server.collection({
      name: "shown",
      type: "view",
      viewQuery: "select d.id, d.files as pictures from docs d",
      createRule: null,
      updateRule: null,
      deleteRule: null,
    });
    await server.collection({
      name: "shown_again",
      type: "view",
      viewQuery: "select id, pictures as again from shown",
      createRule: null,
      updateRule: null,
      deleteRule: null,
    });
    for (const view of ["shown", "shown_again"]) {
      const answer = await get(fileUrl(names.txt, view));
      expect([view, answer.status, answer.body]).toEqual([view, 200, "hello world"]);
    }
    expect((await get(fileUrl("nope.txt", "shown"))).status).toBe(404);
  });
});

test("uploads that an earlier run left behind are gone when the server starts", async () => {
  const folder = mkdtempSync(join(tmpdir(), "generatio-leftovers-"));
  const leftovers = join(folder, "pb_data", ".pb_temp_to_delete");
  mkdirSync(leftovers, { recursive: true });
  writeFileSync(join(leftovers, "upload_x"), "x");
  const restarted = await startTestServer({ dataDir: join(folder, "pb_data") });
  expect(existsSync(leftovers)).toBe(false);
  await restarted.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("what is deleted", () => {
  const folder = (stored: StoredRecord) =>
    join(server.dataDir, "storage", stored.collectionId, stored.id);
  const upload = (name: string) => ({ files: [{ name, content: name }] });

  test("takes its files with it, once that is certain", async () => {
    const stored = await server.record("docs", upload("a.txt"));
    const model = await server.app.findRecordById("docs", stored.id);
    const rolledBack = server.app.runInTransaction(async (tx) => {
      await tx.delete(model);
      expect(existsSync(folder(stored))).toBe(true);
      throw new Error("rolled back");
    });
    await expect(rolledBack).rejects.toThrow("rolled back");
    expect(readdirSync(folder(stored))).toHaveLength(2);
    await server.app.delete(await server.app.findRecordById("docs", stored.id));
    expect(existsSync(folder(stored))).toBe(false);
  });

  test("as a collection takes all of its files", async () => {
    const { id } = await server.collection({
      name: "short",
      fields: [{ name: "files", type: "file", maxSelect: 2 }],
    });
    await server.record("short", upload("a.txt"));
    expect(existsSync(join(server.dataDir, "storage", id))).toBe(true);
    await server.app.delete(server.app.findCollection("short").clone());
    expect(existsSync(join(server.dataDir, "storage", id))).toBe(false);
  });

  test("leaves files alone that it never had", async () => {
    await server.collection({ name: "plain", fields: [{ name: "t", type: "text" }] });
    const plain = server.app.newRecord("plain", { t: "x" });
    await server.app.save(plain);
    await server.app.files.put(`${plain.collection.id}/${plain.id}/kept`, Buffer.from("x"));
    await server.app.delete(plain);
    expect(await server.app.files.exists(`${plain.collection.id}/${plain.id}/kept`)).toBe(true);
  });
});
