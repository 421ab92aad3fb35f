import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type ReplicateEmulator,
  startReplicateEmulator,
} from "../../../hooks/generatio/testing/index.ts";
import {
  KEY,
  KEY_PASSWORD,
  type Member,
  type ProductServer,
  startProduct,
} from "./product-server.ts";

// The rows of documents 000 (G) and 003 (F) that are done, each by what a client or the database sees.

let product: ProductServer;
let replicate: ReplicateEmulator;
let ann: Member;

beforeAll(async () => {
  replicate = await startReplicateEmulator();
  product = await startProduct({
    env: {
      GENERATIO_REPLICATE_URL: replicate.url,
      REPLICATE_API_TOKEN: "r8_emulated",
      OPENAI_API_KEY: "never-used",
    },
  });
  ann = await (await product.signUp()).unlock();
});
afterAll(async () => {
  await product.close();
  await replicate.close();
});

const v1 = (path: string, body: unknown, who = ann) => who.post(`../v1/generate/${path}`, body);
const schemaOf = (name: string) => product.app.findCollection(name);
const fieldOf = (collection: string, name: string) => schemaOf(collection).findField(name);
const lastImage = async () =>
  (
    await product.app.findRecordsByFilter("images", `user_id = "${ann.id}"`, {
      sort: "-created",
      limit: 1,
    })
  )[0]!;

describe("document 000: collections", () => {
  it("G-011 generatio_users is an auth collection", () => {
    expect(schemaOf("generatio_users").type).toBe("auth");
  });

  it.for([
    ["G-012", "generatio_users", "fal_token", { type: "text", hidden: true }],
    ["G-013", "generatio_users", "financial_data", { type: "json" }],
    ["G-014", "generatio_users", "model_preferences", { type: "relation" }],
    ["G-015", "images", "title", { type: "text" }],
    ["G-016", "images", "url", { type: "text", required: true }],
    ["G-017", "images", "user_id", { type: "relation", required: true, cascadeDelete: true }],
    ["G-018", "images", "prompt", { type: "text", required: true }],
    ["G-019", "images", "request_id", { type: "text" }],
    ["G-020", "images", "model", { type: "text", required: true }],
    ["G-021", "images", "batch_number", { type: "number" }],
    ["G-022", "images", "image_size", { type: "json" }],
    ["G-023", "images", "other_info", { type: "json" }],
    ["G-024", "images", "folder_id", { type: "relation", cascadeDelete: false }],
    ["G-025", "images", "deleted_at", { type: "date" }],
    ["G-026", "folders", "name", { type: "text", required: true }],
    ["G-027", "folders", "user_id", { type: "relation", required: true }],
    ["G-028", "folders", "parent_id", { type: "relation" }],
    ["G-029", "folders", "private", { type: "bool" }],
    ["G-030", "folders", "deleted_at", { type: "date" }],
    ["G-031", "model_preferences", "model_name", { type: "text", required: true }],
    ["G-032", "model_preferences", "preferences", { type: "json" }],
  ] as const)("%s %s.%s", ([, collection, field, facts]) => {
    expect(fieldOf(collection, field)).toMatchObject(facts);
  });
});

describe("document 000: endpoints", () => {
  it("G-033 an endpoint needs a login", async () => {
    const answer = await product.call("GET", "collections");
    expect([answer.status, answer.body["error"]]).toEqual([401, "authentication_error"]);
  });

  it("G-040 GET status", async () => {
    const { status, body } = await product.call("GET", "status");
    expect([status, body["status"]]).toEqual([200, "ok"]);
    expect(body["services"]).toMatchObject({ encryption: "AES-256-GCM with PBKDF2" });
    expect(body["available_models"]).toMatchObject({
      "flux/schnell": { name: "flux/schnell", display_name: "Flux Schnell", cost_per_image: 0.003 },
    });
  });

  it("G-041 POST tokens/setup stores it encrypted", async () => {
    const bob = await product.signUp();
    const answer = await bob.post("tokens/setup", { fal_token: KEY, password: KEY_PASSWORD });
    expect(answer).toMatchObject({
      status: 200,
      body: { success: true, message: "FAL token setup successfully" },
    });
    const stored = await product.app.findRecordById("generatio_users", bob.id);
    expect(stored.getString("fal_token")).toMatch(/^v2\.\d+\.[\w+/=-]+\.[\w+/=-]+$/);
  });

  it("G-042 POST tokens/verify", async () => {
    expect((await ann.post("tokens/verify", { password: "not this one" })).body).toEqual({
      has_token: true,
      can_decrypt: false,
    });
  });

  it("G-043, G-044 POST auth/create-session and DELETE auth/session", async () => {
    const opened = await ann.post("auth/create-session", { password: KEY_PASSWORD });
    const id = String(opened.body["session_id"]);
    expect([opened.status, id]).toEqual([200, expect.stringMatching(/^[0-9a-f-]{36}$/)]);
    const closed = await ann.call("DELETE", "auth/session", undefined, { "X-Session-ID": id });
    expect(closed.body).toEqual({ success: true, message: "Session deleted successfully" });
  });

  it("G-045 GET auth/token-status", async () => {
    const { body } = await ann.get("auth/token-status");
    expect(body).toEqual({ has_token: true, has_active_session: true, requires_login: false });
  });

  it("G-046 POST generate/image, G-018 to G-023 what is stored", async () => {
    const { status, body } = await ann.generate({ parameters: { seed: 7 } });
    expect([status, body["cost"], body["model"]]).toEqual([200, 0.003, "flux/schnell"]);
    expect(body["images"]).toEqual([
      expect.objectContaining({
        id: expect.any(String),
        url: expect.stringMatching(/^\/api\/files\//),
        thumbnail_url: expect.stringContaining("?thumb="),
      }),
    ]);
    const image = await lastImage();
    expect([image.getString("prompt"), image.getString("model")]).toEqual([
      "a fox",
      "flux/schnell",
    ]);
    expect([image.getString("request_id") !== "", image.getNumber("batch_number")]).toEqual([
      true,
      0,
    ]);
    expect(image.getJson("image_size")).toEqual({ preset: "square_hd", width: 1024, height: 1024 });
    expect(image.getJson("other_info")).toMatchObject({
      seed: 7,
      provider: "fal",
      has_nsfw: false,
    });
  });

  it("G-047 GET generate/models, G-060 to G-067 the catalogue", async () => {
    const { body } = await ann.get("generate/models");
    expect(body).toMatchObject({
      "flux/schnell": {
        cost_per_image: 0.003,
        parameters: {
          image_size: { default: "square_hd", description: expect.any(String) },
          num_images: { type: "integer", default: 1, min: 1, max: 4 },
          guidance_scale: { type: "number" },
          num_inference_steps: { type: "integer" },
        },
      },
      "hidream/hidream-i1-dev": { cost_per_image: 0.004 },
      "hidream/hidream-i1-fast": { cost_per_image: 0.003 },
    });
  });

  it("G-048 GET financial/stats", async () => {
    const { status, body } = await ann.get("financial/stats");
    expect(status).toBe(200);
    expect(body).toMatchObject({
      total_spent: 0.003,
      total_images: 1,
      recent_spending: 0.003,
      average_cost: 0.003,
    });
  });

  it("G-049, G-050 POST preferences/get and preferences/save", async () => {
    const model_name = "flux/schnell";
    const saved = await ann.post("preferences/save", {
      model_name,
      preferences: { num_images: 1 },
    });
    expect(saved.body).toEqual({ success: true, message: "Preferences saved successfully" });
    expect((await ann.post("preferences/get", { model_name })).body).toEqual({
      model_name,
      has_preferences: true,
      preferences: { num_images: 1 },
    });
  });

  it("G-051, G-052 POST collections/create and GET collections", async () => {
    const { body } = await ann.post("collections/create", { name: "My Collection" });
    expect(body).toMatchObject({ id: expect.any(String), name: "My Collection", parent_id: "" });
    expect((await ann.get("collections")).body["collections"]).toEqual([
      expect.objectContaining({ id: body["id"], user_id: ann.id, private: false }),
    ]);
  });

  it("G-053 GET test", async () => {
    expect((await product.call("GET", "test")).body).toMatchObject({ status: "ok" });
  });

  it.for([
    ["G-087", 400, "validation_error", () => ann.generate({ parameters: { num_images: 5 } })],
    ["G-088", 401, "authentication_error", () => product.call("GET", "jobs")],
    ["G-090", 404, "not_found", () => ann.get("jobs/nosuchjob")],
    ["G-092", 502, "external_error", () => ann.generate({ prompt: "p [[emu:fail]]" })],
    ["G-086", 404, "not_found", () => ann.get("no/such/route")],
  ] as const)("%s a %d is %s", async ([, status, error, call]) => {
    const answer = await call();
    expect([answer.status, answer.body["error"]]).toEqual([status, error]);
    expect(answer.body["message"]).toMatch(/\w/);
  });

  it("G-068 an unknown parameter is named", async () => {
    const { status, body } = await ann.generate({ parameters: { nonsense: 1 } });
    expect([status, Object.keys(body["data"] as object)]).toEqual([400, ["parameters.nonsense"]]);
  });

  it("G-074 a session is its own user's only", async () => {
    const bob = await product.signUp();
    bob.sessionId = ann.sessionId;
    expect((await bob.generate()).status).toBe(401);
  });

  it("G-101, G-102 the request goes to FAL at the top level, and its id is stored", async () => {
    await ann.generate({ prompt: "a top level fox" });
    const sent = product.emulator.journal.findLast(({ route }) => route === "submit");
    expect(sent).toMatchObject({
      path: "/fal-ai/flux/schnell",
      body: { prompt: "a top level fox" },
    });
    const [job] = await product.app.findRecordsByFilter("jobs", 'prompt = "a top level fox"');
    expect(product.emulator.accepted().map(({ id }) => id)).toContain(
      job?.getString("provider_request_id"),
    );
  });

  it("G-105 a job is cancelled by PUT", async () => {
    const { body } = await ann.generate({ async: true, prompt: "x [[emu:slow=60000]]" });
    const jobId = String(body["job_id"]);
    await expect
      .poll(async () => (await ann.get(`jobs/${jobId}`)).body["status"], { timeout: 5000 })
      .toBe("running");
    await ann.post(`jobs/${jobId}/cancel`, {});
    expect(product.emulator.journal.findLast(({ route }) => route === "cancel")?.method).toBe(
      "PUT",
    );
    expect((await ann.get(`jobs/${jobId}`)).body["status"]).toBe("canceled");
  });
});

describe("document 003", () => {
  it("F-004, F-008, F-015 to F-021 one picture", async () => {
    const { status, body } = await v1("image", {
      prompt: "Flutter logo in office of pakistan",
      size: "1024x1024",
      style: "realistic",
      aspect_ratio: "1:1",
      enhance_prompt: true,
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      success: true,
      model: "flux-schnell",
      cost: 0.003,
      size: "1024x1024",
      quality: "high",
      generation_time: expect.any(Number),
      prompt_used: expect.stringMatching(
        /^Flutter logo in office of pakistan, photorealistic, highly detailed/,
      ),
      timestamp: expect.stringMatching(/Z$/),
    });
    expect(replicate.journal[0]?.path).toBe(
      "/v1/models/black-forest-labs/flux-schnell/predictions",
    );
  });

  it("F-013 the address is this server's own", async () => {
    const bob = await product.signUp();
    const { body } = await v1("image", { prompt: "p" }, bob);
    expect(String(body["image_url"]).startsWith(`${product.url}/api/files/images/`)).toBe(true);
    expect((await fetch(String(body["image_url"]))).status).toBe(200);
  });

  it("F-005, F-036 a batch", async () => {
    const bob = await product.signUp();
    const { status, body } = await v1("image/batch", { prompts: ["one", "two"] }, bob);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      success: true,
      total: 2,
      succeeded: 2,
      failed: 0,
      total_cost: 0.006,
    });
    const filter = `user_id = "${bob.id}" && batch_id != ""`;
    expect(await product.app.countRecords("jobs", filter)).toBe(2);
  });

  it("F-022 a token that does not hold", async () => {
    const answer = await product.call("POST", "../v1/generate/image", { body: { prompt: "p" } });
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual({ error: "unauthorized", message: "Invalid or expired token" });
  });

  it("F-023, F-024 the monthly limit", async () => {
    const bob = await product.signUp();
    await v1("image/batch", { prompt: "p", count: 5 }, bob);
    const { status, body } = await v1("image", { prompt: "p" }, bob);
    expect(status).toBe(402);
    expect(body).toMatchObject({
      error: "graphics_limit_reached",
      message: "Monthly graphics limit reached: 5 images",
      used: 5,
      limit: 5,
    });
  });

  it("F-009 /health and /docs, F-006 the schema names", async () => {
    const get = async (path: string) => (await fetch(product.url + path)).text();
    expect(await get("/health")).toContain('"status":"ok"');
    expect(await get("/docs")).toContain("/api/v1/generate/image");
    for (const name of [
      "ImageGenerationRequest",
      "ImageGenerationResponse",
      "MultipleImageRequest",
      "MultipleImageResponse",
    ]) {
      expect(await get("/openapi.json")).toContain(`"${name}":{`);
    }
  });

  it("F-025 the key goes to Replicate, and nowhere else", () => {
    const submits = replicate.journal.filter(({ route }) => route === "submit");
    expect(submits.every(({ authorization }) => authorization === "Bearer r8_emulated")).toBe(true);
    const files = replicate.journal.filter(({ route }) => route === "file");
    expect(files.length).toBeGreaterThan(0);
    expect(files.every(({ authorization }) => authorization === "")).toBe(true);
  });

  it("F-027 DALL-E 3 is for enterprise only", async () => {
    const { status, body } = await v1("image", { prompt: "p", model: "dall-e-3" });
    expect([status, body["error"]]).toEqual([403, "authorization_error"]);
  });

  it("F-034 a failure stays one: nothing is made up", async () => {
    replicate.fail("submit", { kind: "answer", status: 500, body: { detail: "down" } });
    const bob = await product.signUp();
    const { status, body } = await v1("image", { prompt: "p" }, bob);
    expect([status, body["error"]]).toEqual([502, "external_error"]);
    expect(await product.app.countRecords("images", `user_id = "${bob.id}"`)).toBe(0);
  });
});
