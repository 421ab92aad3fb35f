import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, type PrivateTable } from "generatio";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let folder: string;
let app: App;
let table: PrivateTable;

const DEFINITION = {
  columns: { account: "text", amount: "positive", day: "text" },
  unique: [["account", "day"]],
  indexes: [["day"]],
} as const;

async function open(): Promise<void> {
  app = new App({ dataDir: folder });
  table = app.privateTables.define("points", DEFINITION);
  await app.bootstrap();
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "generatio-private-"));
  await open();
});
afterEach(async () => {
  await app.terminate();
  rmSync(folder, { recursive: true });
});

const insert = (account: string, amount: number, day: string, within: App = app) =>
  table.insert(within, { account, amount, day });
const run = (sql: string) => app.db.run({ sql, parameters: [] });
const tableNames = async () =>
  (await app.query<{ name: string }>({ sql: "SELECT name FROM sqlite_schema", parameters: [] }))
    .map(({ name }) => name)
    .filter((name) => name.includes("_xPoints"));

describe("a private table", () => {
  it("is not in the folder before its first row", async () => {
    expect(await table.find(app, {})).toEqual([]);
    expect(await table.sum(app, "amount", {})).toBe(0);
    expect(await tableNames()).toEqual([]);
    await insert("a", 1, "d1");
    expect(await tableNames()).toContain("_xPoints");
    expect(app.collections.find("_xPoints")).toBeUndefined();
  });

  it("finds and sums by values and ranges", async () => {
    await insert("a", 1, "d1");
    await insert("b", 20, "d2");
    await insert("a", 300, "d3");
    expect(await table.find(app, { account: "a" })).toEqual([
      { position: 1, account: "a", amount: 1, day: "d1" },
      { position: 3, account: "a", amount: 300, day: "d3" },
    ]);
    const newest = await table.find(app, {}, { limit: 1, isNewestFirst: true });
    expect(newest.map(({ day }) => day)).toEqual(["d3"]);
    expect(await table.sum(app, "amount", { day: { from: "d2" } })).toBe(320);
    expect(await table.sum(app, "amount", { day: { from: "d1", to: "d2" } })).toBe(21);
    expect(await table.sum(app, "amount", { account: "c" })).toBe(0);
  });

  it.for([
    "UPDATE _xPoints SET amount = 2",
    "DELETE FROM _xPoints",
    "REPLACE INTO _xPoints (position, account, amount, day) VALUES (1, 'b', 9, 'd9')",
    "INSERT OR REPLACE INTO _xPoints (account, amount, day) VALUES ('a', 9, 'd1')",
  ])("refuses %s, whoever asks", async (sql) => {
    await insert("a", 1, "d1");
    await expect(run(sql)).rejects.toThrow("rows of _xPoints are only ever added");
    expect(await table.sum(app, "amount", {})).toBe(1);
  });

  it("refuses a row that is there, an amount that is none, and unknown columns", async () => {
    await insert("a", 1, "d1");
    await expect(insert("a", 5, "d1")).rejects.toThrow("this one is there");
    await expect(insert("a", 0, "d2")).rejects.toThrow("CHECK");
    await expect(insert("a", -1, "d2")).rejects.toThrow("CHECK");
    await expect(table.insert(app, { account: "a", amount: 1 })).rejects.toThrow("has no value");
    await expect(
      table.insert(app, { account: "a", amount: 1, day: "d2", "x) --": 1 }),
    ).rejects.toThrow("no column");
    await expect(table.find(app, { "account` = 'a' --": "x" })).rejects.toThrow("no column");
    await expect(table.sum(app, "nothing", {})).rejects.toThrow("no column");
    expect(await table.find(app, {})).toHaveLength(1);
  });

  it("belongs to the transaction it is used in", async () => {
    const failing = app.runInTransaction(async (tx) => {
      await insert("a", 1, "d1", tx);
      expect(await table.sum(tx, "amount", {})).toBe(1);
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(await table.find(app, {})).toEqual([]);
    await app.runInTransaction((tx) => insert("b", 2, "d1", tx));
    await insert("c", 3, "d1");
    expect(await table.sum(app, "amount", {})).toBe(5);
  });

  it("is there after a restart", async () => {
    await insert("a", 1, "d1");
    await app.terminate();
    await open();
    await insert("b", 2, "d1");
    expect(await table.sum(app, "amount", {})).toBe(3);
  });
});

describe("a definition", () => {
  it.for(["Points", "x y", "a-b", "", "1a"])("of the name %j is refused", (name) => {
    expect(() => app.privateTables.define(name, DEFINITION)).toThrow("no name");
  });

  it("is made once", () => {
    expect(() => app.privateTables.define("points", DEFINITION)).toThrow("defined already");
  });
});
