import { cpSync, mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { S3Access } from "../../src/files/storage/s3-client.ts";
import { S3Driver } from "../../src/files/storage/s3.ts";
import { startTestServer } from "../../src/testing/index.ts";
import { ask } from "../http/fixture.ts";
import { type FilesServer, gradient, startFilesServer } from "./fixture.ts";
import { type S3Server, startS3Server } from "./s3-server.ts";

let s3: S3Server;
let server: FilesServer;
beforeAll(async () => {
  s3 = await startS3Server();
  server = await startFilesServer();
  await server.collection({
    name: "docs",
    fields: [{ name: "files", type: "file", maxSelect: 5, thumbs: ["10x0"] }],
  });
});
afterAll(async () => {
  await server.close();
  await s3.close();
});

const setS3 = (settings: Partial<S3Access & { enabled: boolean }>, section = "s3") =>
  send("PATCH /api/settings", section === "s3" ? { s3: settings } : { backups: { s3: settings } });
const send = (route: string, body?: unknown) =>
  ask(server, route, {
    headers: { authorization: server.superuser, "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
const get = (collection: string, id: string, name: string, query = "") =>
  ask(server, `GET /api/files/${collection}/${id}/${name}${query}`);

async function keysIn(access: S3Access): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of new S3Driver(access).list("")) keys.push(key);
  return keys;
}

describe("S3 switched on by the settings", () => {
  test("takes new files without a restart, and gives them back", async () => {
    const access = await s3.bucket();
    const before = await server.record("docs", { files: [{ name: "a.txt", content: "local" }] });
    expect((await setS3({ ...access, enabled: true })).status).toBe(200);
    const png = await gradient(40, 20).png().toBuffer();
    const stored = await server.record("docs", {
      files: [
        { name: "b.txt", content: "hello world" },
        { name: "c.png", content: png },
      ],
    });
    const [text, image] = stored["files"] as [string, string];
    const folder = `${stored.collectionId}/${stored.id}`;
    expect(await keysIn(access)).toEqual([`${folder}/${text}`, `${folder}/${image}`]);
    expect(readdirSync(join(server.dataDir, "storage", stored.collectionId))).toEqual([before.id]);

    const whole = await get("docs", stored.id, text);
    expect([whole.status, whole.body, whole.headers["content-type"]]).toEqual([
      200,
      "hello world",
      "text/plain; charset=utf-8",
    ]);
    const part = await ask(server, `GET /api/files/docs/${stored.id}/${text}`, {
      headers: { range: "bytes=6-8" },
    });
    expect([part.status, part.body, part.headers["content-range"]]).toEqual([
      206,
      "wor",
      "bytes 6-8/11",
    ]);

    const thumb = await get("docs", stored.id, image, "?thumb=10x0");
    expect((await sharp(thumb.bytes).metadata()).width).toBe(10);
    expect(await keysIn(access)).toContain(`${folder}/thumbs_${image}/10x0_${image}`);

    await ask(server, `PATCH /api/collections/docs/records/${stored.id}`, {
      headers: { authorization: server.superuser, "content-type": "application/json" },
      body: JSON.stringify({ "files-": [image] }),
    });
    expect(await keysIn(access)).toEqual([`${folder}/${text}`]);
    await server.app.delete(await server.app.findRecordById("docs", stored.id));
    expect(await keysIn(access)).toEqual([]);

    await setS3({ enabled: false });
    const name = (before["files"] as string[])[0]!;
    expect((await get("docs", before.id, name)).body).toBe("local");
  });

  test("refuses uploads it cannot store with nothing of why, and keeps serving", async () => {
    server.app.logger.error = () => undefined;
    await setS3({ ...(await s3.bucket()), bucket: "nope", enabled: true });
    await expect(
      server.record("docs", { files: [{ name: "a.txt", content: "x" }] }),
    ).rejects.toThrow('{"data":{},"message":"Failed to create record.","status":400}');
    await setS3({ enabled: false });
    expect((await send("GET /api/collections/docs/records")).status).toBe(200);
  });

  test("are saved with an address that is none, as in PocketBase, and nothing is stored", async () => {
    const wrong = { endpoint: "http://127.0.0.1:9", bucket: "files", region: "eu" };
    const saved = await setS3({ ...wrong, accessKey: "a", secret: "b", enabled: true });
    expect(saved.status).toBe(200);
    const upload = server.record("docs", { files: [{ name: "a.txt", content: "x" }] });
    await expect(upload).rejects.toThrow("Failed to create record.");
    await setS3({ enabled: false });
  });

  test("with an address that is none do not keep a server from starting", async () => {
    const own = await startTestServer();
    const { dataDir } = own;
    const access = { endpoint: "http://127.0.0.1:9", bucket: "files", region: "eu" };
    const s3 = { ...access, accessKey: "a", secret: "b", enabled: true };
    const saved = await fetch(`${own.url}/api/settings`, {
      method: "PATCH",
      headers: {
        Authorization: await own.superuserToken(),
        "Content-Type": "application/json",
      },
      body: JSON.stringify({ s3 }),
    });
    expect(saved.status).toBe(200);
    const copy = join(mkdtempSync(join(tmpdir(), "wrong-s3-")), "pb_data");
    cpSync(dataDir, copy, { recursive: true });
    await own.close();
    const next = await startTestServer({ dataDir: copy });
    expect((await fetch(`${next.url}/api/health`)).status).toBe(200);
    await next.close();
  });

  test("leaves a storage that an extension has chosen alone when other settings change", async () => {
    const chosen = new S3Driver(await s3.bucket());
    server.app.files.use(chosen);
    await send("PATCH /api/settings", { meta: { appName: "Other" } });
    expect(server.app.files.driver).toBe(chosen);
    server.app.files.use(server.app.files.local);
  });
});

// Statuses, messages and codes as PocketBase 0.40.4 answers them.
describe("the test of S3 settings", () => {
  const tryS3 = (filesystem?: string) =>
    send("POST /api/settings/test/s3", filesystem === undefined ? {} : { filesystem });

  test.each<[string | undefined, string, string]>([
    [undefined, "validation_required", "Cannot be blank."],
    ["other", "validation_in_invalid", "Must be a valid value."],
  ])("refuses the name %j", async (name, code, message) => {
    const answer = await tryS3(name);
    expect([answer.status, JSON.parse(answer.body)]).toEqual([
      400,
      {
        data: { filesystem: { code, message } },
        message: "Failed to test the S3 filesystem.",
        status: 400,
      },
    ]);
  });

  test("is for superusers", async () => {
    const answer = await ask(server, "POST /api/settings/test/s3", {
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    expect(answer.status).toBe(401);
  });

  test.each([
    ["storage", "s3"],
    ["backups", "backups"],
  ])("of %s tells whether its bucket can be used", async (name, section) => {
    const rawError = async () =>
      (JSON.parse((await tryS3(name)).body) as { message: string }).message;
    expect(await rawError()).toBe(
      "Failed to test the S3 filesystem. Raw error: \nS3 storage filesystem is not enabled.",
    );
    const access = await s3.bucket();
    await setS3({ ...access, enabled: true }, section);
    expect((await tryS3(name)).status).toBe(204);
    expect(await keysIn(access)).toEqual([]);
    await setS3({ bucket: "nope" }, section);
    expect(await rawError()).toMatch(
      /^Failed to test the S3 filesystem. Raw error: \nfailed to upload a test file: the S3 storage answered 404 NoSuchBucket/,
    );
    await setS3({ enabled: false }, section);
  });
});
