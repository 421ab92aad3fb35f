import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Database } from "../../src/db/database.ts";
import type { SlowTransaction } from "../../src/db/writer.ts";
import { insertNote, noteIds, openNotes, sql } from "./fixture.ts";

describe("group commit", () => {
  test("writes that wait together share a commit", async () => {
    const db = await openNotes();
    const before = db.counters.commits;
    await Promise.all(Array.from({ length: 50 }, (_, index) => db.run(insertNote(`n${index}`))));
    expect(db.counters.commits - before).toBe(1);
  });

  test("a failing statement leaves its neighbours committed", async () => {
    const db = await openNotes();
    const results = await Promise.allSettled([
      db.run(insertNote("a")),
      db.run(insertNote("a")),
      db.run(insertNote("b")),
    ]);
    expect(results.map((result) => result.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(await noteIds(db)).toEqual(["a", "b"]);
  });

  test("a failing job is undone as a whole and leaves its neighbours committed", async () => {
    const db = await openNotes();
    const half = db.write(async (tx) => {
      await tx.run(insertNote("half"));
      throw new Error("changed my mind");
    });
    const results = await Promise.allSettled([
      db.run(insertNote("a")),
      half,
      db.write(async (tx) => {
        await tx.run(insertNote("b"));
        return noteIds(tx);
      }),
    ]);
    expect(results).toEqual([
      { status: "fulfilled", value: { changes: 1 } },
      { status: "rejected", reason: new Error("changed my mind") },
      { status: "fulfilled", value: ["a", "b"] },
    ]);
    expect(await noteIds(db)).toEqual(["a", "b"]);
  });

  test("a job alone that fails is undone as a whole", async () => {
    const db = await openNotes();
    const job = db.write(async (tx) => {
      await tx.run(insertNote("a"));
      await tx.run(insertNote("a"));
    });
    await expect(job).rejects.toThrow("UNIQUE constraint failed");
    expect(await noteIds(db)).toEqual([]);
  });

  test("what ends the whole transaction fails every job done in it, and those after it go on", async () => {
    const db = await openNotes();
    const results = await Promise.allSettled([
      db.run(insertNote("a")),
      db.write((tx) => tx.run(insertNote("b"))),
      db.run(sql("INSERT OR ROLLBACK INTO notes (id) VALUES ('a')")),
      db.run(insertNote("c")),
    ]);
    expect(results.map((result) => result.status)).toEqual([
      "rejected",
      "rejected",
      "rejected",
      "fulfilled",
    ]);
    expect(await noteIds(db)).toEqual(["c"]);
  });

  test("a failed job that cannot be undone alone is undone with all others", async () => {
    const db = await openNotes();
    const results = await Promise.allSettled([
      db.run(insertNote("a")),
      db.write(async (tx) => {
        await tx.run(insertNote("half"));
        await tx.run(sql("RELEASE job"));
        throw new Error("changed my mind");
      }),
    ]);
    expect(results.map((result) => result.status)).toEqual(["rejected", "rejected"]);
    expect(await noteIds(db)).toEqual([]);
  });

  test("a COMMIT that fails fails all jobs in it", async () => {
    const db = await openNotes();
    await db.run(
      sql("CREATE TABLE links (note TEXT REFERENCES notes (id) DEFERRABLE INITIALLY DEFERRED)"),
    );
    const results = await Promise.allSettled([
      db.run(insertNote("a")),
      db.run(sql("INSERT INTO links (note) VALUES ('missing')")),
    ]);
    expect(results.map((result) => result.status)).toEqual(["rejected", "rejected"]);
    expect(await noteIds(db)).toEqual([]);
    await db.run(insertNote("b"));
    expect(await noteIds(db)).toEqual(["b"]);
  });

  test("jobs run in the order in which they were queued", async () => {
    const db = await openNotes();
    await db.run(insertNote("n"));
    const append = (mark: string) =>
      sql("UPDATE notes SET title = title || ? WHERE id = 'n'", mark);
    await Promise.all([
      db.run(append("1")),
      db.write((tx) => tx.run(append("2"))),
      db.write((tx) => tx.run(append("3")), { exclusive: true }),
      db.run(append("4")),
    ]);
    expect(await db.values(sql("SELECT title FROM notes"))).toEqual([["n1234"]]);
  });

  test("is bounded: a thousand waiting writes take several commits", async () => {
    const db = await openNotes();
    const before = db.counters.commits;
    await Promise.all(Array.from({ length: 1000 }, (_, index) => db.run(insertNote(`n${index}`))));
    const commits = db.counters.commits - before;
    expect(commits).toBeGreaterThanOrEqual(4);
    expect(commits).toBeLessThan(200);
  });

  test("each answer comes after the commit that holds its row", async () => {
    const db = await openNotes();
    const seen = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        await db.run(insertNote(`n${index}`));
        return db.get(sql("SELECT id FROM notes WHERE id = ?", `n${index}`));
      }),
    );
    expect(seen.filter(Boolean)).toHaveLength(100);
  });
});

describe("transactions", () => {
  test("reads inside see its own writes, reads outside the state before", async () => {
    const db = await openNotes();
    await db.write(
      async (tx) => {
        await tx.run(insertNote("a"));
        await sleep(5);
        expect(await noteIds(tx)).toEqual(["a"]);
        expect(await noteIds(db)).toEqual([]);
      },
      { exclusive: true },
    );
    expect(await noteIds(db)).toEqual(["a"]);
  });

  test("nested jobs join it: their failure undoes nothing when it is caught", async () => {
    const db = await openNotes();
    await db.write(async (tx) => {
      await tx.run(insertNote("outer"));
      await tx
        .write(async (inner) => {
          await inner.run(insertNote("inner"));
          throw new Error("caught");
        })
        .catch(() => undefined);
    });
    expect(await noteIds(db)).toEqual(["inner", "outer"]);
  });

  test("an exclusive job has the writer for itself while it waits for something else", async () => {
    const db = await openNotes();
    let isOpen = false;
    const exclusive = db.write(
      async (tx) => {
        isOpen = true;
        await tx.run(insertNote("first"));
        await sleep(20);
        isOpen = false;
        throw new Error("undone");
      },
      { exclusive: true },
    );
    const others = Array.from({ length: 5 }, (_, index) =>
      db.write(async (tx) => {
        expect(isOpen).toBe(false);
        await tx.run(insertNote(`n${index}`));
      }),
    );
    await expect(exclusive).rejects.toThrow("undone");
    await Promise.all(others);
    expect(await noteIds(db)).toEqual(["n0", "n1", "n2", "n3", "n4"]);
  });

  test.for([
    ["a statement", (db: Database) => db.run(insertNote("x"))],
    ["a job", (db: Database) => db.write(async () => undefined)],
    ["an exclusive job", (db: Database) => db.write(async () => undefined, { exclusive: true })],
  ] as const)("%s through the outer database is refused with a sentence", async ([, write]) => {
    const db = await openNotes();
    const job = db.write(async () => {
      await sleep(1);
      await write(db);
    });
    await expect(job).rejects.toThrow(/through the outer app.*wait for this very transaction/);
    await db.run(insertNote("after"));
    expect(await noteIds(db)).toEqual(["after"]);
  });

  test("the outer database of another file may be written to", async () => {
    const db = await openNotes();
    const logs = await openNotes();
    await db.write(() => logs.run(insertNote("log")));
    expect(await noteIds(logs)).toEqual(["log"]);
  });

  test("work that was started inside and goes on after the end may write again", async () => {
    const db = await openNotes();
    let later: Promise<unknown> = Promise.resolve();
    await db.write(async () => {
      later = sleep(5).then(() => db.run(insertNote("later")));
    });
    await later;
    expect(await noteIds(db)).toEqual(["later"]);
  });

  test("a job queued by one caller does not run in the context of another", async () => {
    const db = await openNotes();
    const other = await openNotes();
    const started = Promise.withResolvers<void>();
    const outside = started.promise.then(() => other.write(() => db.run(insertNote("outside"))));
    const inside = db.write(
      async () => {
        // Starts the queue of `other` from inside; the job above joins it in the same turn.
        void other.run(insertNote("first"));
        started.resolve();
        await sleep(20);
      },
      { exclusive: true },
    );
    await Promise.all([inside, outside]);
    expect(await noteIds(db)).toEqual(["outside"]);
  });

  test("using it after its end is refused with a sentence", async () => {
    const db = await openNotes();
    const tx = await db.write(async (inner) => inner);
    await expect(tx.run(insertNote("late"))).rejects.toThrow("has already ended");
    await expect(tx.all(sql("SELECT 1"))).rejects.toThrow("has already ended");
  });

  test("one that stays open is reported, then rolled back and its later use refused", async () => {
    const slow: SlowTransaction[] = [];
    const db = await openNotes({
      warnAfterMs: 20,
      cutAfterMs: 60,
      onSlowTransaction: (report) => slow.push(report),
    });
    let late: Promise<unknown> = Promise.resolve();
    const job = db.write(
      async (tx) => {
        await tx.run(insertNote("a"));
        await sleep(100);
        late = tx.run(insertNote("b"));
        await late;
      },
      { exclusive: true },
    );
    const next = db.run(insertNote("next"));
    await expect(job).rejects.toThrow("was open for more than 0.06 s and was rolled back");
    await next;
    await sleep(60);
    await expect(late).rejects.toThrow("was rolled back");
    expect(slow).toEqual([
      { openMs: 20, wasCut: false },
      { openMs: 60, wasCut: true },
    ]);
    expect(await noteIds(db)).toEqual(["next"]);
    expect(db.counters.cuts).toBe(1);
  });

  test("a job of a group that stays open is cut alone", async () => {
    const db = await openNotes({ warnAfterMs: 10, cutAfterMs: 30 });
    const results = await Promise.allSettled([
      db.run(insertNote("a")),
      db.write(() => sleep(80)),
      db.run(insertNote("b")),
    ]);
    expect(results.map((result) => result.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(await noteIds(db)).toEqual(["a", "b"]);
  });
});

describe("other writers", () => {
  test("500 concurrent writes never see a busy database while another process writes", async () => {
    const db = await openNotes();
    const rival = startRival(db.path);
    await once(rival.stdout!, "data");
    const results = await Promise.allSettled(
      Array.from({ length: 500 }, async (_, index) => {
        await sleep(index % 50);
        return index % 2 === 0
          ? db.run(insertNote(`n${index}`))
          : db.write((tx) => tx.run(insertNote(`n${index}`)));
      }),
    );
    expect(results.filter((result) => result.status === "rejected")).toEqual([]);
    expect(db.counters.busyRetries).toBeGreaterThan(0);
  });

  test("reads go on while another process holds the write lock", async () => {
    const db = await openNotes();
    const rival = startRival(db.path);
    await once(rival.stdout!, "data");
    const write = db.run(insertNote("mine"));
    for (let index = 0; index < 20; index++) {
      const started = performance.now();
      await noteIds(db);
      expect(performance.now() - started).toBeLessThan(2000);
      await sleep(5);
    }
    await write;
  });
});

/** Another process that holds the write lock most of the time. */
function startRival(path: string): ChildProcess {
  const program = `
    const db = new (require("better-sqlite3"))(${JSON.stringify(path)}, { timeout: 10000 });
    const wait = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
    for (let i = 0; ; i++) {
      db.exec("BEGIN IMMEDIATE");
      db.prepare("INSERT INTO notes (id) VALUES (?)").run("rival" + i);
      if (i === 0) require("fs").writeSync(1, "writing");
      wait(10);
      db.exec("COMMIT");
      wait(5);
    }`;
  const rival = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void rival.kill("SIGKILL"));
  return rival;
}
