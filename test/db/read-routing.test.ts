import { describe, expect, test } from "vitest";
import type { DatabaseFile, DatabaseOptions } from "../../src/db/open.ts";
import { open, sql } from "./fixture.ts";

/** `big` has 20,000 rows, `small` 100. */
async function openTables(options: Partial<DatabaseOptions> = {}): Promise<DatabaseFile> {
  const db = await open(options);
  for (const [table, rows] of [
    ["big", 20_000],
    ["small", 100],
  ] as const) {
    await db.run(sql(`CREATE TABLE ${table} (id TEXT PRIMARY KEY, title TEXT, owner TEXT)`));
    await db.run(sql(`CREATE INDEX ${table}_owner ON ${table} (owner)`));
    await db.run(
      sql(
        `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT ?)
         INSERT INTO ${table} (id, title, owner) SELECT 'id' || i, 'title ' || i, 'id' || (i % 50) FROM n`,
        rows,
      ),
    );
  }
  await db.run(sql("CREATE VIEW pairs AS SELECT a.id, b.title FROM big a, big b"));
  await db.run(
    sql(
      "CREATE VIEW endless AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n",
    ),
  );
  return db;
}

describe("a read runs in this process from the first time on", () => {
  test.for([
    ["a look-up by key", "SELECT * FROM big WHERE id = 'id7'"],
    [
      "a look-up of a list of keys",
      "SELECT * FROM big WHERE id IN (SELECT value FROM json_each('[\"id1\"]'))",
    ],
    ["an index", "SELECT * FROM big WHERE owner = 'id7' LIMIT 30"],
    ["a small scan", "SELECT * FROM small WHERE title LIKE '%7%'"],
    ["one scan of a table of thousands", "SELECT count(*) FROM big WHERE title LIKE '%7%'"],
    ["a join by key", "SELECT * FROM small s JOIN big b ON b.id = s.owner"],
    ["no table", "SELECT 1"],
    ["a pragma", "PRAGMA foreign_keys"],
  ])("%s", async ([, text]) => {
    const db = await openTables();
    await db.all(sql(text!));
    expect(db.counters).toMatchObject({ scans: 0, readerProcesses: 0 });
  });
});

describe("a read goes to a reader process from the first time on", () => {
  test.for([
    ["pairs of rows", "SELECT count(*) FROM small a, big b WHERE a.title = b.title"],
    ["a view over pairs", "SELECT id FROM pairs WHERE title = 'title 1' LIMIT 1"],
    [
      "a scan within a scan",
      "SELECT * FROM big a WHERE EXISTS (SELECT 1 FROM small b WHERE b.title = a.title)",
    ],
    ["a recursion", "SELECT i FROM endless LIMIT 1"],
  ])("%s", async ([, text]) => {
    const db = await openTables();
    await db.all(sql(text!));
    expect(db.counters.scans).toBe(1);
  });
});

test("a read without an end is ended by the timeout although nobody asked for a scan", async () => {
  const db = await openTables({ queryTimeoutMs: 300 });
  await expect(db.get(sql("SELECT max(i) FROM endless"))).rejects.toThrow("took longer than 0.3 s");
});

test("a heavy read that proves quick comes back, one that may never end does not", async () => {
  const db = await openTables();
  const quick = sql("SELECT a.id FROM small a, big b LIMIT 1");
  const endless = sql("SELECT i FROM endless LIMIT 1");
  for (let index = 0; index < 3; index++) await db.all(quick);
  expect(db.counters.scans).toBe(1);
  for (let index = 0; index < 3; index++) await db.all(endless);
  expect(db.counters.scans).toBe(4);
});
