import { randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { type BackupServer, readZip, startBackupServer, until } from "./fixture.ts";

let own: BackupServer;
beforeEach(async () => {
  own = await startBackupServer();
});
afterEach(() => own.server.close());

async function backUp(name = "a.zip"): Promise<Map<string, Buffer>> {
  await own.server.app.createBackup(name);
  return readZip(own.path(name));
}

function put(path: string, text = path): void {
  const file = join(own.server.dataDir, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, text);
}

async function addFile(title: string, text: string): Promise<{ id: string; path: string }> {
  const form = new FormData();
  form.append("title", title);
  form.append("file", new Blob([text]), "file.txt");
  const url = `${own.server.url}/api/collections/posts/records`;
  const answer = await fetch(url, { method: "POST", body: form });
  const record = (await answer.json()) as { id: string; collectionId: string; file: string };
  return { id: record.id, path: `storage/${record.collectionId}/${record.id}/${record.file}` };
}

/** Whether a folder in the one for temporary files has a file. */
function existsIn(folderPrefix: string, name: string): boolean {
  const temp = join(own.server.dataDir, ".pb_temp_to_delete");
  const folders = readdirSync(temp).filter((folder) => folder.startsWith(folderPrefix));
  return folders.some((folder) => existsSync(join(temp, folder, name)));
}

/** Titles and the names of files in a copied database. */
function rowsOf(database: Buffer): { title: string; file: string; id: string }[] {
  const path = join(mkdtempSync(join(tmpdir(), "generatio-backup-")), "data.db");
  onTestFinished(() => rmSync(join(path, ".."), { recursive: true, force: true }));
  writeFileSync(path, database);
  const copy = new Sqlite(path);
  try {
    return copy.prepare("SELECT id, title, file FROM posts ORDER BY rowid").all() as never;
  } finally {
    copy.close();
  }
}

describe("a backup", () => {
  test("holds both databases and all other files, but what is nobody's data", async () => {
    await own.addPost("one");
    const { path } = await addFile("two", "content");
    put("types.d.ts");
    put("sub/own.txt");
    put("storage/empty.txt", "");
    for (const folder of ["backups", ".notify", ".autocert_cache", "lost+found", ".pb_restore"])
      put(`${folder}/nobodys.txt`);
    put(".pb_temp_to_delete/nobodys.txt");
    const files = await backUp();
    expect([...files.keys()]).toEqual([
      "data.db",
      "auxiliary.db",
      "storage/empty.txt",
      path,
      `${path}.attrs`,
      "sub/own.txt",
      "types.d.ts",
    ]);
    expect(files.get(path)!.toString()).toBe("content");
    expect(rowsOf(files.get("data.db")!).map(({ title }) => title)).toEqual(["one", "two"]);
  });

  test("is a file with PocketBase's side-car, and takes the place of one of the same name", async () => {
    await backUp();
    await own.addPost("one");
    const files = await backUp();
    expect(rowsOf(files.get("data.db")!)).toHaveLength(1);
    expect(JSON.parse(readFileSync(`${own.path("a.zip")}.attrs`, "utf8"))).toMatchObject({
      "user.content_type": "application/zip",
      "user.metadata": { "original-filename": "a.zip" },
      md5: expect.stringMatching(/^[\w+/]{22}==$/),
    });
    expect(readdirSync(join(own.server.dataDir, ".pb_temp_to_delete"))).toEqual([]);
  });

  test("is what handlers make of it", async () => {
    put("cache/large.bin");
    put("cached.txt");
    own.server.app.onBackupCreate().bindFunc(async (event) => {
      expect(event.name).toBe("");
      expect(event.exclude).toEqual([
        "backups",
        ".pb_temp_to_delete",
        ".notify",
        ".autocert_cache",
        "lost+found",
      ]);
      event.exclude.push("cache", "auxiliary.db");
      event.name = "mine";
      await event.next();
      event.app.logger.info("made");
    });
    await own.server.app.createBackup();
    expect([...(await readZip(own.path("mine"))).keys()]).toEqual(["data.db", "cached.txt"]);
  });

  test("is made of the files that links lead to, and refuses links to folders", async () => {
    put("target.txt");
    symlinkSync("target.txt", join(own.server.dataDir, "link.txt"));
    expect((await backUp()).get("link.txt")?.toString()).toBe("target.txt");
    symlinkSync("storage", join(own.server.dataDir, "folder"));
    mkdirSync(join(own.server.dataDir, "storage"), { recursive: true });
    await expect(backUp()).rejects.toThrow("folder is a link to something that is no file");
  });

  test("is of one moment, while writes go on and are never held up", async () => {
    for (let index = 0; index < 200; index++) await own.addPost(`before ${index}`);
    const state = { isDone: false };
    let slowest = 0;
    let count = 0;
    const writing = (async () => {
      while (!state.isDone) {
        const started = performance.now();
        const pair = `pair ${count++}`;
        await own.server.app.runInTransaction(async (tx) => {
          await tx.save(tx.newRecord("posts", { title: `${pair} a` }));
          await tx.save(tx.newRecord("posts", { title: `${pair} b` }));
        });
        slowest = Math.max(slowest, performance.now() - started);
      }
    })();
    const backups: Map<string, Buffer>[] = [];
    for (const name of ["1.zip", "2.zip", "3.zip"]) backups.push(await backUp(name));
    state.isDone = true;
    await writing;
    for (const files of backups) {
      const titles = rowsOf(files.get("data.db")!).map(({ title }) => title);
      expect(titles.length).toBeGreaterThan(200);
      // Whole transactions, in the order of their commits.
      const pairs = titles.slice(200);
      expect(pairs).toEqual(
        pairs.map((_, index) => `pair ${Math.floor(index / 2)} ${index % 2 === 0 ? "a" : "b"}`),
      );
      expect(pairs.length % 2).toBe(0);
    }
    expect(slowest).toBeLessThan(2000);
  });

  test("has every file that its rows name, though they go while it is made", async () => {
    const kept = await addFile("kept", "kept");
    const deleted = await addFile("deleted", "deleted");
    // Still being packed when the files' turn would come.
    writeFileSync(join(own.server.dataDir, "large.bin"), randomBytes(40 << 20));
    const making = backUp();
    await until(() => existsIn("pb_backup_", "auxiliary.db"));
    expect(await own.ask(`DELETE /api/collections/posts/records/${deleted.id}`)).toMatchObject({
      status: 204,
    });
    expect(existsIn("pb_backup_", "auxiliary.db")).toBe(true);
    const files = await making;
    const rows = rowsOf(files.get("data.db")!).filter(({ file }) => file !== "");
    expect(rows).toHaveLength(2);
    for (const { id, file } of rows) {
      const path = [kept, deleted].find((each) => each.id === id)!.path;
      expect(path.endsWith(file)).toBe(true);
      expect([...files.keys()]).toContain(path);
    }
    // Afterwards nothing of it is left.
    const storage = readdirSync(join(own.server.dataDir, "storage"), { recursive: true });
    expect(storage.filter((name) => String(name).includes(deleted.id))).toEqual([]);
    expect(readdirSync(join(own.server.dataDir, ".pb_files_unsettled"))).toEqual([]);
  });

  test("is given up when the app ends", async () => {
    put("large.bin", "x".repeat(30 << 20));
    const making = own.server.app.createBackup("a.zip");
    making.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await own.server.app.terminate();
    await expect(making).rejects.toThrow(/before its time|terminated/);
    expect(readdirSync(own.server.dataDir)).not.toContain("backups");
  });
});
