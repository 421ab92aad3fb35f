import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type Fault,
  type ReplicateEmulator,
  startReplicateEmulator,
} from "../../../../hooks/generatio/testing/index.ts";
import {
  KEY,
  KEY_PASSWORD,
  type Member,
  type ProductServer,
  startProduct,
} from "../product-server.ts";

// Another model where the user allows it, and never when the first one may still deliver.

let product: ProductServer;
let replicate: ReplicateEmulator;
/** Pays with the plan, on the server's keys for both providers. */
let ann: Member;

beforeEach(async () => {
  replicate = await startReplicateEmulator();
  product = await startProduct({
    env: {
      GENERATIO_REPLICATE_URL: replicate.url,
      REPLICATE_API_TOKEN: "r8_emulated",
      FAL_KEY: KEY,
      GENERATIO_PLAN_LIMITS: "free=100",
      GENERATIO_MOCK: "1",
    },
  });
  ann = await product.signUp();
});
afterEach(async () => {
  await product.close();
  await replicate.close();
});

const down: Fault = { kind: "answer", status: 503, body: { detail: "no runner" } };
const submits = (who: { journal: ProductServer["emulator"]["journal"] }) =>
  who.journal.filter(({ route }) => route === "submit");
const allowed = { failover: true };
const jobOf = async (body: Record<string, unknown>) =>
  (await ann.get(`jobs/${String(body["job_id"])}`)).body;
const price = async (model: string, dollars: string) =>
  product.app.save(product.app.newRecord("model_overrides", { model, cost_per_image: dollars }));

describe("a model that does not work", () => {
  it.for<[what: string, fault: Fault]>([
    ["is down", down],
    ["is overloaded", { kind: "answer", status: 429, body: {}, headers: { "retry-after": "60" } }],
    ["is gone", { kind: "answer", status: 404, body: { detail: "not found" } }],
    ["refuses the server's key", { kind: "answer", status: 401, body: { detail: "no" } }],
    ["has no balance", { kind: "answer", status: 402, body: { detail: "no" } }],
  ])("because it %s gives way to one that does the same", async ([, fault]) => {
    product.emulator.fail("submit", fault);
    const { status, body } = await ann.generate({ ...allowed });
    expect([status, body["model"]]).toEqual([200, "flux-schnell"]);
    expect(body["warnings"]).toContain(
      "Flux Schnell did not work: Flux Schnell (Replicate) was asked instead.",
    );
    expect([submits(product.emulator).length, submits(replicate).length]).toEqual([1, 1]);
    expect(await jobOf(body)).toMatchObject({
      provider: "replicate",
      requested_model: "flux/schnell",
      status: "succeeded",
    });
    expect(replicate.charged()).toBe(1);
  });

  it("gives way when its runner has failed after the request was taken", async () => {
    product.emulator.fail("result", {
      kind: "answer",
      status: 500,
      body: { detail: "crash" },
      headers: { "x-fal-retryable": "false" },
    });
    const { status, body } = await ann.generate({ ...allowed });
    expect([status, body["model"]]).toEqual([200, "flux-schnell"]);
  });

  it("gives way to the next but one when the next does not work either", async () => {
    product.emulator.fail("submit", down);
    replicate.fail("submit", { kind: "answer", status: 500, body: { detail: "down" } });
    const { body } = await ann.generate({ ...allowed });
    expect(body["model"]).toBe("flux-1/schnell");
    expect(submits(product.emulator).map(({ path }) => path)).toEqual([
      "/fal-ai/flux/schnell",
      "/fal-ai/flux-1/schnell",
    ]);
    const [job] = await product.app.findRecordsByFilter("jobs", "");
    expect(job!.getJson("tried")).toMatchObject([
      { provider: "fal", model: "flux/schnell", reason: "unavailable" },
      { provider: "replicate", model: "flux-schnell", reason: "unavailable" },
    ]);
  });

  it("fails when all of them do not work, and nothing is paid", async () => {
    product.emulator.fail("submit", down, down);
    replicate.fail("submit", { kind: "answer", status: 500, body: { detail: "down" } });
    const { status, body } = await ann.generate({ ...allowed });
    expect([status, body["error"]]).toEqual([502, "external_error"]);
    expect(await jobOf(body)).toMatchObject({ status: "failed", cost: 0 });
    expect((await ann.get("me/limits")).body["quota"]).toMatchObject({ used: 0 });
  });

  it("gives way within the provider of the only own key, when that pays", async () => {
    const bob = await (await product.signUp()).unlock();
    product.emulator.fail("submit", down);
    const { body } = await bob.generate({ ...allowed });
    expect(body["model"]).toBe("flux-1/schnell");
    expect(submits(replicate)).toEqual([]);
    expect(submits(product.emulator).map(({ authorization }) => authorization)).toEqual([
      `Key ${KEY}`,
      `Key ${KEY}`,
    ]);
  });
});

describe("a model that the user's own key pays", () => {
  it("gives way to one that another own key pays, never to the server's", async () => {
    const bob = await (await product.signUp()).unlock();
    const own = { provider: "replicate", token: "r8_bobs-own", password: KEY_PASSWORD };
    await bob.post("tokens/setup", own);
    const opened = await bob.post("auth/create-session", { password: KEY_PASSWORD });
    bob.sessionId = String(opened.body["session_id"]);
    product.emulator.fail("submit", down);
    const { body } = await bob.generate({ ...allowed });
    expect(body["model"]).toBe("flux-schnell");
    expect(submits(replicate).map(({ authorization }) => authorization)).toEqual([
      "Bearer r8_bobs-own",
    ]);
    const [job] = await product.app.findRecordsByFilter("jobs", "");
    expect([job!.getString("funding"), job!.getNumber("actual")]).toEqual(["byok", 3000]);
  });

  it("stays with its provider when the other key is not in the session", async () => {
    const bob = await (await product.signUp()).unlock();
    const own = { provider: "replicate", token: "r8_bobs-own", password: "another-password" };
    await bob.post("tokens/setup", own);
    product.emulator.fail("submit", down);
    const { body } = await bob.generate({ ...allowed });
    expect([body["model"], submits(replicate).length]).toEqual(["flux-1/schnell", 0]);
  });
});

describe("a batch", () => {
  it("says of each item whether it may give way", async () => {
    product.emulator.fail("submit", down, down);
    const items = [{ failover: true }, { failover: false }];
    const shared = { model: "flux/schnell", prompt: "a fox" };
    await ann.post("generate/batch", { items, shared });
    await product.jobsAreOver();
    const jobs = await product.app.findRecordsByFilter("jobs", "", { sort: "batch_index" });
    expect(jobs.map((job) => [job.getString("state"), job.getString("model")])).toEqual([
      ["succeeded", "flux-schnell"],
      ["failed", "flux/schnell"],
    ]);
  });
});

describe("it stays with its model", () => {
  it.for<[what: string, body: Record<string, unknown>, settings: unknown]>([
    ["nobody has allowed anything", {}, null],
    ["the request says so", { failover: false }, { failover: true }],
    ["the settings say something else", {}, { failover: "yes" }],
  ])("when %s", async ([, body, settings]) => {
    await ann.client.collection("generatio_users").update(ann.id, { settings });
    product.emulator.fail("submit", down);
    expect((await ann.generate(body)).status).toBe(502);
    expect(submits(replicate)).toEqual([]);
  });

  it("or goes elsewhere, when the user's settings say so", async () => {
    await ann.client.collection("generatio_users").update(ann.id, { settings: { failover: true } });
    product.emulator.fail("submit", down);
    expect((await ann.generate()).body["model"]).toBe("flux-schnell");
  });

  it.for<[what: string, fault: Fault]>([
    ["the answer was lost", { kind: "lose-answer" }],
    ["the connection broke", { kind: "drop" }],
    ["a gateway gave up", { kind: "page", status: 504, html: "<h1>Gateway timeout</h1>" }],
    ["the answer cannot be read", { kind: "answer", status: 200, body: { hello: 1 } }],
  ])("when %s: the request may have been taken", async ([, fault]) => {
    product.emulator.fail("submit", fault);
    const { status, body } = await ann.generate({ ...allowed });
    expect([status, body["error"]]).toEqual([502, "external_error"]);
    expect([submits(product.emulator).length, submits(replicate).length]).toEqual([1, 0]);
    const [job] = await product.app.findRecordsByFilter("jobs", "");
    expect(job!.getString("state")).toBe("unknown");
  });

  it("when the content is refused: that is no fault", async () => {
    const { status, body } = await ann.generate({ ...allowed, prompt: "x [[emu:422]]" });
    expect([status, body["code"]]).toEqual([400, "content_policy"]);
    expect(submits(replicate)).toEqual([]);
  });

  it("when nothing does the same", async () => {
    product.emulator.fail("submit", down);
    const model = "hidream/hidream-i1-dev";
    expect((await ann.generate({ ...allowed, model })).status).toBe(502);
    expect(submits(replicate)).toEqual([]);
  });
});

describe("the money", () => {
  const entries = async (jobId: string) => {
    const rows = await product.app.query<{ kind: string; unit: string; amount: number }>({
      sql: "SELECT kind, unit, amount FROM _xLedger WHERE job_id = ? ORDER BY position",
      parameters: [jobId],
    });
    return rows
      .filter(({ unit }) => unit === "usd_micros")
      .map(({ kind, amount }) => [kind, amount]);
  };

  it("is held for the dearer of the two and taken for the one that made it", async () => {
    await price("flux-schnell", "0.01");
    const first = await ann.generate({ ...allowed });
    expect(first.body["cost"]).toBe(0.003);
    expect(await entries(String(first.body["job_id"]))).toEqual([
      ["hold", 10_000],
      ["capture", 3000],
      ["release", 7000],
    ]);
    product.emulator.fail("submit", down);
    const second = await ann.generate({ ...allowed, parameters: { num_images: 2 } });
    expect(second.body["cost"]).toBe(0.02);
    expect(await entries(String(second.body["job_id"]))).toEqual([
      ["hold", 20_000],
      ["capture", 20_000],
    ]);
    const usage = await product.app.findRecordsByFilter("usage_ledger", "", { sort: "provider" });
    expect(usage.map((row) => [row.getString("model"), row.getNumber("cost_micros")])).toEqual([
      ["flux/schnell", 3000],
      ["flux-schnell", 20_000],
    ]);
  });

  it("that is estimated is that of the dearer", async () => {
    await price("flux-schnell", "0.01");
    const body = { model: "flux/schnell", prompt: "a fox", ...allowed };
    expect((await ann.post("generate/estimate", body)).body["cost"]).toBe(0.01);
    expect((await ann.post("generate/estimate", { ...body, failover: false })).body["cost"]).toBe(
      0.003,
    );
  });
});

describe("what is asked of the other model", () => {
  it("is the same in its own words, and what it does not know is told", async () => {
    product.emulator.fail("submit", down);
    const { body } = await ann.generate({
      ...allowed,
      prompt: "a wide fox",
      parameters: { image_size: "landscape_4_3", num_images: 2, seed: 7, guidance_scale: 5 },
    });
    expect(submits(replicate)[0]?.body).toMatchObject({
      input: { prompt: "a wide fox", aspect_ratio: "4:3", num_outputs: 2, seed: 7 },
    });
    expect(body["warnings"]).toContain(
      "Flux Schnell (Replicate) does not know guidance_scale: it was left out.",
    );
  });
});

describe("a model that fails again and again", () => {
  it("is passed over by who allows it, asked by who does not, and tried again later", async () => {
    for (let fault = 0; fault < 5; fault++) {
      product.emulator.fail("submit", down);
      expect((await ann.generate()).status).toBe(502);
    }
    const health = await ann.get("generate/providers");
    expect(health.body["fal"]).toMatchObject({
      capabilities: { generate: true, edit: true, mask: true, upscale: true, variations: true },
      models: { "flux/schnell": { circuit: "open", failed: 5, last_fault: expect.any(String) } },
    });
    const before = submits(product.emulator).length;
    const { body } = await ann.generate({ ...allowed });
    expect([body["model"], submits(product.emulator).length]).toEqual(["flux-schnell", before]);
    expect((await ann.generate()).body["model"]).toBe("flux/schnell");
    const after = await ann.get("generate/providers");
    expect(after.body["fal"]).toMatchObject({ models: { "flux/schnell": { circuit: "closed" } } });
  });
});
