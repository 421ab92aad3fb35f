import { afterEach, describe, expect, it } from "vitest";
import {
  type OpenAiEmulator,
  type ReplicateEmulator,
  startOpenAiEmulator,
  startReplicateEmulator,
} from "../../../../hooks/generatio/testing/index.ts";
import { type Answer, type Member, type ProductServer, startProduct } from "../product-server.ts";

// Who pays, which counter moves, what is refused and what is given back: every case of the matrix.

let product: ProductServer;
let replicate: ReplicateEmulator;
let openAi: OpenAiEmulator;
let root: string;

afterEach(async () => {
  await product.close();
  await replicate.close();
  await openAi.close();
});

async function start(env: Record<string, string> = {}): Promise<void> {
  replicate = await startReplicateEmulator({ shrink: 16 });
  openAi = await startOpenAiEmulator({ shrink: 16 });
  product = await startProduct({
    env: {
      GENERATIO_REPLICATE_URL: replicate.url,
      REPLICATE_API_TOKEN: "r8_emulated",
      GENERATIO_OPENAI_URL: openAi.url,
      OPENAI_API_KEY: "sk-emulated",
      GENERATIO_MOCK: "1",
      GENERATIO_PLAN_LIMITS: "free=2",
      ...env,
    },
  });
  root = await product.superuserToken();
}

const asRoot = (method: string, path: string, body?: unknown, more: Record<string, string> = {}) =>
  product.call(method, path, { body, headers: { Authorization: root, ...more } });

async function setUser(member: Member, fields: Record<string, unknown>): Promise<void> {
  const user = await product.app.findRecordById("generatio_users", member.id);
  user.load(fields);
  await product.app.save(user);
}

const give = (member: Member, amount: number) =>
  asRoot("POST", `admin/users/${member.id}/credits`, { amount, reason: "a gift" });
const draw = (member: Member, body: Record<string, unknown> = {}) =>
  member.generate({ model: "flux-schnell", ...body });
const errorOf = ({ status, body }: Answer) => [status, body["error"] ?? null];

/** What left an account, less what came back, by unit. */
async function ledgerOf(account: string): Promise<Record<string, number>> {
  const rows = await product.app.query<{ unit: string; balance: number }>({
    sql: "SELECT unit, balance FROM _xLedgerBalances WHERE account = ? AND balance != 0",
    parameters: [account],
  });
  return Object.fromEntries(rows.map(({ unit, balance }) => [unit, -balance]));
}

async function usageOf(member: Member) {
  const filter = "user_id = {:id}";
  const rows = await product.app.findRecordsByFilter("usage_ledger", filter, {
    params: { id: member.id },
    sort: "funding",
  });
  return rows.map((row) => [
    row.getString("funding"),
    row.getNumber("images"),
    row.getNumber("cost_micros"),
  ]);
}

const limitsOf = async (member: Member) => (await member.get("me/limits")).body;
const heldAnywhere = async () => {
  const [row] = await product.app.query<{ held: number }>({
    sql: "SELECT total(balance) AS held FROM _xLedgerBalances WHERE account LIKE 'held/%'",
    parameters: [],
  });
  return row?.held;
};

describe("one's own key", () => {
  it("is paid by its owner, within their budgets; the plan is not touched", async () => {
    await start();
    const ann = await (await product.signUp()).unlock();
    const budgets = [{ window: "day", hard: 0.004 }];
    await ann.call("PUT", "financial/budgets", { budgets });
    expect((await ann.generate()).status).toBe(200);
    expect(await ledgerOf(`user/${ann.id}`)).toEqual({ usd_micros: 3000 });
    expect(await usageOf(ann)).toEqual([["byok", 1, 3000]]);
    const refused = await ann.generate();
    expect(errorOf(refused)).toEqual([402, "budget_exceeded"]);
    expect(refused.body).toMatchObject({ used: 0.003, limit: 0.004 });
    expect(await limitsOf(ann)).toMatchObject({
      quota: { used: 0, limit: 2 },
      budgets: [{ window: "day", used: 0.003, hard: 0.004 }],
    });
  });

  it("is given back everything when nothing comes of it", async () => {
    await start();
    const ann = await (await product.signUp()).unlock();
    expect((await ann.generate({ prompt: "[[emu:fail]]" })).status).toBe(502);
    expect(await ledgerOf(`user/${ann.id}`)).toEqual({});
    expect([await usageOf(ann), await heldAnywhere()]).toEqual([[], 0]);
  });
});

describe("the plan", () => {
  it("pays so many pictures of the month, and then says so as document 003 does", async () => {
    await start();
    const ann = await product.signUp();
    expect((await draw(ann, { parameters: { num_images: 2 } })).status).toBe(200);
    expect(await ledgerOf(`plan/${ann.id}`)).toEqual({ images: 2 });
    expect(await usageOf(ann)).toEqual([["quota", 2, 6000]]);
    const refused = await draw(ann);
    expect(errorOf(refused)).toEqual([402, "graphics_limit_reached"]);
    expect(refused.body).toMatchObject({
      message: "Monthly graphics limit reached: 2 images",
      used: 2,
      limit: 2,
      resets_at: expect.stringMatching(/^\d{4}-\d\d-01T00:00:00/),
    });
  });

  it("counts only what is there", async () => {
    await start();
    const ann = await product.signUp();
    expect((await draw(ann, { prompt: "[[emu:fail]]" })).status).toBe(502);
    const partly = { prompt: "[[emu:nofile=0]]", parameters: { num_images: 2 } };
    expect((await draw(ann, partly)).status).toBe(200);
    expect(await limitsOf(ann)).toMatchObject({ quota: { used: 1, limit: 2 } });
    expect(await heldAnywhere()).toBe(0);
  });

  it("without a limit refuses nothing, and is counted all the same", async () => {
    await start();
    const ann = await product.signUp();
    await setUser(ann, { plan: "enterprise" });
    for (let round = 0; round < 3; round++) expect((await draw(ann)).status).toBe(200);
    expect(await limitsOf(ann)).toMatchObject({
      plan: "enterprise",
      quota: { used: 3, limit: null },
    });
    expect(await usageOf(ann)).toEqual([["quota", 3, 9000]]);
  });

  it("does not open models that are not part of it, with credits neither", async () => {
    await start();
    const ann = await product.signUp();
    await give(ann, 100);
    expect(errorOf(await ann.generate({ model: "gpt-image-2.5-flare" }))).toEqual([
      403,
      "authorization_error",
    ]);
  });
});

describe("credits", () => {
  it("pay when the plan is used up: held first, taken for what is there", async () => {
    await start();
    const ann = await product.signUp();
    await give(ann, 5);
    await draw(ann, { parameters: { num_images: 2 } });
    expect((await ann.get("credits")).body).toEqual({
      credits: 5,
      free_credits: 0,
      total: 5,
      held: 0,
      authenticated: true,
    });
    const partly = { prompt: "[[emu:nofile=1]]", parameters: { num_images: 3 } };
    expect((await draw(ann, partly)).status).toBe(200);
    expect((await ann.get("credits")).body).toMatchObject({ credits: 3, held: 0 });
    expect(await ledgerOf(`credits/${ann.id}`)).toEqual({ credits: -3 });
    expect(await usageOf(ann)).toEqual([
      ["credits", 2, 9000],
      ["quota", 2, 6000],
    ]);
    const { items } = (await ann.get("credits/ledger")).body as { items: unknown[] };
    expect(items.toReversed()).toEqual([
      expect.objectContaining({
        kind: "grant",
        delta: 5,
        balance: 5,
        reason: "a gift",
        job_id: "",
      }),
      expect.objectContaining({ kind: "hold", delta: -3, balance: 2 }),
      expect.objectContaining({ kind: "release", delta: 1, balance: 3 }),
    ]);
  });

  it("are told from the plan: who has some hears what is missing", async () => {
    await start();
    const ann = await product.signUp();
    await give(ann, 1);
    await draw(ann, { parameters: { num_images: 2 } });
    const refused = await draw(ann, { parameters: { num_images: 2 } });
    expect(errorOf(refused)).toEqual([402, "insufficient_credits"]);
    expect(refused.body).toMatchObject({ required: 2, balance: 1, used: 2, limit: 1 });
    expect([(await ann.get("credits")).body["credits"], await heldAnywhere()]).toEqual([1, 0]);
  });

  it("are given back when nothing comes of it", async () => {
    await start();
    const ann = await product.signUp();
    await give(ann, 3);
    expect((await draw(ann, { funding: "credits", prompt: "[[emu:fail]]" })).status).toBe(502);
    expect((await ann.get("credits")).body).toMatchObject({ credits: 3, held: 0 });
  });

  it("can be chosen, and are held meanwhile", async () => {
    await start();
    const ann = await product.signUp();
    await give(ann, 3);
    const job = await draw(ann, { funding: "credits", async: true, prompt: "[[emu:slow=60000]]" });
    expect(job.body).toMatchObject({ funding: "credits" });
    expect((await ann.get("credits")).body).toMatchObject({ credits: 2, held: 1 });
    expect(await limitsOf(ann)).toMatchObject({
      quota: { used: 0 },
      credits: { balance: 2, held: 1, value: 0.15 },
    });
    await ann.post(`jobs/${String(job.body["job_id"])}/cancel`, {});
    await expect.poll(async () => (await ann.get("credits")).body["held"]).toBe(0);
  });

  it("cost more for dearer pictures", async () => {
    await start({ GENERATIO_CREDIT_VALUE: "0.001" });
    const ann = await product.signUp();
    await give(ann, 7);
    const estimate = await ann.post("generate/estimate", {
      model: "flux-schnell",
      prompt: "a fox",
      funding: "credits",
      parameters: { num_images: 2 },
    });
    expect(estimate.body).toMatchObject({ funding: "credits", credits: 6, balance_after: 1 });
    expect((await draw(ann, { funding: "credits" })).status).toBe(200);
    expect((await ann.get("credits")).body).toMatchObject({ credits: 4 });
  });

  it("of one account cannot be spent twice at the same moment", async () => {
    await start({ GENERATIO_PLAN_LIMITS: "free=0", GENERATIO_WORKERS_PER_USER: "8" });
    const ann = await product.signUp();
    await give(ann, 3);
    const answers = await Promise.all(Array.from({ length: 8 }, () => draw(ann)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([
      200, 200, 200, 402, 402, 402, 402, 402,
    ]);
    expect((await ann.get("credits")).body).toMatchObject({ credits: 0, held: 0 });
  });

  it("are one's own: nobody reads or writes another's, nor one's own", async () => {
    await start();
    const [ann, bob] = [await product.signUp(), await product.signUp()];
    await give(ann, 3);
    for (const name of ["credits", "credit_ledger"]) {
      expect(await ann.client.collection(name).getFullList()).toHaveLength(1);
      expect(await bob.client.collection(name).getFullList()).toEqual([]);
      const [row] = await ann.client.collection(name).getFullList();
      await expect(
        ann.client.collection(name).update(row!.id, { balance: 99 }),
      ).rejects.toMatchObject({ status: 403 });
    }
    expect(errorOf(await ann.get(`admin/users/${ann.id}/credits`))).toEqual([
      403,
      "authorization_error",
    ]);
    expect(errorOf(await product.call("POST", `admin/users/${ann.id}/credits`))).toEqual([
      401,
      "authentication_error",
    ]);
  });
});

describe("a superuser", () => {
  it("sees, gives and takes credits, with a reason", async () => {
    await start();
    const ann = await product.signUp();
    expect((await give(ann, 5)).body).toMatchObject({ delta: 5, credits: 5 });
    const path = `admin/users/${ann.id}/credits`;
    const taken = await asRoot("POST", path, { amount: -2, reason: "a mistake" });
    expect(taken.body).toMatchObject({ delta: -2, balance: 3, credits: 3, reason: "a mistake" });
    expect((await asRoot("GET", path)).body).toMatchObject({
      user_id: ann.id,
      credits: 3,
      ledger: { totalItems: 2 },
    });
  });

  it("gives once what is asked for with the same key", async () => {
    await start();
    const ann = await product.signUp();
    const key = { "Idempotency-Key": "gift-1" };
    const path = `admin/users/${ann.id}/credits`;
    const body = { amount: 5, reason: "a gift" };
    const [first, second] = [
      await asRoot("POST", path, body, key),
      await asRoot("POST", path, body, key),
    ];
    expect(second.body).toEqual(first.body);
    expect(errorOf(await asRoot("POST", path, { ...body, amount: 6 }, key))).toEqual([
      409,
      "conflict",
    ]);
    expect((await ann.get("credits")).body["credits"]).toBe(5);
  });

  it.for([
    [{ amount: 0, reason: "x" }, "amount"],
    [{ amount: 1.5, reason: "x" }, "amount"],
    [{ amount: -1, reason: "x" }, "amount"],
    [{ amount: 1, reason: " " }, "reason"],
    [{ amount: 1 }, "reason"],
  ] as const)("is refused %j", async ([body, field]) => {
    await start();
    const ann = await product.signUp();
    const answer = await asRoot("POST", `admin/users/${ann.id}/credits`, body);
    expect(errorOf(answer)).toEqual([400, "validation_error"]);
    expect(Object.keys(answer.body["data"] as object)).toEqual([field]);
    const unknown = await asRoot("POST", "admin/users/nobody/credits", { amount: 1, reason: "x" });
    expect(errorOf(unknown)).toEqual([404, "not_found"]);
  });
});

describe("what costs nothing", () => {
  it("is paid by nobody", async () => {
    await start({ GENERATIO_PLAN_LIMITS: "free=0" });
    const ann = await product.signUp();
    const answer = await ann.generate({ model: "mock", async: true });
    expect(answer.body).toMatchObject({ funding: "none", estimate: 0 });
    await product.jobsAreOver();
    expect(await limitsOf(ann)).toMatchObject({ quota: { used: 0 }, credits: { balance: 0 } });
  });
});
