import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  type OpenAiEmulator,
  type ReplicateEmulator,
  startOpenAiEmulator,
  startReplicateEmulator,
} from "../../../../hooks/generatio/testing/index.ts";
import { type Answer, type Member, type ProductServer, startProduct } from "../product-server.ts";

// Document 003 as its clients see it, on the server's own keys.

const REPLICATE_KEY = "r8_emulated_token_0123";
const OPENAI_KEY = "sk-emulated-key-0123";

let replicate: ReplicateEmulator;
let openAi: OpenAiEmulator;
let product: ProductServer;
let ann: Member;

beforeAll(async () => {
  replicate = await startReplicateEmulator({ keys: { [REPLICATE_KEY]: "ok" } });
  openAi = await startOpenAiEmulator({ keys: { [OPENAI_KEY]: "ok" } });
  product = await startProduct({
    env: {
      GENERATIO_REPLICATE_URL: replicate.url,
      GENERATIO_OPENAI_URL: openAi.url,
      REPLICATE_API_TOKEN: REPLICATE_KEY,
      OPENAI_API_KEY: OPENAI_KEY,
      GENERATIO_MOCK: "1",
      GENERATIO_WORKERS: "10",
      GENERATIO_WORKERS_PER_USER: "10",
    },
  });
});
afterAll(async () => {
  await product.close();
  await replicate.close();
  await openAi.close();
});
beforeEach(async () => {
  ann = await product.signUp();
});

const V1 = "../v1/generate/image";
const one = (body: Record<string, unknown>, headers?: Record<string, string>): Promise<Answer> =>
  ann.post(V1, { prompt: "a red fox", ...body }, headers);
const batch = (body: Record<string, unknown>): Promise<Answer> => ann.post(`${V1}/batch`, body);

/** What was sent to Replicate last. */
function sent(): Record<string, unknown> {
  const { body } = replicate.journal.findLast(({ route }) => route === "submit")!;
  return (body as { input: Record<string, unknown> }).input;
}
const submits = () => replicate.journal.filter(({ route }) => route === "submit").length;

async function setPlan(plan: string): Promise<void> {
  const user = await product.app.findRecordById("generatio_users", ann.id);
  user.set("plan", plan);
  await product.app.save(user);
}

const quota = async () => (await ann.get("me/limits")).body["quota"] as Record<string, unknown>;

describe("one picture", () => {
  it("is made by Replicate and answered as the document says", async () => {
    const { status, body } = await one({ size: "1024x1024", style: "realistic" });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      success: true,
      image_url: expect.stringMatching(
        new RegExp(`^${product.url}/api/files/images/[a-z0-9]{15}/flux_schnell_1_\\w+\\.png$`),
      ),
      model: "flux-schnell",
      cost: 0.003,
      size: "1024x1024",
      quality: "high",
      prompt_used:
        "a red fox, photorealistic, highly detailed, natural lighting, sharp focus, realistic textures",
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      warnings: [],
    });
    expect(body["generation_time"]).toBeGreaterThan(0);
    const file = await fetch(String(body["image_url"]));
    expect([file.status, file.headers.get("content-type")]).toEqual([200, "image/png"]);
    const [image] = await product.app.findRecordsByFilter("images", `user_id = "${ann.id}"`);
    expect([image?.getString("prompt"), image?.getString("provider")]).toEqual([
      "a red fox",
      "replicate",
    ]);
    expect(replicate.journal.at(-1)?.authorization).toBe("");
  });

  it.for([
    ["no style is named", {}, "a red fox, photorealistic, highly detailed"],
    [
      "another is",
      { style: "sketch" },
      "a red fox, graphite sketch, cross-hatching, paper texture",
    ],
    ["it is none", { style: "none" }, "a red fox"],
    ["enhancement is off", { enhance_prompt: false, style: "anime" }, "a red fox"],
    [
      "the words are there",
      { prompt: "Graphite sketch of a fox", style: "sketch" },
      "Graphite sketch of a fox, cross-hatching, paper texture",
    ],
  ] as const)("is asked for with the words of its style when %s", async ([, body, expected]) => {
    const answer = await one(body);
    expect(answer.status).toBe(201);
    expect(String(answer.body["prompt_used"]).startsWith(expected)).toBe(true);
    expect(sent()["prompt"]).toBe(answer.body["prompt_used"]);
  });

  it.for([
    ["a ratio", { aspect_ratio: "16:9" }, "16:9", []],
    ["a size", { size: "768x1024" }, "3:4", []],
    ["both, agreeing", { size: "1344x768", aspect_ratio: "16:9" }, "16:9", []],
    [
      "both, disagreeing",
      { size: "1024x1024", aspect_ratio: "16:9" },
      "16:9",
      ["The size 1024x1024 is not 16:9: the ratio was taken."],
    ],
    [
      "a shape that the model does not make",
      { aspect_ratio: "1:4" },
      "9:21",
      ["Flux Schnell (Replicate) does not make this shape: 9:21 was taken."],
    ],
  ] as const)("has the shape of %s", async ([, body, ratio, warnings]) => {
    const answer = await one(body);
    expect([answer.status, answer.body["warnings"], sent()["aspect_ratio"]]).toEqual([
      201,
      warnings,
      ratio,
    ]);
  });

  it("is the same when its Idempotency-Key comes again", async () => {
    const before = submits();
    const again = () => one({}, { "Idempotency-Key": "same" });
    const [first, second] = [await again(), await again()];
    expect(second.body).toEqual(first.body);
    expect([submits() - before, (await quota())["used"]]).toEqual([1, 1]);
  });
});

describe("a request is refused", () => {
  it.for([
    ["prompt", {}],
    ["prompt", { prompt: "  " }],
    ["size", { prompt: "p", size: "big" }],
    ["size", { prompt: "p", size: "1x1" }],
    ["style", { prompt: "p", style: "baroque" }],
    ["aspect_ratio", { prompt: "p", aspect_ratio: "0:1" }],
    ["enhance_prompt", { prompt: "p", enhance_prompt: "no" }],
    ["model", { prompt: "p", model: "nobody-s" }],
  ] as const)("for its %s", async ([field, body]) => {
    const before = submits();
    const answer = await ann.post(V1, body);
    expect(answer.status).toBe(400);
    expect(answer.body["error"]).toBe("validation_error");
    expect(answer.body["message"]).toContain(field);
    expect(submits()).toBe(before);
  });

  it("without a login, in the document's words", async () => {
    for (const headers of [{}, { Authorization: "Bearer no" }]) {
      const answer = await product.call("POST", V1, { body: { prompt: "p" }, headers });
      expect(answer).toMatchObject({
        status: 401,
        body: { error: "unauthorized", message: "Invalid or expired token" },
      });
    }
  });

  it("by the provider's content policy, and nothing is counted", async () => {
    const answer = await one({ prompt: "x [[emu:422]]" });
    expect(answer).toMatchObject({
      status: 400,
      body: { error: "validation_error", code: "content_policy" },
    });
    expect((await quota())["used"]).toBe(0);
  });
});

describe("the plan", () => {
  it("pays five pictures a month, and not a sixth", async () => {
    for (let count = 0; count < 5; count++) expect((await one({})).status).toBe(201);
    const before = submits();
    const answer = await one({});
    expect(answer.status).toBe(402);
    expect(answer.body).toEqual({
      error: "graphics_limit_reached",
      message: "Monthly graphics limit reached: 5 images",
      used: 5,
      limit: 5,
      resets_at: (await quota())["resets_at"],
    });
    expect(String(answer.body["resets_at"])).toMatch(/^\d{4}-\d\d-01T00:00:00\.000Z$/);
    expect(submits()).toBe(before);
  });

  it("cannot be passed by many requests at once", async () => {
    const answers = await Promise.all(Array.from({ length: 9 }, () => one({})));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 402)).toHaveLength(4);
    expect((await quota())["used"]).toBe(5);
  });

  it("does not count what came to nothing", async () => {
    for (let count = 0; count < 6; count++) {
      expect((await one({ prompt: "x [[emu:fail]]" })).status).toBe(502);
    }
    expect([(await one({})).status, await quota()]).toMatchObject([201, { used: 1, limit: 5 }]);
  });

  it("gives more to others", async () => {
    await setPlan("pro");
    expect(await quota()).toMatchObject({ used: 0, limit: 500 });
    await setPlan("enterprise");
    expect(await quota()).toMatchObject({ limit: null });
  });

  it("cannot be set by its user", async () => {
    const users = ann.client.collection("generatio_users");
    await expect(users.update(ann.id, { plan: "enterprise" })).rejects.toMatchObject({
      status: 400,
    });
    const fresh = {
      email: "cheat@example.com",
      password: "1234567890",
      passwordConfirm: "1234567890",
    };
    await expect(users.create({ ...fresh, plan: "pro" })).rejects.toMatchObject({ status: 400 });
  });

  it("costs the house, not the user's budget", async () => {
    await ann.call("PUT", "financial/budgets", { budgets: [{ window: "day", hard: 0 }] });
    expect((await one({})).status).toBe(201);
    const rows = await product.app.query<{ debit: string; unit: string; amount: number }>({
      sql: "SELECT debit, unit, amount FROM _xLedger WHERE user_id = ? AND kind = 'hold' ORDER BY unit",
      parameters: [ann.id],
    });
    expect(rows).toEqual([
      { debit: `plan/${ann.id}`, unit: "images", amount: 1 },
      { debit: "house", unit: "usd_micros", amount: 3000 },
    ]);
  });

  it("pays on /api/custom too, without a session", async () => {
    const answer = await ann.generate({ model: "flux-schnell", parameters: { num_images: 2 } });
    expect([answer.status, answer.body["cost"]]).toEqual([200, 0.006]);
    expect((await quota())["used"]).toBe(2);
    expect((await ann.generate()).status).toBe(401);
  });
});

describe("a model of the enterprise plan", () => {
  it.for(["free", "pro"])("is refused to the plan %s", async (plan) => {
    await setPlan(plan);
    const answer = await one({ model: "dall-e-3" });
    expect([answer.status, answer.body["error"]]).toEqual([403, "authorization_error"]);
    expect(openAi.journal).toEqual([]);
  });

  it("is there for enterprise, at what its tokens cost", async () => {
    await setPlan("enterprise");
    const answer = await one({ model: "dall-e-3", size: "1536x1024", enhance_prompt: false });
    expect(answer.status).toBe(201);
    // 1056 tokens of the picture at 30, and 3 of the prompt at 5 micro-dollars.
    expect(answer.body).toMatchObject({
      model: "gpt-image-2.5-flare",
      size: "1536x1024",
      cost: 0.031695,
    });
    expect(openAi.journal[0]).toMatchObject({
      authorization: `Bearer ${OPENAI_KEY}`,
      body: { model: "gpt-image-2.5-flare", size: "1536x1024", quality: "medium", n: 1 },
    });
  });
});

describe("a batch", () => {
  it("makes a picture of each prompt, in order", async () => {
    const { status, body } = await batch({ prompts: ["a cat", "a dog"], style: "none" });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      success: true,
      total: 2,
      succeeded: 2,
      failed: 0,
      errors: [],
      total_cost: 0.006,
      images: [{ prompt_used: "a cat" }, { prompt_used: "a dog" }],
    });
    const list = await ann.get("jobs");
    const ids = (list.body["items"] as { batch_id: string }[]).map((job) => job.batch_id);
    expect([ids.length, new Set(ids).size]).toEqual([2, 1]);
    expect((await ann.get(`jobs?batch=${ids[0]}`)).body["totalItems"]).toBe(2);
  });

  it.for([["count"], ["variations"]] as const)("makes %s of one prompt", async ([name]) => {
    const { body } = await batch({ prompt: "a cat", [name]: 3 });
    expect([body["total"], (body["images"] as unknown[]).length]).toEqual([3, 3]);
  });

  it("tells which of it failed", async () => {
    const { status, body } = await batch({ prompts: ["a cat", "x [[emu:fail]]", "a dog"] });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      success: true,
      succeeded: 2,
      failed: 1,
      errors: [{ index: 1, error: "external_error" }],
      total_cost: 0.006,
    });
    expect((await quota())["used"]).toBe(2);
  });

  it("is refused as a whole when the plan does not reach", async () => {
    await one({});
    const before = submits();
    const answer = await batch({ prompt: "a cat", count: 5 });
    expect(answer.status).toBe(402);
    expect(answer.body).toMatchObject({
      error: "graphics_limit_reached",
      used: 1,
      limit: 5,
      requested: 5,
    });
    expect([submits(), (await quota())["used"]]).toEqual([before, 1]);
  });

  it.for([
    [{}],
    [{ prompts: [] }],
    [{ prompts: ["a"], prompt: "b" }],
    [{ prompts: Array.from({ length: 11 }, () => "a") }],
    [{ prompt: "a", count: 0 }],
    [{ prompts: ["a", " "] }],
  ])("is refused: %j", async ([body]) => {
    const answer = await batch(body!);
    expect([answer.status, answer.body["error"]]).toEqual([400, "validation_error"]);
  });
});

describe("the mock", () => {
  it("draws when it is named, and says so", async () => {
    const answer = await one({ model: "mock" });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      model: "mock",
      cost: 0,
      warnings: ["Made by the mock provider: a test picture, not generated by any model."],
    });
    const [image] = await product.app.findRecordsByFilter("images", `user_id = "${ann.id}"`);
    expect(image?.getJson("other_info")).toMatchObject({ provider: "mock", mock: true });
    expect((await quota())["used"]).toBe(0);
  });

  it("never stands in for a provider that fails", async () => {
    replicate.fail("submit", { kind: "answer", status: 500, body: { detail: "down" } });
    expect((await one({})).status).toBe(502);
    expect(await product.app.countRecords("images", `user_id = "${ann.id}"`)).toBe(0);
  });

  it("is not there unless the operator says so", async () => {
    const env = { GENERATIO_MOCK: "", REPLICATE_API_TOKEN: "", OPENAI_API_KEY: "" };
    const plain = await startProduct({ env });
    try {
      const bob = await (await plain.signUp()).unlock();
      const answer = await bob.generate({ model: "mock" });
      expect([answer.status, Object.keys(answer.body["data"] as object)]).toEqual([400, ["model"]]);
      expect(Object.keys((await bob.get("generate/models")).body)).not.toContain("mock");
      for (const sessionId of [bob.sessionId, ""]) {
        bob.sessionId = sessionId;
        const noKey = await bob.post(V1, { prompt: "p" });
        expect([noKey.status, noKey.body["code"]]).toEqual([503, "provider_not_configured"]);
      }
    } finally {
      await plain.close();
    }
  });
});

describe("a stop of the server", () => {
  it("does not end a job on the server's own key: it is followed at once, not repeated", async () => {
    const slow = await startReplicateEmulator({ workMs: 60_000 });
    const env = { GENERATIO_REPLICATE_URL: slow.url, REPLICATE_API_TOKEN: "any" };
    const folder = mkdtempSync(join(tmpdir(), "generatio-v1-"));
    const dataDir = join(folder, "pb_data");
    const first = await startProduct({ dataDir, env });
    const bob = await first.signUp();
    await bob.generate({ model: "flux-schnell", async: true });
    await expect
      .poll(() => first.app.countRecords("jobs", 'state = "running"'), { timeout: 5000 })
      .toBe(1);
    await first.close();
    slow.tick(120_000);
    const second = await startProduct({ dataDir, env });
    await expect
      .poll(() => second.app.countRecords("jobs", 'state = "succeeded"'), { timeout: 5000 })
      .toBe(1);
    expect(slow.journal.filter(({ route }) => route === "submit")).toHaveLength(1);
    await second.close();
    await slow.close();
    rmSync(folder, { recursive: true });
  });
});

describe("the plain routes", () => {
  const get = (path: string) => fetch(`${product.url}${path}`);

  it("GET /health tells the version and the environment", async () => {
    const text = await (await get("/health")).text();
    expect(text).toContain("v1");
    expect(text).toContain("production");
  });

  it("GET /openapi.json holds the document's schemas by name, and its routes", async () => {
    const document = (await (await get("/openapi.json")).json()) as {
      openapi: string;
      paths: Record<string, unknown>;
      components: { schemas: Record<string, { properties: Record<string, unknown> }> };
    };
    expect(document.openapi).toBe("3.1.0");
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining([
        "/api/v1/generate/image",
        "/api/v1/generate/image/batch",
        "/api/custom/generate/image",
      ]),
    );
    const { schemas } = document.components;
    expect(Object.keys(schemas)).toEqual(
      expect.arrayContaining([
        "ImageGenerationRequest",
        "ImageGenerationResponse",
        "MultipleImageRequest",
        "MultipleImageResponse",
      ]),
    );
    expect(Object.keys(schemas["ImageGenerationRequest"]!.properties)).toEqual(
      expect.arrayContaining(["prompt", "size", "style", "aspect_ratio", "enhance_prompt"]),
    );
  });

  it("describes only routes that exist", async () => {
    const document = (await (await get("/openapi.json")).json()) as {
      paths: Record<string, Record<string, { security?: unknown }>>;
    };
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const [method, { security }] of Object.entries(operations)) {
        const response = await fetch(product.url + path, { method: method.toUpperCase() });
        expect([method, path, response.status]).toEqual([method, path, security ? 401 : 200]);
      }
    }
  });

  it("GET /docs is a page for people", async () => {
    const response = await get("/docs");
    expect(response.headers.get("content-type")).toContain("text/html");
    expect(await response.text()).toContain("/api/v1/generate/image/batch");
  });
});
