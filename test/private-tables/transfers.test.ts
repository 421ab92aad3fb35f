import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, type PrivateTable } from "generatio";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const COLUMNS = {
  columns: { giver: "text", taker: "text", coins: "positive", metal: "text" },
  indexes: [["giver"], ["taker"]],
} as const;
const TRANSFERS = {
  from: "giver",
  to: "taker",
  amount: "coins",
  unit: "metal",
  covered: ["purse/", "box'"],
} as const;

let folder: string;
let app: App;
let table: PrivateTable;

async function open(definition: object = { transfers: TRANSFERS }): Promise<void> {
  app = new App({ dataDir: folder });
  table = app.privateTables.define("coins", { ...COLUMNS, ...definition });
  await app.bootstrap();
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "generatio-transfers-"));
  await open();
});
afterEach(async () => {
  await app.terminate();
  rmSync(folder, { recursive: true });
});

const move = (giver: string, taker: string, coins: number, metal = "gold", within: App = app) =>
  table.insert(within, { giver, taker, coins, metal });
const balance = (account: string, metal = "gold") => table.balance(app, account, metal);
const run = (sql: string) => app.db.run({ sql, parameters: [] });

describe("balances", () => {
  it("follow every row, by account and unit, and add up to zero", async () => {
    expect(await balance("purse/ann")).toBe(0);
    await move("mint", "purse/ann", 10);
    await move("purse/ann", "purse/bob", 3);
    await move("mint", "purse/bob", 5, "silver");
    expect(await balance("mint")).toBe(-10);
    expect(await balance("purse/ann")).toBe(7);
    expect([await balance("purse/bob"), await balance("purse/bob", "silver")]).toEqual([3, 5]);
    expect(await balance("purse/eve")).toBe(0);
    const sums = await app.query<{ sum: number }>({
      sql: "SELECT sum(balance) AS sum FROM _xCoinsBalances GROUP BY unit",
      parameters: [],
    });
    expect(sums).toEqual([{ sum: 0 }, { sum: 0 }]);
  });

  it("belong to the transaction of their row", async () => {
    await move("mint", "purse/ann", 10);
    const failing = app.runInTransaction(async (tx) => {
      await move("purse/ann", "purse/bob", 4, "gold", tx);
      expect(await table.balance(tx, "purse/ann", "gold")).toBe(6);
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect([await balance("purse/ann"), await balance("purse/bob")]).toEqual([10, 0]);
  });

  it.for(["purse/ann", "box's"])("of %s cannot fall below zero", async (account) => {
    await move("mint", account, 3);
    await expect(move(account, "shop", 4)).rejects.toThrow("would fall below zero");
    await expect(move(account, "shop", 1, "silver")).rejects.toThrow("would fall below zero");
    await move(account, "shop", 3);
    expect([await balance(account), await balance("shop")]).toEqual([0, 3]);
  });

  it("of other accounts can", async () => {
    await move("credit line", "shop", 4);
    expect(await balance("credit line")).toBe(-4);
  });

  it("that are not even are found by the beginning of their name", async () => {
    await move("mint", "purse/ann", 10);
    await move("mint", "purse/bob", 5, "silver");
    await move("mint", "purse/eve", 1);
    await move("purse/eve", "shop", 1);
    expect(await table.openAccounts(app, "purse/")).toEqual([
      { account: "purse/ann", unit: "gold", balance: 10 },
      { account: "purse/bob", unit: "silver", balance: 5 },
    ]);
    expect(await table.openAccounts(app, "purse/b")).toHaveLength(1);
    expect(await table.openAccounts(app, "nobody")).toEqual([]);
  });

  it("need two accounts", async () => {
    await expect(move("mint", "mint", 1)).rejects.toThrow("between two accounts");
  });
});

describe("nobody changes a balance by hand:", () => {
  beforeEach(async () => {
    await move("mint", "purse/ann", 10);
    await move("mint", "purse/bob", 7);
    await move("mint", "purse/bob", 5, "silver");
  });

  it.for([
    "UPDATE _xCoinsBalances SET balance = 99 WHERE account = 'purse/ann'",
    "UPDATE _xCoinsBalances SET balance = 99, position = 3 WHERE account = 'purse/ann'",
    "UPDATE _xCoinsBalances SET balance = balance + 5, position = 3 WHERE account = 'purse/ann'",
    "UPDATE _xCoinsBalances SET account = 'purse/eve' WHERE account = 'purse/ann'",
    "UPDATE _xCoinsBalances SET unit = 'copper'",
    "UPDATE _xCoinsBalances SET position = 99",
    "DELETE FROM _xCoinsBalances",
    "INSERT INTO _xCoinsBalances VALUES ('purse/eve', 'gold', 9, 1)",
    "INSERT INTO _xCoinsBalances VALUES ('purse/eve', 'gold', 0, 3)",
    "INSERT OR REPLACE INTO _xCoinsBalances VALUES ('purse/bob', 'gold', 7, 2)",
    "INSERT OR REPLACE INTO _xCoinsBalances VALUES ('purse/ann', 'gold', 0, 3)",
    "INSERT OR REPLACE INTO _xCoinsBalances VALUES ('purse/bob', 'gold', 5, 3)",
    "REPLACE INTO _xCoinsBalances VALUES ('purse/ann', 'gold', 99, 99)",
  ])("%s is refused", async (sql) => {
    const all = () =>
      app.query({ sql: "SELECT * FROM _xCoinsBalances ORDER BY account, unit", parameters: [] });
    const before = await all();
    await expect(run(sql)).rejects.toThrow(/follow its rows and nothing else|UNIQUE/);
    expect(await all()).toEqual(before);
  });
});

describe("a table that was made without balances", () => {
  beforeEach(async () => {
    await app.terminate();
    await open({});
    await move("mint", "purse/ann", 10);
    await move("purse/ann", "shop", 4);
    await move("mint", "purse/ann", 1, "silver");
    await app.terminate();
    await open();
  });

  it("has them at once, and keeps them from the next row on", async () => {
    expect([await balance("purse/ann"), await balance("mint")]).toEqual([6, -10]);
    await move("purse/ann", "shop", 1);
    expect([await balance("purse/ann"), await balance("mint")]).toEqual([5, -10]);
    expect([await balance("shop"), await balance("purse/ann", "silver")]).toEqual([5, 1]);
    await expect(move("purse/ann", "shop", 6)).rejects.toThrow("would fall below zero");
  });
});
