import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Answer, type Member, type ProductServer, startProduct } from "../product-server.ts";

// Money over HTTP: estimates, budgets, what is held and what was spent.

let product: ProductServer;
let ann: Member;

beforeAll(async () => {
  product = await startProduct({
    emulator: { concurrency: 10 },
    env: { GENERATIO_WORKERS: "10", GENERATIO_WORKERS_PER_USER: "10" },
  });
});
afterAll(() => product.close());
beforeEach(async () => {
  ann = await (await product.signUp()).unlock();
});

const limit = (...budgets: readonly Record<string, unknown>[]) =>
  ann.call("PUT", "financial/budgets", { budgets });

const used = async () =>
  ((await ann.get("me/limits")).body["budgets"] as { used: number }[]).map((budget) => budget.used);

const submits = () => product.emulator.journal.filter(({ route }) => route === "submit").length;

function nextMonth(): string {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)).toISOString();
}

/** Every account's balance, from the rows themselves. */
async function held(): Promise<number> {
  const [row] = await product.app.query<{ held: number }>({
    sql: `SELECT coalesce(sum(CASE WHEN credit LIKE 'held/%' THEN amount ELSE 0 END)
      - sum(CASE WHEN debit LIKE 'held/%' THEN amount ELSE 0 END), 0) AS held
      FROM _xLedger WHERE user_id = ?`,
    parameters: [ann.id],
  });
  return row!.held;
}

const kinds = async () =>
  (
    await product.app.query<{ kind: string; amount: number }>({
      sql: "SELECT kind, amount FROM _xLedger WHERE user_id = ? ORDER BY position",
      parameters: [ann.id],
    })
  ).map(({ kind, amount }) => `${kind} ${amount}`);

function refused({ status, body }: Answer) {
  const { error, used: spent, limit: cap, resets_at: resetsAt } = body;
  return { status, error, spent, cap, resetsAt };
}

describe("an estimate", () => {
  it("says what a request would cost, and does nothing", async () => {
    await limit({ window: "month", hard: 1, soft: 0.001 });
    const before = submits();
    const answer = await ann.post("generate/estimate", {
      model: "hidream/hidream-i1-dev",
      prompt: "a fox",
      parameters: { num_images: 3 },
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      cost: 0.012,
      credits: 0,
      currency: "USD",
      unit: "usd",
      breakdown: [{ model: "hidream/hidream-i1-dev", images: 3, cost_per_image: 0.004 }],
      images: 3,
      funding: "byok",
      balance_after: null,
      budget: { used: 0, limit: 1, resets_at: nextMonth() },
      eta_ms: 8000,
      warnings: ["This passes the month's budget of $0.001."],
    });
    expect(submits()).toBe(before);
    expect(await product.app.countRecords("jobs", `user_id = "${ann.id}"`)).toBe(0);
  });

  it("is refused as the request itself would be", async () => {
    const ask = (body: Record<string, unknown>, headers = {}) =>
      ann.post("generate/estimate", { model: "flux/schnell", prompt: "p", ...body }, headers);
    expect((await ask({ model: "x" })).status).toBe(400);
    expect((await ask({ parameters: { num_images: 9 } })).body["data"]).toHaveProperty([
      "parameters.num_images",
    ]);
    expect((await ask({}, { "X-Session-ID": "no" })).status).toBe(401);
  });
});

describe("what is held", () => {
  it("becomes what it cost", async () => {
    await ann.generate({ parameters: { num_images: 2 } });
    expect([await kinds(), await held()]).toEqual([["hold 6000", "capture 6000"], 0]);
  });

  it("is given back for what was not made", async () => {
    await ann.generate({ prompt: "p [[emu:partial]]", parameters: { num_images: 3 } });
    expect(await kinds()).toEqual(["hold 9000", "capture 3000", "release 6000"]);
    await ann.generate({ prompt: "p [[emu:fail]]" });
    expect((await kinds()).slice(3)).toEqual(["hold 3000", "release 3000"]);
    expect(await held()).toBe(0);
  });

  it("stays while nobody knows what became of the request", async () => {
    product.emulator.fail("submit", { kind: "lose-answer" });
    await limit({ window: "day", hard: 1 });
    expect((await ann.generate()).status).toBe(502);
    expect([await kinds(), await held(), await used()]).toEqual([["hold 3000"], 3000, [0.003]]);
  });
});

describe("a hard budget", () => {
  it("refuses what would pass it, before anything is sent", async () => {
    await limit({ window: "month", hard: 0.005 });
    expect((await ann.generate()).status).toBe(200);
    const before = submits();
    const answer = await ann.generate();
    expect(refused(answer)).toEqual({
      status: 402,
      error: "budget_exceeded",
      spent: 0.003,
      cap: 0.005,
      resetsAt: nextMonth(),
    });
    expect([submits(), await used()]).toEqual([before, [0.003]]);
  });

  it("cannot be passed by many requests at once", async () => {
    await limit({ window: "day", hard: 0.009 });
    const answers = await Promise.all(Array.from({ length: 8 }, () => ann.generate()));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([
      200, 200, 200, 402, 402, 402, 402, 402,
    ]);
    expect(await used()).toEqual([0.009]);
  });

  it("of a model counts that model only", async () => {
    await limit({ window: "day", model: "fal-ai/flux/schnell", hard: 0 });
    expect((await ann.generate()).status).toBe(402);
    expect((await ann.generate({ model: "hidream/hidream-i1-fast" })).status).toBe(200);
  });

  it("has room again for what a failure gave back", async () => {
    await limit({ window: "day", hard: 0.003 });
    await ann.generate({ prompt: "p [[emu:fail]]" });
    expect(await used()).toEqual([0]);
    expect((await ann.generate()).status).toBe(200);
  });
});

it("a soft budget warns and lets pass", async () => {
  await limit({ window: "day", soft: 0.004, model: "flux/schnell" });
  expect((await ann.generate()).body).not.toHaveProperty("warnings");
  const answer = await ann.generate();
  expect(answer.status).toBe(200);
  expect(answer.body["warnings"]).toEqual([
    "This passes the day's budget for flux/schnell of $0.004.",
  ]);
});

describe("budgets", () => {
  it("are put in the place of the ones before, and shown", async () => {
    await limit({ window: "day", hard: 2 }, { window: "month", model: "flux/schnell", soft: 3 });
    expect((await limit({ window: "month", hard: 0, soft: null })).body).toEqual({
      budgets: [
        { window: "month", model: "", soft: null, hard: 0, used: 0, resets_at: nextMonth() },
      ],
    });
    expect((await ann.get("financial/budgets")).body["budgets"]).toHaveLength(1);
    expect((await limit()).body).toEqual({ budgets: [] });
  });

  it.for([
    ["budgets.0.window", [{ window: "year" }]],
    ["budgets.0.hard", [{ window: "day", hard: -1 }]],
    ["budgets.0.model", [{ window: "day", model: "x" }]],
    ["budgets.1", [{ window: "day" }, { window: "day" }]],
  ] as const)("with a wrong %s are refused, and the ones before stay", async ([field, budgets]) => {
    await limit({ window: "day", hard: 5 });
    const answer = await limit(...budgets);
    expect([answer.status, Object.keys(answer.body["data"] as object)]).toEqual([400, [field]]);
    expect((await ann.get("financial/budgets")).body["budgets"]).toHaveLength(1);
  });

  it("are not written through the records API", async () => {
    const records = ann.client.collection("budgets");
    await expect(records.create({ user_id: ann.id, window: "day" })).rejects.toMatchObject({
      status: 403,
    });
    await limit({ window: "day", hard: 5 });
    const [row] = await records.getFullList();
    await expect(records.update(row!.id, { hard_micros: 1 })).rejects.toMatchObject({
      status: 403,
    });
  });
});

describe("the series of spending", () => {
  const today = new Date().toISOString().slice(0, 10);

  it("adds up by day, month and model", async () => {
    await ann.generate();
    await ann.generate({ parameters: { num_images: 2 } });
    await ann.generate({ model: "hidream/hidream-i1-dev" });
    const points = async (query: string) =>
      (await ann.get(`financial/series${query}`)).body["points"];
    expect(await points("")).toEqual([{ key: today, images: 4, spent: 0.013, waste: 0 }]);
    expect(await points("?group=month")).toMatchObject([{ key: today.slice(0, 7), images: 4 }]);
    expect(await points("?group=model")).toEqual([
      { key: "flux/schnell", images: 3, spent: 0.009, waste: 0 },
      { key: "hidream/hidream-i1-dev", images: 1, spent: 0.004, waste: 0 },
    ]);
    expect(await points("?from=2020-01-01&to=2020-02-01")).toEqual([]);
  });

  it.for(["from=yesterday", "to=2026-13-01", "group=hour"])("refuses %s", async (query) => {
    const answer = await ann.get(`financial/series?${query}`);
    expect([answer.status, Object.keys(answer.body["data"] as object)]).toEqual([
      400,
      [query.split("=")[0]],
    ]);
  });
});
