import { expect } from "vitest";
import { custom, expectAnswer, lastSubmit, picture, planned, some, v1 } from "./asking.ts";
import type { Row, World } from "./world.ts";

// Document 003, row by row. What it says about its client is checked by what that client stands on.

const IMAGE = { route: "POST /api/v1/generate/image" };
const BATCH = { route: "POST /api/v1/generate/image/batch" };
const UNAUTHORIZED = { error: "unauthorized", message: "Invalid or expired token" };
const PROMPT = "Flutter logo in office of pakistan";

/** The document's own example. */
const EXAMPLE = {
  prompt: PROMPT,
  size: "1024x1024",
  style: "realistic",
  aspect_ratio: "1:1",
  enhance_prompt: true,
};

const text = async (world: World, path: string) => {
  const answer = await fetch(world.product.url + path);
  return { status: answer.status, body: await answer.text() };
};

/** One picture for somebody new, so that no plan is used up. */
async function made(world: World, body: Record<string, unknown> = EXAMPLE, plan = "") {
  const who = await planned(world, plan);
  return { who, ...(await v1(world, "image", body, who)) };
}

const member = (id: string, title: string, name: string, value: unknown): Row => ({
  id,
  title,
  off: IMAGE,
  check: async (world) => {
    const { status, body } = await made(world);
    expect([status, body[name]]).toEqual([201, value]);
  },
});

const refusal = (id: string, title: string): Row => ({
  id,
  title,
  off: IMAGE,
  check: async (world) => {
    expectAnswer(
      await world.call("POST", IMAGE.route.slice(5), { body: EXAMPLE }),
      401,
      UNAUTHORIZED,
    );
    expect((await made(world)).status).toBe(201);
  },
});

export const DOCUMENT_003: readonly Row[] = [
  {
    id: "F-001",
    title: "a login's token is all that a client sends",
    off: IMAGE,
    check: async (world) => {
      const { who, status } = await made(world);
      const headers = { Authorization: `Bearer ${who.client.authStore.token}` };
      const body = await world.call("POST", "/api/v1/generate/image", { headers, body: EXAMPLE });
      expect([status, body.status]).toEqual([201, 201]);
    },
  },
  refusal("F-002", "without a token there is nothing but the words for that"),
  {
    id: "F-003",
    title: "single and batch both want the login first",
    off: BATCH,
    check: async (world) => {
      for (const path of ["image", "image/batch"])
        expectAnswer(
          await world.call("POST", `/api/v1/generate/${path}`, { body: {} }),
          401,
          UNAUTHORIZED,
        );
    },
  },
  {
    id: "F-004",
    title: "POST /api/v1/generate/image",
    off: IMAGE,
    check: async (world) => {
      const { status, body } = await made(world);
      expect([status, body["success"]]).toEqual([201, true]);
    },
  },
  {
    id: "F-005",
    title: "POST /api/v1/generate/image/batch",
    off: BATCH,
    check: async (world) => {
      const who = await planned(world);
      const { status, body } = await v1(world, "image/batch", { prompts: ["one", "two"] }, who);
      expect([status, body["total"], body["succeeded"]]).toEqual([201, 2, 2]);
    },
  },
  {
    id: "F-006",
    title: "the schemas have the document's names",
    off: { route: "GET /openapi.json" },
    check: async (world) => {
      const { status, body } = await world.call("GET", "/openapi.json");
      const { schemas } = (body["components"] ?? {}) as { schemas: Record<string, unknown> };
      expect(status).toBe(200);
      for (const name of [
        "ImageGenerationRequest",
        "ImageGenerationResponse",
        "MultipleImageRequest",
        "MultipleImageResponse",
      ])
        expect(Object.keys(schemas)).toContain(name);
    },
  },
  {
    id: "F-007",
    title: "a failure has one sentence to throw",
    off: IMAGE,
    check: async (world) => {
      const { status, body } = await made(world, { prompt: "" });
      expect([status, body]).toEqual([
        400,
        some({ message: expect.stringMatching(/^prompt .*\.$/) }),
      ]);
    },
  },
  {
    id: "F-008",
    title: "login, token, Replicate's Flux Schnell, image_url",
    off: IMAGE,
    check: async (world) => {
      const { status, body } = await made(world);
      expect([status, lastSubmit(world.replicate)?.path]).toEqual([
        201,
        "/v1/models/black-forest-labs/flux-schnell/predictions",
      ]);
      expect((await fetch(String(body["image_url"]))).status).toBe(200);
    },
  },
  {
    id: "F-009",
    title: "GET /health and /docs",
    off: { route: "GET /health" },
    check: async (world) => {
      const health = await text(world, "/health");
      expect([health.status, health.body]).toEqual([200, expect.stringContaining('"status":"ok"')]);
      expect((await text(world, "/docs")).body).toContain("/api/v1/generate/image");
    },
  },
  {
    id: "F-010",
    title: "one prompt is all that the form has to send",
    off: IMAGE,
    check: async (world) => {
      const { status, body } = await made(world, { prompt: PROMPT });
      expect([status, body["image_url"]]).toEqual([201, expect.stringMatching(/^http/)]);
    },
  },
  {
    id: "F-011",
    title: "what a client logs is in the answer: the prompt that was sent, and the address",
    off: IMAGE,
    check: async (world) => {
      const { status, body } = await made(world);
      expect([status, body]).toEqual([
        201,
        some({ prompt_used: expect.stringContaining(PROMPT), image_url: expect.any(String) }),
      ]);
    },
  },
  {
    id: "F-012",
    title: "placeholders come only from the mock, by its name",
    off: { env: { GENERATIO_MOCK: "0" } },
    check: async (world) => {
      const { status, body } = await made(world, { prompt: "x", model: "mock" });
      expect([status, body["model"], body["warnings"]]).toEqual([
        201,
        "mock",
        [expect.stringContaining("mock provider")],
      ]);
    },
  },
  {
    id: "F-013",
    title: "the address is this server's, not the provider's",
    off: IMAGE,
    check: async (world) => {
      const { body } = await made(world);
      expect(String(body["image_url"])).toContain(`${world.product.url}/api/files/images/`);
    },
  },
  refusal("F-014", "the bearer token is what counts"),
  {
    id: "F-015",
    title: "prompt is required",
    off: IMAGE,
    check: async (world) => {
      const { status, body } = await made(world, { size: "1024x1024" });
      expect([status, body["error"]]).toEqual([400, "validation_error"]);
      expect((await made(world, { prompt: PROMPT })).status).toBe(201);
    },
  },
  {
    id: "F-016",
    title: "size",
    off: IMAGE,
    check: async (world) => {
      const { body } = await made(world, { prompt: PROMPT, size: "1344x768" });
      expect(body["size"]).toBe("1344x768");
      expect((await made(world, { prompt: PROMPT, size: "large" })).status).toBe(400);
    },
  },
  {
    id: "F-017",
    title: "style",
    off: IMAGE,
    check: async (world) => {
      const { body } = await made(world, { prompt: "a fox", style: "watercolor" });
      expect(body["prompt_used"]).toMatch(/^a fox, watercolor on textured paper/);
      expect((await made(world, { prompt: "a fox", style: "unknown" })).status).toBe(400);
    },
  },
  {
    id: "F-018",
    title: "aspect_ratio, which wins over the size",
    off: IMAGE,
    check: async (world) => {
      const { status, body } = await made(world, {
        prompt: "x",
        size: "1024x1024",
        aspect_ratio: "16:9",
      });
      expect([status, body["size"], body["warnings"]]).toEqual([
        201,
        "1344x768",
        [expect.stringContaining("16:9")],
      ]);
    },
  },
  {
    id: "F-019",
    title: "enhance_prompt, true unless said otherwise",
    off: IMAGE,
    check: async (world) => {
      const plain = await made(world, { prompt: "a fox", enhance_prompt: false });
      const enhanced = await made(world, { prompt: "a fox" });
      expect([plain.body["prompt_used"], enhanced.body["prompt_used"]]).toEqual([
        "a fox",
        expect.stringMatching(/^a fox, photorealistic, highly detailed/),
      ]);
    },
  },
  member("F-020", "201", "success", true),
  {
    id: "F-021",
    title: "every member of the answer",
    off: IMAGE,
    check: async (world) => {
      const { status, body } = await made(world);
      expect([status, body]).toEqual([
        201,
        some({
          success: true,
          image_url: expect.stringMatching(/^http/),
          model: "flux-schnell",
          generation_time: expect.any(Number),
          cost: 0.003,
          size: "1024x1024",
          quality: "high",
          prompt_used: expect.stringMatching(/photorealistic, highly detailed/),
          timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        }),
      ]);
    },
  },
  refusal("F-022", "the 401 to the letter"),
  {
    id: "F-023",
    title: "the 402 to the letter",
    off: { env: { GENERATIO_PLAN_LIMITS: "free=unlimited" } },
    check: async (world) => {
      const who = await planned(world);
      await v1(world, "image/batch", { prompt: "p", count: 5 }, who);
      const { status, body } = await v1(world, "image", { prompt: "p" }, who);
      expect([status, body]).toEqual([
        402,
        some({
          error: "graphics_limit_reached",
          message: "Monthly graphics limit reached: 5 images",
          used: 5,
          limit: 5,
        }),
      ]);
    },
  },
  {
    id: "F-024",
    title: "the plan free has five pictures a month",
    off: { env: { GENERATIO_PLAN_LIMITS: "free=7" } },
    check: async (world) => {
      const who = await planned(world);
      const { status, body } = await world.call("GET", custom("me/limits"), { who });
      const now = new Date();
      const next = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)).toISOString();
      expect([status, body["plan"], body["quota"]]).toEqual([
        200,
        "free",
        { used: 0, limit: 5, resets_at: next },
      ]);
    },
  },
  {
    id: "F-025",
    title: "the server's token goes to Replicate, and nowhere else",
    off: { env: { REPLICATE_API_TOKEN: "" } },
    check: async (world) => {
      expect((await made(world)).status).toBe(201);
      const seen = (route: string) =>
        new Set(
          world.replicate.journal
            .filter((entry) => entry.route === route)
            .map(({ authorization }) => authorization),
        );
      expect([...seen("submit"), ...seen("file")]).toEqual(["Bearer r8_emulated", ""]);
    },
  },
  {
    id: "F-026",
    title: "no foreign storage is needed: the file is here",
    off: IMAGE,
    check: async (world) => {
      const { body, who } = await made(world);
      const record = await world.newest("images", who.id);
      expect([record.id, record.getString("file") !== ""]).toEqual([body["id"], true]);
    },
  },
  {
    id: "F-027",
    title: "DALL-E 3 is for enterprise",
    off: { env: { OPENAI_API_KEY: "" } },
    check: async (world) => {
      const body = { prompt: "p", model: "dall-e-3" };
      const free = await made(world, body);
      expect([free.status, free.body["error"]]).toEqual([403, "authorization_error"]);
      const rich = await made(world, body, "enterprise");
      expect([rich.status, rich.body["model"]]).toEqual([201, "gpt-image-2.5-flare"]);
    },
  },
  {
    id: "F-028",
    title: "without the server's token it is said what is missing",
    off: IMAGE,
    check: async (world) => {
      const { status, body } = await v1(
        world,
        "image",
        { prompt: "x", model: "flux/dev" },
        await planned(world),
      );
      expect([status, body["message"]]).toEqual([401, expect.stringContaining("session")]);
    },
  },
  refusal("F-029", "not logged in: the words to show"),
  {
    id: "F-030",
    title: "a placeholder never comes unasked",
    off: IMAGE,
    check: async (world) => {
      const { who, status } = await made(world);
      const record = await world.newest("images", who.id);
      expect([status, record.getString("provider")]).toEqual([201, "replicate"]);
      expect(record.getJson("other_info")).not.toHaveProperty("mock");
    },
  },
  {
    id: "F-031",
    title: "whether the server runs can be asked without a login",
    off: { route: "GET /health" },
    check: async (world) => {
      const { status, body } = await world.call("GET", "/health");
      expect([status, body]).toEqual([
        200,
        some({ status: "ok", version: "v1", environment: "production" }),
      ]);
    },
  },
  refusal("F-032", "a 401 for a token that does not hold"),
  {
    id: "F-033",
    title: "how long a picture takes is told",
    off: IMAGE,
    check: async (world) => {
      const { status, body } = await made(world, {
        prompt: "slow [[emu:slow=400]]",
        enhance_prompt: false,
      });
      expect([status, Number(body["generation_time"]) >= 0.4]).toEqual([201, true]);
    },
  },
  {
    id: "F-034",
    title: "a failure stays one: nothing is made up",
    off: IMAGE,
    check: async (world) => {
      world.replicate.fail("submit", { kind: "answer", status: 500, body: { detail: "down" } });
      const { who, status, body } = await made(world);
      expect([status, body["error"]]).toEqual([502, "external_error"]);
      expect(await world.product.app.countRecords("images", `user_id = "${who.id}"`)).toBe(0);
    },
  },
  {
    id: "F-035",
    title: "the document's request gets the document's answer",
    off: IMAGE,
    check: async (world) => {
      const { status, body } = await made(world);
      const documented = [
        "success",
        "image_url",
        "model",
        "generation_time",
        "cost",
        "size",
        "quality",
        "prompt_used",
        "timestamp",
      ];
      expect([status, Object.keys(body)]).toEqual([201, expect.arrayContaining(documented)]);
    },
  },
  {
    id: "F-036",
    title: "a batch: prompts, or a prompt and a count; some may fail",
    off: BATCH,
    check: async (world) => {
      const who = await planned(world, "pro");
      const { status, body } = await v1(
        world,
        "image/batch",
        { prompts: ["one", "two [[emu:fail]]"] },
        who,
      );
      expect([status, body]).toEqual([
        201,
        some({ success: true, total: 2, succeeded: 1, failed: 1, total_cost: 0.003 }),
      ]);
      expect(body["errors"]).toEqual([some({ index: 1, error: "external_error" })]);
      const counted = await v1(world, "image/batch", { prompt: "p", count: 3 }, who);
      expect([counted.status, counted.body["succeeded"]]).toEqual([201, 3]);
      const { record } = await picture(world);
      expect(record.getString("user_id")).toBe(world.ann.id);
    },
  },
];
