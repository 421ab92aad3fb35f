import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import PocketBase from "pocketbase";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { resumable, type Resumption } from "../../src/client/index.ts";
import type { App } from "../../src/index.ts";
import { TestEventSource } from "../../src/testing/event-source.ts";
import {
  type BackupServer,
  changedBackup,
  makeZip,
  readZip,
  renameIn,
  save,
  startBackupServer,
  until,
  type ZipFile,
} from "./fixture.ts";

let own: BackupServer;
let starts = 0;
/** What a handler was told of the end of the app. */
let ends: boolean[] = [];

function extension(app: App): void {
  starts++;
  app.onTerminate().bindFunc((event) => {
    ends.push(event.isRestart);
    return event.next();
  });
}

beforeEach(async () => {
  starts = 0;
  ends = [];
  own = await startBackupServer({ extensions: [extension] });
});
afterEach(() => own.server.close());

const root = () =>
  readdirSync(own.server.dataDir).filter((name) => !/-(wal|shm)$|^\.pb_temp/.test(name));

describe("a restore", () => {
  test("brings back rows, files, collections and settings, and leaves nothing of later", async () => {
    const form = new FormData();
    form.append("file", new Blob(["content"]), "file.txt");
    const url = `${own.server.url}/api/collections/posts/records`;
    const created = await fetch(url, { method: "POST", body: form });
    const { id, collectionId, file } = (await created.json()) as Record<string, string>;
    await own.server.app.createBackup("a.zip");
    await own.addPost("later");
    await own.ask(`DELETE /api/collections/posts/records/${id}`);
    await own.ask("POST /api/collections", { name: "later", type: "base" });
    await own.ask("PATCH /api/settings", { meta: { appName: "Later" } });
    await own.restore("a.zip");
    expect(await own.titles()).toEqual([""]);
    const download = await fetch(`${own.server.url}/api/files/${collectionId}/${id}/${file}`);
    expect(await download.text()).toBe("content");
    expect((await own.ask("GET /api/collections/later")).status).toBe(404);
    expect((await own.ask("GET /api/settings")).json).toMatchObject({ meta: { appName: "Acme" } });
    expect(root()).toEqual([".notify", "auxiliary.db", "backups", "data.db", "storage"]);
    const temp = join(own.server.dataDir, ".pb_temp_to_delete");
    await until(() => !existsSync(temp) || readdirSync(temp).length === 0);
  });

  test("starts extensions anew and tells the old ones", async () => {
    await own.server.app.createBackup("a.zip");
    const before = own.server.app;
    await own.restore("a.zip");
    expect([starts, ends]).toEqual([2, [true]]);
    expect(own.server.app).not.toBe(before);
    expect(before.isBootstrapped).toBe(false);
    // Once more, on what was restored.
    await own.restore("a.zip");
    expect([starts, ends]).toEqual([3, [true, true]]);
  });

  test("goes on although a handler of the end fails", async () => {
    await own.addPost("one");
    await own.server.app.createBackup("a.zip");
    await own.addPost("two");
    own.server.app.onTerminate().bindFunc(() => {
      throw new Error("no");
    });
    await own.restore("a.zip");
    expect(await own.titles()).toEqual(["one"]);
  });

  test("leaves what handlers exclude, and can be kept from happening", async () => {
    await own.server.app.createBackup("a.zip");
    save(join(own.server.dataDir, "keep.txt"), Buffer.from("kept"));
    save(join(own.server.dataDir, "leave.txt"), Buffer.from("gone"));
    own.server.app.onBackupRestore().bindFunc(async (event) => {
      expect(event.name).toBe("a.zip");
      expect(event.exclude).toEqual([
        "backups",
        ".pb_temp_to_delete",
        ".autocert_cache",
        "lost+found",
      ]);
      event.exclude.push("keep.txt");
      await event.next();
    });
    await own.restore("a.zip");
    expect(root()).toEqual([".notify", "auxiliary.db", "backups", "data.db", "keep.txt"]);
    own.server.app.onBackupRestore().bindFunc(() => undefined);
    const app = own.server.app;
    await app.restoreBackup("a.zip");
    expect(own.server.app).toBe(app);
  });

  test("of a backup that was made while files came and went leaves none that no row names", async () => {
    const app = own.server.app;
    const state = { isDone: false };
    const busy = (async () => {
      for (let index = 0; !state.isDone; index++) {
        const form = new FormData();
        form.append("title", `${index}`);
        form.append("file", new Blob([`content ${index}`]), "file.txt");
        const url = `${own.server.url}/api/collections/posts/records`;
        const created = await fetch(url, { method: "POST", body: form });
        const { id } = (await created.json()) as { id: string };
        if (index % 3 === 0) await own.ask(`DELETE /api/collections/posts/records/${id}`);
      }
    })();
    await until(async () => (await own.titles()).length > 20);
    await app.createBackup("a.zip");
    state.isDone = true;
    await busy;
    await own.restore("a.zip");
    const posts = await own.server.app.findRecordsByFilter("posts", "");
    const named = posts.map((post) => `${post.id}/${post.getString("file")}`);
    const folder = join(own.server.dataDir, "storage", posts[0]!.collection.id);
    const stored = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith(".attrs"))
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
    expect(stored.toSorted()).toEqual(named.toSorted());
    expect(readdirSync(join(own.server.dataDir, ".pb_files_unsettled"))).toEqual([]);
  });

  test("gives the change log another identity: whoever resumes is told of the gap", async () => {
    vi.stubGlobal("EventSource", TestEventSource);
    const gaps: Resumption[] = [];
    const titles: string[] = [];
    const client = resumable(new PocketBase(own.server.url), { onGap: (gap) => gaps.push(gap) });
    try {
      await client.collection("posts").subscribe("*", ({ record }) => titles.push(record["title"]));
      await own.addPost("one");
      await own.server.app.createBackup("a.zip");
      for (const title of ["two", "three", "four"]) await own.addPost(title);
      await until(() => titles.length === 4);
      await own.restore("a.zip");
      await until(() => gaps.length === 1);
      await own.addPost("two again");
      await until(() => titles.length === 5);
      expect(titles).toEqual(["one", "two", "three", "four", "two again"]);
      expect(gaps).toEqual([{ position: expect.any(Number), gap: true }]);
    } finally {
      await client.realtime.unsubscribe();
      vi.unstubAllGlobals();
    }
  });

  test("opens what PocketBase packs with its write-ahead logs", async () => {
    await own.server.app.createBackup("a.zip");
    const folder = own.server.dataDir;
    await own.addPost("only in the log");
    const files: ZipFile[] = ["data.db", "data.db-wal", "data.db-shm"].map((name) => ({
      name,
      content: readFileSync(join(folder, name)),
    }));
    save(own.path("wal.zip"), await makeZip(files));
    await own.addPost("later");
    await own.restore("wal.zip");
    expect(await own.titles()).toEqual(["only in the log"]);
  });
});

describe("a file that is no backup", () => {
  const content = "x".repeat(1000);
  const link = 0o120777;

  async function backup(): Promise<Buffer> {
    if (!existsSync(own.path("good.zip"))) await own.server.app.createBackup("good.zip");
    return readFileSync(own.path("good.zip"));
  }

  test.each<[string, string, () => Promise<Buffer> | Buffer]>([
    ["no zip file", "not recognized", () => Buffer.from("PK nothing")],
    ["an empty zip file", "data.db is missing", () => makeZip([])],
    ["without a database", "data.db is missing", () => makeZip([{ name: "x", content }])],
    ["cut short", "directory", async () => (await backup()).subarray(0, -30)],
    [
      "with a path out of the folder",
      "filename",
      async () =>
        renameIn(await makeZip([{ name: "xx/evil.txt", content }]), "xx/evil.txt", "../evil.txt"),
    ],
    [
      "with an absolute path",
      "filename",
      async () =>
        renameIn(await makeZip([{ name: "xtmp/evil", content }]), "xtmp/evil", "/tmp/evil"),
    ],
    [
      "with a path for Windows out of the folder",
      "filename",
      async () => renameIn(await makeZip([{ name: "xx/evil", content }]), "xx/evil", "..\\evil"),
    ],
    [
      "with the same file twice",
      "mbiguous",
      async () =>
        renameIn(
          await makeZip([
            { name: "data.db", content },
            { name: "data.dc", content },
          ]),
          "data.dc",
          "data.db",
        ),
    ],
    ["encrypted", "encrypted", () => makeZip([{ name: "data.db", content, password: "secret" }])],
    [
      "that claims an impossible size",
      "impossible size",
      async () => {
        const zip = await makeZip([{ name: "data.db", content }]);
        const directory = zip.indexOf("PK\x01\x02", "latin1");
        zip.writeUInt32LE(0xfffffff0, directory + 24);
        return zip;
      },
    ],
    [
      "that fills every disk",
      "of which the disk has not enough left",
      async () => {
        const names = Array.from({ length: 4000 }, (_, index) => `${index}`);
        const zip = await makeZip(["data.db", ...names].map((name) => ({ name, content: "x" })));
        // Each claims 4 GB.
        for (let at = zip.indexOf("PK\x01\x02"); at >= 0; at = zip.indexOf("PK\x01\x02", at + 4)) {
          zip.writeUInt32LE(0xfffffff0, at + 20);
          zip.writeUInt32LE(0xfffffff0, at + 24);
        }
        return zip;
      },
    ],
    [
      "of which the database is a link",
      "data.db is missing",
      () => makeZip([{ name: "data.db", content: "/etc/passwd", mode: link }]),
    ],
  ])("%s is refused, with the reason", async (_, reason, make) => {
    await backup();
    save(own.path("bad.zip"), await make());
    const { status, json } = await own.ask("POST /api/backups/bad.zip/restore");
    expect([status, json]).toEqual([
      400,
      {
        data: {
          key: { code: "validation_invalid_backup", message: expect.stringContaining(reason) },
        },
        message: "Missing or invalid backup file.",
        status: 400,
      },
    ]);
  });

  test.each<[string, string, (good: Buffer) => Promise<Buffer> | Buffer]>([
    [
      "is damaged inside",
      "Invalid CRC32",
      (good) => {
        const damaged = Buffer.from(good);
        damaged[200]! ^= 0xff;
        return damaged;
      },
    ],
    [
      "holds a damaged database",
      "data.db cannot be used",
      () =>
        changedBackup(own.path("good.zip"), (files) => files.get("data.db")!.fill(7, 4096, 60_000)),
    ],
    [
      "holds a database of something else",
      "data.db cannot be used: it has no collections",
      () => {
        const other = new Sqlite(":memory:");
        other.exec("CREATE TABLE x (y)");
        const content = other.serialize();
        other.close();
        return makeZip([{ name: "data.db", content }]);
      },
    ],
    [
      "holds no database",
      "data.db cannot be used: The file is not an SQLite database",
      () => makeZip([{ name: "data.db", content: "x".repeat(5000) }]),
    ],
  ])("that %s changes nothing", async (_, reason, make) => {
    await own.addPost("one");
    save(own.path("bad.zip"), await make(await backup()));
    const { app } = own.server;
    await expect(app.restoreBackup("bad.zip")).rejects.toThrow(reason);
    expect(own.server.app).toBe(app);
    expect(await own.titles()).toEqual(["one"]);
    expect(root()).toEqual([".notify", "auxiliary.db", "backups", "data.db"]);
    expect(readdirSync(join(own.server.dataDir, ".pb_temp_to_delete"))).toEqual([]);
    expect((await own.ask("GET /api/health")).json).toMatchObject({ data: { canBackup: true } });
  });

  test("with links and devices among its files leaves them out", async () => {
    await backup();
    const files = [...(await readZip(own.path("good.zip")))].map(([name, bytes]) => ({
      name,
      content: bytes,
    }));
    const odd: ZipFile[] = [
      { name: "link", content: "/etc/passwd", mode: link },
      { name: "storage/link", content: "..", mode: link },
      { name: "pipe", content: "", mode: 0o010644 },
      { name: "backups/evil.zip", content },
      { name: ".pb_restore/plan.json", content: "{}" },
    ];
    save(own.path("odd.zip"), await makeZip([...files, ...odd]));
    await own.restore("odd.zip");
    expect(root()).toEqual([".notify", "auxiliary.db", "backups", "data.db"]);
    expect(readdirSync(join(own.server.dataDir, "backups")).toSorted()).toEqual([
      "good.zip",
      "good.zip.attrs",
      "odd.zip",
    ]);
  });

  test("for this program leaves the data as it was, and says so", async () => {
    await own.addPost("one");
    await backup();
    const logged: string[] = [];
    const unreadable = await changedBackup(own.path("good.zip"), (files) => {
      files.set("data.db", withSettings(files.get("data.db")!, "not to be read"));
    });
    save(own.path("bad.zip"), unreadable);
    await own.restore("bad.zip");
    expect(await own.titles()).toEqual(["one"]);
    expect(root()).toEqual([".notify", "auxiliary.db", "backups", "data.db"]);
    await until(async () => {
      const { json } = await own.ask("GET /api/logs?filter=level%3D8");
      logged.push(...(json as { items: { message: string }[] }).items.map((item) => item.message));
      return logged.includes("the restored backup cannot be used, the data is as before");
    });
    await own.addPost("two");
    expect(await own.titles()).toEqual(["one", "two"]);
  });
});

test("a backup that is not there cannot be restored", async () => {
  const { status, json } = await own.ask("POST /api/backups/missing.zip/restore");
  expect([status, json]).toEqual([
    400,
    { data: {}, message: "Missing or invalid backup file.", status: 400 },
  ]);
  await expect(own.server.app.restoreBackup("missing.zip")).rejects.toThrow(
    'missing or invalid backup file "missing.zip" to restore',
  );
});

/** The same database with another text as its settings. */
function withSettings(database: Buffer, value: string): Buffer {
  const path = join(own.server.dataDir, ".pb_temp_to_delete", "other.db");
  save(path, database);
  const other = new Sqlite(path);
  other.prepare("UPDATE _params SET value = ?").run(value);
  other.pragma("journal_mode = DELETE");
  other.close();
  return readFileSync(path);
}
