import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Statement } from "../../src/db/database.ts";
import { insertNote, open, openNotes, sql } from "./fixture.ts";

const ENDLESS = sql(
  "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c",
);

const STATEMENTS: readonly [name: string, statement: Statement][] = [
  [
    "texts, numbers and NULL",
    sql("SELECT 'ä' || char(0) || 'b' AS t, 1.5 AS r, 42 AS i, NULL AS n"),
  ],
  ["blobs", sql("SELECT x'00ff' AS b, zeroblob(3) AS z, x'' AS e")],
  ["values bound", sql("SELECT ? AS a, ? AS b, ? AS c", 9007199254740993n, true, Buffer.from("x"))],
  ["no rows", sql("SELECT 1 AS a WHERE 0")],
  ["repeated column names", sql("SELECT 1 AS a, 2 AS a")],
  [
    "many rows",
    sql(
      "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 5000) SELECT x FROM c",
    ),
  ],
];

test.for(STATEMENTS)("a scan gives the same as an ordinary read: %s", async ([, statement]) => {
  const db = await open();
  const scan = { scan: true };
  expect(await db.all(statement, scan)).toEqual(await db.all(statement));
  expect(await db.get(statement, scan)).toEqual(await db.get(statement));
  expect(await db.values(statement, scan)).toEqual(await db.values(statement));
});

test.for([
  ["an unknown column", sql("SELECT nope FROM notes")],
  ["a syntax error", sql("SELEKT")],
  ["writing", sql("DELETE FROM notes RETURNING id")],
  ["too few values", sql("SELECT ?")],
])("a scan fails as an ordinary read does: %s", async ([, statement]) => {
  const db = await openNotes();
  const failure = await db.all(statement as Statement).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(Error);
  const { message, ...rest } = failure as Error;
  await expect(db.all(statement as Statement, { scan: true })).rejects.toMatchObject({
    message,
    ...("kind" in rest ? { kind: rest.kind } : {}),
  });
});

test("a scan sees what was committed before it", async () => {
  const db = await openNotes();
  for (const id of ["a", "b", "c"]) {
    await db.run(insertNote(id));
    const rows = await db.values(sql("SELECT max(id) FROM notes"), { scan: true });
    expect(rows).toEqual([[id]]);
  }
});

test("an endless scan is ended by the timeout while other reads and writes go on", async () => {
  const db = await openNotes({ queryTimeoutMs: 2000 });
  const scan = db.all(ENDLESS, { scan: true }).catch((error: unknown) => error);
  let reads = 0;
  const until = performance.now() + 1500;
  while (performance.now() < until) {
    const started = performance.now();
    await db.run(insertNote(`n${reads}`));
    await db.get(sql("SELECT 1"));
    reads++;
    expect(performance.now() - started).toBeLessThan(2000);
  }
  expect(reads).toBeGreaterThan(10);
  expect(await scan).toMatchObject({
    name: "QueryTimeoutError",
    kind: "timeout",
    message: "The query took longer than 2 s and was ended.",
  });
  // Starting another process may take that long too, on a busy machine.
  await expect.poll(() => db.values(sql("SELECT 1"), { scan: true })).toEqual([[1]]);
});

test("an endless query ahead of it does not use up a query's own time", async () => {
  // Long enough for the start of another process on a busy machine.
  const db = await open({ queryTimeoutMs: 6000, maxReaders: 1 });
  const results = await Promise.allSettled([
    db.all(ENDLESS, { scan: true }),
    sleep(500).then(() => db.values(sql("SELECT 1"), { scan: true })),
  ]);
  expect(results).toMatchObject([{ status: "rejected" }, { status: "fulfilled", value: [[1]] }]);
});

test("a query that waits for too long is refused", async () => {
  const db = await open({ queryTimeoutMs: 300, maxReaders: 1 });
  const results = await Promise.allSettled([
    db.all(ENDLESS, { scan: true }),
    db.all(ENDLESS, { scan: true }),
    db.all(ENDLESS, { scan: true }),
  ]);
  expect(results.map((result) => result.status)).toEqual(["rejected", "rejected", "rejected"]);
  expect(db.counters.timeouts).toBe(3);
});

test("processes are started on demand, up to the limit, and used again", async () => {
  const db = await open({ maxReaders: 2 });
  await db.all(sql("SELECT 1"));
  expect(db.counters.readerProcesses).toBe(0);
  await Promise.all(Array.from({ length: 10 }, () => db.all(sql("SELECT 1"), { scan: true })));
  await db.all(sql("SELECT 1"), { scan: true });
  expect(db.counters.readerProcesses).toBe(2);
});

test("an idle process ends and the next scan starts another", async () => {
  const db = await open({ readerIdleMs: 30, maxReaders: 1 });
  await db.all(sql("SELECT 1"), { scan: true });
  await sleep(100);
  await db.all(sql("SELECT 1"), { scan: true });
  expect(db.counters.readerProcesses).toBe(2);
});

test("inside a transaction a scan is an ordinary read of it", async () => {
  const db = await openNotes();
  await db.write(async (tx) => {
    await tx.run(insertNote("a"));
    expect(await tx.values(sql("SELECT id FROM notes"), { scan: true })).toEqual([["a"]]);
  });
  expect(db.counters.readerProcesses).toBe(0);
});

test("closing ends a running scan", async () => {
  const db = await open();
  const scan = db.all(ENDLESS, { scan: true }).catch((error: unknown) => error);
  await sleep(50);
  await db.close();
  expect(await scan).toEqual(new Error("The database was closed."));
});

test("a reader process ends when its parent was killed in the middle of a query", async () => {
  const db = await open();
  const program = `
    const { openDatabase } = await import(${JSON.stringify(new URL("../../src/db/open.ts", import.meta.url).href)});
    const db = await openDatabase(${JSON.stringify(db.path)}, { role: "data", durability: "full" });
    await db.all({ sql: "SELECT 1", parameters: [] }, { scan: true });
    void db.all(${JSON.stringify(ENDLESS)}, { scan: true });
    setTimeout(() => console.log("reading"), 50);`;
  const parent = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(parent.stdout, "data");
  const children = childrenOf(parent.pid!);
  expect(children).toHaveLength(1);
  parent.kill("SIGKILL");
  for (let tries = 0; tries < 150 && isAlive(children[0]!); tries++) await sleep(100);
  expect(isAlive(children[0]!)).toBe(false);
}, 30_000);

function childrenOf(pid: number): number[] {
  const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
  const pairs = stdout
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.filter(([, parent]) => parent === pid).map(([child]) => child!);
}

/** A zombie has ended; only nobody has asked how. */
function isAlive(pid: number): boolean {
  const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  return stdout.trim() !== "" && !stdout.trim().startsWith("Z");
}
