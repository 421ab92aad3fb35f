import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type BackupServer, startBackupServer } from "./fixture.ts";

let own: BackupServer;
beforeEach(async () => {
  own = await startBackupServer();
});
afterEach(() => own.server.close());

const message = (text: string, data: object = {}) => ({ data, message: text, status: 400 });
const INVALID = "An error occurred while validating the submitted data.";
const EMPTY_ZIP = Buffer.from(`PK\x05\x06${"\0".repeat(18)}`, "latin1");

function names(): string[] {
  const folder = join(own.server.dataDir, "backups");
  mkdirSync(folder, { recursive: true });
  return readdirSync(folder).toSorted();
}

describe("POST /api/backups", () => {
  test.each([
    ["!test.zip", "validation_match_invalid", "Must be in a valid format."],
    ["Test.zip", "validation_match_invalid", "Must be in a valid format."],
    ["test", "validation_match_invalid", "Must be in a valid format."],
    ["../test.zip", "validation_match_invalid", "Must be in a valid format."],
    [
      `${"x".repeat(150)}.zip`,
      "validation_length_out_of_range",
      "The length must be between 1 and 150.",
    ],
    [
      "taken.zip",
      "validation_backup_name_exists",
      "The backup file name is invalid or already exists.",
    ],
  ])("refuses the name %s", async (name, code, text) => {
    await own.upload("taken.zip", EMPTY_ZIP);
    const answer = await own.ask("POST /api/backups", { name });
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject(message(INVALID, { name: { code, message: text } }));
    expect(names()).toEqual(["taken.zip", "taken.zip.attrs"]);
  });

  test.each([{ name: 5 }, { name: ["a.zip"] }])("refuses the body %j", async (body) => {
    const answer = await own.ask("POST /api/backups", body);
    expect(answer.json).toEqual(message("An error occurred while loading the submitted data."));
  });

  test("makes up a name of the app's and the time", async () => {
    const settings = { meta: { ...own.server.app.settings.meta, appName: "My App! ünd mehr" } };
    expect((await own.ask("PATCH /api/settings", settings)).status).toBe(200);
    expect((await own.ask("POST /api/backups")).status).toBe(204);
    expect(names()).toEqual([
      expect.stringMatching(/^pb_backup_my_app_nd_mehr_20\d{12}\.zip$/),
      expect.stringMatching(/^pb_backup_my_app_nd_mehr_20\d{12}\.zip\.attrs$/),
    ]);
  });

  test("goes on while there is one already, and tells others to wait", async () => {
    const entered = Promise.withResolvers<void>();
    const leave = Promise.withResolvers<void>();
    own.server.app.onBackupCreate().bindFunc(async (event) => {
      entered.resolve();
      await leave.promise;
      await event.next();
    });
    const first = own.ask("POST /api/backups", { name: "first.zip" });
    await entered.promise;
    const wait = message(
      "Try again later - another backup/restore process has already been started.",
    );
    expect((await own.ask("POST /api/backups", { name: "x.zip" })).json).toEqual(wait);
    expect((await own.ask("POST /api/backups/first.zip/restore")).json).toEqual(wait);
    expect((await own.ask("DELETE /api/backups/first.zip")).json).toEqual(
      message("The backup is currently being used and cannot be deleted."),
    );
    await expect(own.server.app.createBackup("y.zip")).rejects.toThrow(
      "try again later - another backup/restore operation has already been started",
    );
    await expect(own.server.app.restoreBackup("y.zip")).rejects.toThrow("try again later");
    expect((await own.ask("GET /api/health")).json).toMatchObject({ data: { canBackup: false } });
    leave.resolve();
    expect((await first).status).toBe(204);
    expect((await own.ask("GET /api/health")).json).toMatchObject({ data: { canBackup: true } });
    expect(names()).toEqual(["first.zip", "first.zip.attrs"]);
  });

  test("says only that it failed, and leaves nothing behind", async () => {
    own.server.app.onBackupCreate().bindFunc(() => {
      throw new Error("the secret reason");
    });
    expect((await own.ask("POST /api/backups")).json).toEqual(message("Failed to create backup."));
    expect(names()).toEqual([]);
    expect((await own.ask("GET /api/health")).json).toMatchObject({ data: { canBackup: true } });
  });
});

describe("POST /api/backups/upload", () => {
  const taken = {
    file: {
      code: "validation_backup_name_exists",
      message: "Backup file with the specified name already exists.",
    },
  };

  test.each([
    ["x y.zip", "x y.zip"],
    ["ünï.zip", "ünï.zip"],
    ["noext", "noext"],
    ["../../e.zip", "e.zip"],
    ["sub/e.zip", "e.zip"],
  ])("keeps %s as %s", async (sent, kept) => {
    expect((await own.upload(sent, EMPTY_ZIP)).status).toBe(204);
    expect(names()).toEqual([kept, `${kept}.attrs`]);
  });

  test.each([["a.zip"], ["a.zip.attrs"], [`${"x".repeat(300)}.zip`]])(
    "refuses the name %s, which is taken or impossible",
    async (name) => {
      await own.upload("a.zip", EMPTY_ZIP);
      expect((await own.upload(name, EMPTY_ZIP)).json).toEqual(message(INVALID, taken));
    },
  );

  test("wants a zip file in the part `file`", async () => {
    const missing = { file: { code: "validation_required", message: "Cannot be blank." } };
    expect((await own.upload("a.zip", EMPTY_ZIP, "other")).json).toEqual(message(INVALID, missing));
    expect((await own.ask("POST /api/backups/upload", {})).json).toEqual(message(INVALID, missing));
    const text = await own.upload("t.zip", Buffer.from("text"));
    expect(text.json).toMatchObject(
      message(INVALID, {
        file: {
          code: "validation_invalid_mime_type",
          message: expect.stringMatching(
            /^"t\w*_\w{10}\.zip" mime type must be one of: application\/zip\.$/,
          ),
        },
      }),
    );
    expect(names()).toEqual([]);
  });

  test("takes more than other bodies may have", async () => {
    const large = Buffer.concat([EMPTY_ZIP, Buffer.alloc(33 << 20)]);
    expect((await own.upload("large.zip", large)).status).toBe(204);
  });
});

describe("GET /api/backups", () => {
  test("lists names, sizes and times in the order of the names", async () => {
    for (const name of ["b.zip", "@a.zip", "a.zip"]) await own.upload(name, EMPTY_ZIP);
    const modified = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z$/);
    expect((await own.ask("GET /api/backups")).json).toEqual([
      { modified, key: "@a.zip", size: 22 },
      { modified, key: "a.zip", size: 22 },
      { modified, key: "b.zip", size: 22 },
    ]);
  });
});

describe("GET /api/backups/{key}", () => {
  test("sends the file to the owner of a superuser's file token, in parts, too", async () => {
    await own.upload("a.zip", EMPTY_ZIP);
    const token = await own.fileToken();
    const url = `${own.server.url}/api/backups/a.zip?token=${token}`;
    const whole = await fetch(url);
    expect(Buffer.from(await whole.arrayBuffer())).toEqual(EMPTY_ZIP);
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      "content-type": "application/zip",
      "content-disposition": 'attachment; filename="a.zip"',
      "content-length": "22",
      "accept-ranges": "bytes",
      "cache-control": "max-age=2592000, stale-while-revalidate=86400",
      "content-security-policy":
        "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; sandbox",
      "x-frame-options": "SAMEORIGIN",
    });
    const part = await fetch(url, { headers: { range: "bytes=1-2" } });
    expect([part.status, await part.text()]).toEqual([206, "K\x05"]);
  });

  test.each(["missing.zip", "..%2fdata.db", "%2e%2e%2fdata.db", "sub%2fa.zip"])(
    "knows no %s",
    async (key) => {
      const token = await own.fileToken();
      expect((await own.ask(`GET /api/backups/${key}?token=${token}`)).json).toEqual({
        data: {},
        message: "The requested resource wasn't found.",
        status: 404,
      });
    },
  );
});

describe("DELETE /api/backups/{key}", () => {
  test("deletes a backup, and tells what it does not find", async () => {
    await own.upload("a.zip", EMPTY_ZIP);
    expect((await own.ask("DELETE /api/backups/a.zip")).status).toBe(204);
    expect(names()).toEqual([]);
    for (const key of ["a.zip", "..%2fdata.db", "x.attrs"]) {
      const { status, json } = await own.ask(`DELETE /api/backups/${key}`);
      expect([status, json]).toEqual([
        400,
        message(
          expect.stringMatching(/^Invalid or already deleted backup file\. Raw error: \n/) as never,
        ),
      ]);
    }
  });
});
