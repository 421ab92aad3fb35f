import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { insertNote, noteIds, open, openNotes, sql, temporaryPath } from "./fixture.ts";

/** Runs SQL in another process. */
function inAnotherProcess(path: string, text: string): void {
  const program = `new (require("better-sqlite3"))(${JSON.stringify(path)}).exec(${JSON.stringify(text)})`;
  const { status, stderr } = spawnSync(process.execPath, ["-e", program], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
}

const PRAGMAS: readonly [name: string, value: unknown][] = [
  ["journal_mode", "wal"],
  ["journal_size_limit", 200_000_000],
  ["foreign_keys", 1],
  ["temp_store", 2],
  ["cache_size", -32_000],
];

test.for(PRAGMAS)("PRAGMA %s is set as in PocketBase", async ([name, value]) => {
  const db = await open();
  expect(await db.values(sql(`PRAGMA ${name}`))).toEqual([[value]]);
  expect(await db.write((tx) => tx.values(sql(`PRAGMA ${name}`)))).toEqual([[value]]);
});

test.for([
  { role: "data", durability: "full", synchronous: 2 },
  { role: "data", durability: "normal", synchronous: 1 },
  { role: "auxiliary", durability: "full", synchronous: 1 },
] as const)("$role with durability $durability syncs at level $synchronous", async (row) => {
  const db = await open(row);
  const written = await db.write((tx) => tx.values(sql("PRAGMA synchronous")));
  expect(written).toEqual([[row.synchronous]]);
});

test("the schema table cannot be written to, whatever a statement says", async () => {
  const db = await openNotes();
  await db.run(sql("PRAGMA writable_schema = ON"));
  await expect(db.run(sql("UPDATE sqlite_master SET sql = 'x'"))).rejects.toThrow(
    "table sqlite_master may not be modified",
  );
});

test("a reading statement that writes is refused", async () => {
  const db = await openNotes();
  await expect(db.all(sql("DELETE FROM notes RETURNING id"))).rejects.toMatchObject({
    name: "DatabaseError",
    kind: "readonly",
  });
});

test("a file that is no database is refused with a sentence", async () => {
  const path = temporaryPath();
  writeFileSync(path, "a".repeat(4096));
  await expect(open({}, path)).rejects.toThrow("The file is not an SQLite database");
});

test("booleans are bound as 1 and 0, undefined as NULL, and blobs and big integers come back", async () => {
  const db = await open();
  const statement = sql(
    "SELECT ? AS yes, ? AS no, ? AS missing, ? AS bytes, ? AS big, typeof(?) AS kind",
    true,
    false,
    undefined,
    Buffer.from([0, 255]),
    9007199254740991n,
    2026n,
  );
  expect(await db.get(statement)).toEqual({
    yes: 1,
    no: 0,
    missing: null,
    bytes: Buffer.from([0, 255]),
    big: 9007199254740991,
    kind: "integer",
  });
});

test("values gives arrays in column order, also where names repeat", async () => {
  const db = await open();
  expect(await db.values(sql("SELECT 1 AS a, 2 AS a, 3 AS b"))).toEqual([[1, 2, 3]]);
});

test("a statement is prepared once and follows changes of the schema", async () => {
  const db = await openNotes();
  const select = sql("SELECT * FROM notes");
  await db.run(insertNote("a"));
  await db.all(select);
  const before = db.counters.prepares;
  await db.all(select);
  await db.values(select);
  expect(db.counters.prepares).toBe(before);
  await db.run(sql("ALTER TABLE notes ADD COLUMN extra TEXT DEFAULT 'x'"));
  await db.run(sql("ALTER TABLE notes RENAME COLUMN title TO name"));
  const row = { id: "a", name: "a", count: 0, extra: "x" };
  expect(await db.all(select)).toEqual([row]);
  expect(await db.all(select, { scan: true })).toEqual([row]);
});

test("another process that writes is noticed, once, and our own writes are not", async () => {
  let changes = 0;
  const db = await openNotes({
    onForeignChange: async () => {
      await sleep(1);
      changes++;
    },
  });
  await db.run(insertNote("ours"));
  await db.noticeForeignChange();
  expect(changes).toBe(0);
  inAnotherProcess(db.path, "INSERT INTO notes (id) VALUES ('theirs')");
  await sleep(0);
  await Promise.all([db.noticeForeignChange(), db.noticeForeignChange()]);
  await sleep(0);
  await db.noticeForeignChange();
  expect(changes).toBe(1);
  expect(await noteIds(db)).toEqual(["ours", "theirs"]);
});

test("a table changed by another process is read with its new columns", async () => {
  const db = await openNotes();
  await db.run(insertNote("a"));
  await db.all(sql("SELECT * FROM notes"));
  inAnotherProcess(db.path, "ALTER TABLE notes ADD COLUMN extra TEXT DEFAULT 'x'");
  expect(await db.get(sql("SELECT * FROM notes"))).toHaveProperty("extra", "x");
});

test("close waits for the queue, answers it, and refuses what comes after", async () => {
  const db = await openNotes();
  const writes = Array.from({ length: 20 }, (_, index) => db.run(insertNote(`n${index}`)));
  const closing = db.close();
  await expect(db.run(insertNote("late"))).rejects.toThrow("The database is closed.");
  await expect(Promise.all(writes)).resolves.toHaveLength(20);
  await closing;
  await expect(db.all(sql("SELECT 1"))).rejects.toThrow("The database is closed.");
  const again = await open({}, db.path);
  expect(await noteIds(again)).toHaveLength(20);
});

test("maintenance runs outside of any transaction", async () => {
  const db = await openNotes();
  await Promise.all([db.run(insertNote("a")), db.vacuum(), db.run(insertNote("b")), db.optimize()]);
  await db.checkpoint();
  expect(await noteIds(db)).toEqual(["a", "b"]);
});

test("a cached read adds no turn of the event loop", async () => {
  const db = await openNotes();
  let turns = 0;
  const immediate = setImmediate(() => turns++);
  for (let index = 0; index < 10; index++) await db.get(sql("SELECT 1"));
  expect(turns).toBe(0);
  clearImmediate(immediate);
});
