import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "generatio";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Ledger, type Unit } from "../../../../hooks/generatio/spending/ledger.ts";

let folder: string;
let app: App;
let ledger: Ledger;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "generatio-ledger-"));
  app = new App({ dataDir: folder });
  ledger = new Ledger(app);
  await app.bootstrap();
});
afterEach(async () => {
  await app.terminate();
  rmSync(folder, { recursive: true });
});

const job = { userId: "u", jobId: "j", model: "m" };
const PAYER = "user/u";

const hold = (amount: number, unit: Unit = "usd_micros") =>
  ledger.hold(app, job, { unit, amount, payer: PAYER });
const settle = (taken: Partial<Record<Unit, number>>) =>
  ledger.settle(app, job, { taken: ({ unit }) => taken[unit] ?? 0, payee: "provider/p" });
const spent = (unit: Unit = "usd_micros") => ledger.spent(app, { payer: PAYER, unit });

/** `account=balance` of everyone who took part. */
async function balances(): Promise<Record<string, number>> {
  const legs = await app.query<{ account: string; balance: number }>({
    sql: `SELECT account, sum(amount) AS balance FROM (
      SELECT credit AS account, amount FROM _xLedger UNION ALL SELECT debit, -amount FROM _xLedger
    ) GROUP BY account`,
    parameters: [],
  });
  return Object.fromEntries(legs.map(({ account, balance }) => [account, balance]));
}

describe("a hold", () => {
  it.for([
    ["taken whole", 1000, { "user/u": -1000, "held/j": 0, "provider/p": 1000 }],
    ["taken in part", 400, { "user/u": -400, "held/j": 0, "provider/p": 400 }],
    ["given back", 0, { "user/u": 0, "held/j": 0 }],
    ["exceeded", 1300, { "user/u": -1300, "held/j": 0, "provider/p": 1300 }],
  ] as const)(
    "%s leaves nothing held, and all balances add up to zero",
    async ([, cost, wanted]) => {
      await hold(1000);
      expect([await spent(), await balances()]).toEqual([
        1000,
        { "user/u": -1000, "held/j": 1000 },
      ]);
      await settle({ usd_micros: cost });
      expect(await balances()).toEqual(wanted);
      expect(await spent()).toBe(cost);
      expect(Object.values(await balances()).reduce((sum, balance) => sum + balance)).toBe(0);
    },
  );

  it("is settled once, and made once", async () => {
    await hold(1000);
    await settle({ usd_micros: 300 });
    await settle({ usd_micros: 900 });
    expect(await spent()).toBe(300);
    await expect(hold(1000)).rejects.toThrow("this one is there");
    expect(await spent()).toBe(300);
  });

  it("of nothing writes nothing", async () => {
    await hold(0);
    await settle({});
    expect(
      await app.db.get({
        sql: "SELECT 1 FROM sqlite_schema WHERE name = '_xLedger'",
        parameters: [],
      }),
    ).toBeUndefined();
  });

  it("in one unit says nothing about another", async () => {
    await hold(1000);
    await hold(3, "images");
    await settle({ usd_micros: 1000, images: 2 });
    expect([await spent(), await spent("images"), await spent("credits")]).toEqual([1000, 2, 0]);
  });
});

it("counts spending since a day and for a model", async () => {
  await hold(1000);
  const query = { payer: PAYER, unit: "usd_micros" } as const;
  expect(await ledger.spent(app, { ...query, since: "2000-01-01" })).toBe(1000);
  expect(await ledger.spent(app, { ...query, since: "2999-01-01" })).toBe(0);
  expect(await ledger.spent(app, { ...query, model: "m" })).toBe(1000);
  expect(await ledger.spent(app, { ...query, model: "other" })).toBe(0);
});

describe("credits", () => {
  const CREDITS = "credits/u";
  const note = { reason: "a gift", by: "root", idempotencyKey: "" };
  const grant = (amount: number) => ledger.grant(app, { userId: "u", amount, note });
  const balance = () => ledger.balance(app, CREDITS, "credits");
  const take = (amount: number) =>
    ledger.hold(app, job, { unit: "credits", amount, payer: CREDITS });

  it("are given, taken away, held and taken for good", async () => {
    await grant(10);
    await grant(-2);
    await take(5);
    expect(await balance()).toBe(3);
    await settle({ credits: 4 });
    expect(await balance()).toBe(4);
    expect(await balances()).toMatchObject({ issuer: -8, [CREDITS]: 4, "provider/p": 4 });
  });

  it("never fall below zero, whatever the code forgets to check", async () => {
    await grant(4);
    await expect(take(5)).rejects.toThrow("would fall below zero");
    await expect(grant(-5)).rejects.toThrow("would fall below zero");
    await take(4);
    await expect(settle({ credits: 5 })).rejects.toThrow("would fall below zero");
    expect(await balance()).toBe(0);
  });
});
