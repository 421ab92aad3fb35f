import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { App } from "../../src/app.ts";
import { decodeCollection } from "../../src/collections/scaffold.ts";
import { syncMigrationHistory } from "../../src/db/migrations/index.ts";
import { lastApplied, type Migration, runMigrations } from "../../src/db/migrations/runner.ts";
import { type Fixture, startApp } from "../collections/fixture.ts";
import { sql } from "./fixture.ts";
import { MIGRATIONS } from "./fresh-folder.ts";

let fixture: Fixture;
let app: App;
let log: string[];

beforeEach(async () => {
  fixture = await startApp();
  ({ app } = fixture);
  log = [];
});
afterEach(() => fixture.close());

function step(file: string, up?: (tx: App) => Promise<void>): Migration<App> {
  return {
    file,
    up: async (tx) => {
      log.push(`up ${file}`);
      await up?.(tx);
    },
    down: async () => void log.push(`down ${file}`),
  };
}

async function recorded(): Promise<string[]> {
  const rows = await app.db.all<{ file: string }>(
    sql("SELECT file FROM _migrations WHERE file LIKE '%.ts' ORDER BY applied"),
  );
  return rows.map(({ file }) => file);
}

describe("upwards", () => {
  test("steps run in order of their names, once", async () => {
    const list = [step("2_b.ts"), step("1_a.ts"), step("3_c.ts")];
    expect(await runMigrations(app, list)).toEqual(["1_a.ts", "2_b.ts", "3_c.ts"]);
    expect(await runMigrations(app, [...list, step("0_late.ts")])).toEqual(["0_late.ts"]);
    expect(log).toEqual(["up 1_a.ts", "up 2_b.ts", "up 3_c.ts", "up 0_late.ts"]);
    expect(await recorded()).toEqual(["1_a.ts", "2_b.ts", "3_c.ts", "0_late.ts"]);
  });

  test("a step that fails takes all of its run back, collections too", async () => {
    const create = step("1_a.ts", async (tx) => {
      await tx.save(decodeCollection({ name: "posts" }));
      await tx.save(tx.newRecord("posts"));
    });
    const fail = step("2_b.ts", async () => {
      throw new Error("no");
    });
    await expect(runMigrations(app, [create, fail])).rejects.toThrow(
      "failed to apply migration 2_b.ts: no",
    );
    expect(await recorded()).toEqual([]);
    expect(app.collections.find("posts")).toBeUndefined();
    expect(await runMigrations(app, [create])).toEqual(["1_a.ts"]);
    expect(app.collections.find("posts")).toBeDefined();
  });

  test("a step may ask to run again", async () => {
    let isNeeded = false;
    const again: Migration<App> = { ...step("1_a.ts"), mustReapply: async () => isNeeded };
    await runMigrations(app, [again]);
    expect(await runMigrations(app, [again])).toEqual([]);
    isNeeded = true;
    expect(await runMigrations(app, [again])).toEqual(["1_a.ts"]);
    expect(await recorded()).toEqual(["1_a.ts"]);
  });

  test("a step without a function is recorded", async () => {
    expect(await runMigrations(app, [{ file: "1_a.ts" }])).toEqual(["1_a.ts"]);
  });
});

describe("downwards", () => {
  const list = () => [step("1_a.ts"), step("2_b.ts"), step("3_c.ts")];

  test("the last steps are taken back, newest first", async () => {
    await runMigrations(app, list());
    log = [];
    expect(await runMigrations(app, list(), { direction: "down", count: 2 })).toEqual([
      "3_c.ts",
      "2_b.ts",
    ]);
    expect(log).toEqual(["down 3_c.ts", "down 2_b.ts"]);
    expect(await recorded()).toEqual(["1_a.ts"]);
    expect(await runMigrations(app, list(), { direction: "down", count: 5 })).toEqual(["1_a.ts"]);
  });

  test("only known steps count, also those that an old version recorded in seconds", async () => {
    await app.db.run(
      sql(
        "INSERT INTO _migrations VALUES ('1_a.ts', 1700000000), ('x.ts', 1800000000000000), ('2_b.ts', 1700000000000001)",
      ),
    );
    expect(await lastApplied(app.db, list(), 5)).toEqual(["2_b.ts", "1_a.ts"]);
  });

  test("a step that fails takes the whole run back", async () => {
    const steps = list();
    await runMigrations(app, steps);
    steps[1] = { file: "2_b.ts", down: async () => Promise.reject(new Error("no")) };
    await expect(runMigrations(app, steps, { direction: "down", count: 3 })).rejects.toThrow(
      "failed to revert migration 2_b.ts: no",
    );
    expect(await recorded()).toEqual(["1_a.ts", "2_b.ts", "3_c.ts"]);
  });
});

test("the record can be cleared of what is unknown", async () => {
  await runMigrations(app, [step("1_a.ts"), step("2_b.ts")]);
  await syncMigrationHistory(app.db, [step("2_b.ts")]);
  expect(await recorded()).toEqual(["2_b.ts"]);
  await syncMigrationHistory(app.db, []);
  expect(await recorded()).toEqual([]);
  const system = await app.db.all<{ file: string }>(
    sql("SELECT file FROM _migrations ORDER BY rowid"),
  );
  expect(system.map(({ file }) => file)).toEqual(MIGRATIONS);
});
