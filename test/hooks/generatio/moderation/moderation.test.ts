import { createHash } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import {
  type OpenAiEmulator,
  startOpenAiEmulator,
} from "../../../../hooks/generatio/testing/index.ts";
import { KEY, type Member, type ProductServer, startProduct } from "../product-server.ts";

// What is refused or flagged before anything is made, by whom, and what is kept of it.

let product: ProductServer;
let openAi: OpenAiEmulator;
let ann: Member;

async function start(env: Readonly<Record<string, string>> = {}): Promise<void> {
  openAi = await startOpenAiEmulator();
  product = await startProduct({
    env: { GENERATIO_OPENAI_URL: openAi.url, OPENAI_API_KEY: "sk-emulated", FAL_KEY: KEY, ...env },
  });
  ann = await (await product.signUp()).unlock();
}
afterEach(async () => {
  await product.close();
  await openAi.close();
});

const rule = (pattern: string, action: "block" | "flag") =>
  product.app.save(product.app.newRecord("moderation_rules", { pattern, action }));
const hash = (text: string) => createHash("sha256").update(text).digest("hex");
const events = async () =>
  (await product.app.findRecordsByFilter("moderation_events", "", { sort: "created" })).map(
    (event) => ({
      user: event.getString("user_id"),
      job: event.getString("job_id"),
      stage: event.getString("stage"),
      action: event.getString("action"),
      categories: event.getJson("categories"),
      prompt: event.getString("prompt_sha256"),
    }),
  );
const jobs = () => product.app.findRecordsByFilter("jobs", "");
const REFUSED = [400, "validation_error", "content_policy"];
const told = ({ status, body }: { status: number; body: Record<string, unknown> }) => [
  status,
  body["error"],
  body["code"],
];
const checks = () => openAi.journal.filter(({ route }) => route === "moderate");

describe("what nobody may ask for", () => {
  it("is refused on every way in, without a job, and written down without its words", async () => {
    await start();
    const prompt = "a naked child";
    expect(told(await ann.generate({ prompt }))).toEqual(REFUSED);
    const v1 = await ann.post("../v1/generate/image", { prompt, model: "flux/schnell" });
    expect([v1.status, v1.body["error"]]).toEqual([400, "validation_error"]);
    expect(await jobs()).toEqual([]);
    const event = { user: ann.id, job: "", stage: "builtin", action: "blocked" };
    expect(await events()).toEqual(
      [1, 2].map(() => ({ ...event, categories: ["sexual/minors"], prompt: hash(prompt) })),
    );
    expect(told(await ann.post("generate/estimate", { model: "flux/schnell", prompt }))).toEqual(
      REFUSED,
    );
    expect(await events()).toHaveLength(2);
  });
});

describe("the word list", () => {
  it("refuses, from the moment a superuser says so until they take it back", async () => {
    await start();
    expect((await ann.generate({ prompt: "the Acme logo" })).status).toBe(200);
    await rule("acme", "block");
    expect(told(await ann.generate({ prompt: "the 4cme logo" }))).toEqual(REFUSED);
    expect(await events()).toMatchObject([
      { stage: "words", action: "blocked", categories: ["acme"] },
    ]);
    const [stored] = await product.app.findRecordsByFilter("moderation_rules", "");
    await product.app.delete(stored!);
    expect((await ann.generate({ prompt: "the Acme logo" })).status).toBe(200);
  });

  it("flags, and the verdict stays with the job", async () => {
    await start();
    await rule("blood*", "flag");
    const { status, body } = await ann.generate({ prompt: "a bloody sunset" });
    expect(status).toBe(200);
    const [job] = await jobs();
    expect(job!.getJson("moderation")).toEqual({
      verdict: "flagged",
      checks: ["builtin", "words"],
      categories: ["blood*"],
    });
    expect(await events()).toMatchObject([
      { job: body["job_id"], stage: "words", action: "flagged", prompt: hash("a bloody sunset") },
    ]);
  });

  it("is no affair of users, and takes only what can be found", async () => {
    await start();
    for (const name of ["moderation_rules", "moderation_events"])
      await expect(ann.client.collection(name).getList()).rejects.toMatchObject({ status: 403 });
    await expect(rule("...", "block")).rejects.toThrow("pattern");
  });
});

describe("the check", () => {
  it("is not made unless the operator wants it", async () => {
    await start();
    await ann.generate({ prompt: "x [[emu:flag:violence]]" });
    expect(checks()).toEqual([]);
    expect((await jobs())[0]!.getJson("moderation")).toEqual({
      verdict: "passed",
      checks: ["builtin", "words"],
      categories: [],
    });
  });

  it("blocks what the service objects to, before anything is made or held", async () => {
    await start({ GENERATIO_MODERATION: "block" });
    expect(told(await ann.generate({ prompt: "x [[emu:flag:violence]]" }))).toEqual(REFUSED);
    expect(await jobs()).toEqual([]);
    expect(product.emulator.accepted()).toEqual([]);
    expect(await events()).toMatchObject([
      { stage: "check", action: "blocked", categories: ["violence"] },
    ]);
    expect(checks()[0]).toMatchObject({
      authorization: "Bearer sk-emulated",
      body: { model: "omni-moderation-latest", input: ["x [[emu:flag:violence]]"] },
    });
    expect((await ann.generate({ prompt: "a fox" })).status).toBe(200);
  });

  it("flags it, when that is what the operator wants", async () => {
    await start({ GENERATIO_MODERATION: "flag" });
    const { status } = await ann.generate({ prompt: "x [[emu:flag:violence]]" });
    expect(status).toBe(200);
    expect((await jobs())[0]!.getJson("moderation")).toEqual({
      verdict: "flagged",
      checks: ["builtin", "words", "check"],
      categories: ["violence"],
    });
    expect(await events()).toMatchObject([{ stage: "check", action: "flagged" }]);
  });

  it("is made once for all prompts of a batch, and not for estimates", async () => {
    await start({ GENERATIO_MODERATION: "block" });
    await ann.post("generate/estimate", { model: "flux/schnell", prompt: "a fox" });
    expect(checks()).toEqual([]);
    const body = { prompts: ["one", "two [[emu:flag:hate]]"], model: "flux/schnell" };
    expect((await ann.post("../v1/generate/image/batch", body)).status).toBe(400);
    expect([checks().length, await jobs()]).toEqual([1, []]);
  });

  it.for<[fail: string, own: number, servers: number]>([
    ["", 200, 503],
    ["open", 200, 200],
    ["closed", 503, 503],
  ])(
    "that cannot be made, with %j: %d on the own key, %d on the server's",
    async ([fail, own, servers]) => {
      await start({ GENERATIO_MODERATION: "block", GENERATIO_MODERATION_FAIL: fail });
      const down = { kind: "answer", status: 500, body: {} } as const;
      openAi.fail("moderate", down, down);
      expect((await ann.generate()).status).toBe(own);
      const bob = await product.signUp();
      const answer = await bob.generate();
      expect([answer.status, answer.headers.get("retry-after")]).toEqual([
        servers,
        servers === 503 ? "30" : null,
      ]);
    },
  );
});

describe("a provider's refusal", () => {
  it("is written down with its job", async () => {
    await start();
    const { body } = await ann.generate({ prompt: "x [[emu:422]]" });
    expect(await events()).toMatchObject([
      {
        job: body["job_id"],
        stage: "provider",
        action: "blocked",
        categories: ["content_policy_violation"],
      },
    ]);
  });
});

describe("the vendor's own safety checker", () => {
  const parameters = { enable_safety_checker: false };
  // The vendor marks its pictures and delivers them black.
  const prompt = "a fox [[emu:nsfw]]";

  it("that blacks a picture out leaves none; the vendor is paid, and no credits are", async () => {
    await start({ GENERATIO_PLAN_LIMITS: "free=0", GENERATIO_CREDIT_VALUE: "0.003" });
    const bob = await product.signUp();
    const authorization = await product.superuserToken();
    await product.call("POST", `admin/users/${bob.id}/credits`, {
      body: { amount: 5, reason: "a test" },
      headers: { authorization },
    });
    const answer = await bob.generate({ prompt });
    expect(told(answer)).toEqual(REFUSED);
    expect((await bob.get("credits")).body).toMatchObject({ credits: 5, held: 0 });
    expect(await product.app.countRecords("images")).toBe(0);
    const [usage] = await product.app.findRecordsByFilter("usage_ledger", "");
    expect([usage?.getNumber("cost_micros"), usage?.getNumber("waste_micros")]).toEqual([
      3000, 3000,
    ]);
    const [job] = await jobs();
    expect(job?.getString("state")).toBe("failed");
    expect(job?.getJson("moderation")).toEqual({
      verdict: "flagged",
      checks: ["builtin", "words", "provider"],
      categories: ["nsfw"],
    });
    const event = { user: bob.id, job: job?.id, stage: "provider", action: "blocked" };
    expect(await events()).toEqual([{ ...event, categories: ["nsfw"], prompt: hash(prompt) }]);
  });

  it("that blacks a picture out takes none of the plan's", async () => {
    await start({ GENERATIO_PLAN_LIMITS: "free=1" });
    const bob = await product.signUp();
    expect(told(await bob.generate({ prompt }))).toEqual(REFUSED);
    expect(product.emulator.accepted()).toHaveLength(1);
    expect((await bob.generate({ prompt: "a fox" })).status).toBe(200);
  });

  it("can be switched off with a key of one's own only", async () => {
    await start();
    expect((await ann.generate({ parameters })).status).toBe(200);
    const bob = await product.signUp();
    const { status, body } = await bob.generate({ parameters });
    expect([status, Object.keys(body["data"] as object)]).toEqual([
      400,
      ["parameters.enable_safety_checker"],
    ]);
    await bob.post("preferences/save", { model_name: "flux/schnell", preferences: parameters });
    expect((await bob.generate()).status).toBe(200);
    const sent = product.emulator.journal.findLast(({ route }) => route === "submit");
    expect(sent?.body).not.toHaveProperty("enable_safety_checker");
  });
});
