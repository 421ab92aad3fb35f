import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type S3Server, startS3Server } from "../files/s3-server.ts";
import { type BackupServer, startBackupServer } from "./fixture.ts";

let own: BackupServer;
let s3: S3Server;
beforeEach(async () => {
  s3 = await startS3Server();
  own = await startBackupServer();
});
afterEach(async () => {
  await own.server.close();
  await s3.close();
});

async function useBucket(): Promise<void> {
  const { status, text } = await own.ask("PATCH /api/settings", {
    backups: { s3: { enabled: true, ...(await s3.bucket()) } },
  });
  if (status !== 200) throw new Error(text);
}

test("backups in a bucket are made, listed, sent, restored and deleted like others", async () => {
  await useBucket();
  await own.addPost("one");
  expect((await own.ask("POST /api/backups", { name: "a.zip" })).status).toBe(204);
  expect(existsSync(join(own.server.dataDir, "backups"))).toBe(false);
  expect((await own.ask("POST /api/backups", { name: "a.zip" })).json).toMatchObject({
    data: { name: { code: "validation_backup_name_exists" } },
  });
  const { json } = await own.ask("GET /api/backups");
  expect(json).toEqual([{ key: "a.zip", modified: expect.any(String), size: expect.any(Number) }]);
  const url = `${own.server.url}/api/backups/a.zip?token=${await own.fileToken()}`;
  const bytes = Buffer.from(await (await fetch(url)).arrayBuffer());
  expect(bytes.subarray(0, 2).toString()).toBe("PK");
  expect((await own.upload("b.zip", bytes)).status).toBe(204);
  await own.addPost("two");
  await own.restore("b.zip");
  expect(await own.titles()).toEqual(["one"]);
  for (const key of ["a.zip", "b.zip"])
    expect((await own.ask(`DELETE /api/backups/${key}`)).status).toBe(204);
  expect((await own.ask("GET /api/backups")).json).toEqual([]);
});

test("a bucket that cannot be reached is told to superusers", async () => {
  await useBucket();
  await s3.close();
  const list = await own.ask("GET /api/backups");
  expect([list.status, list.json]).toMatchObject([
    400,
    { message: expect.stringMatching(/^Failed to retrieve backup items\. Raw error: \n/) },
  ]);
  expect((await own.ask("POST /api/backups")).json).toMatchObject({
    data: {},
    message: "Failed to create backup.",
  });
  s3 = await startS3Server();
});
