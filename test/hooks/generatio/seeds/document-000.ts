import { createCipheriv, pbkdf2Sync, randomBytes } from "node:crypto";
import { expect } from "vitest";
import { readSettings } from "../../../../hooks/generatio/settings.ts";
import { KEY, KEY_PASSWORD, LOGIN_PASSWORD } from "../product-server.ts";
import { custom, expectAnswer, fieldOf, generate, lastSubmit, picture, some } from "./asking.ts";
import type { Row, World } from "./world.ts";

// Document 000, row by row: what a client or the database sees of it.

const route = (method: string, path: string) => ({ route: `${method} ${custom(path)}` });
const GENERATE = route("POST", "generate/image");
const SETUP = route("POST", "tokens/setup");
const SESSION = route("POST", "auth/create-session");

const field = (
  id: string,
  [collection, name]: readonly [string, string],
  facts: Record<string, unknown>,
  changed: Record<string, unknown> = { name: `${name}_off` },
): Row => ({
  id,
  title: `${collection}.${name}`,
  off: { change: [collection, name, changed] },
  check: async (world) => expect(await fieldOf(world, collection, name)).toMatchObject(facts),
});

const parameter = (id: string, title: string, name: string, facts: unknown): Row => ({
  id,
  title,
  off: { answer: [`GET ${custom("generate/models")}`, `flux/schnell.parameters.${name}`] },
  check: async (world) => {
    const { status, body } = await world.call("GET", custom("generate/models"), { who: world.ann });
    const model = body["flux/schnell"] as { parameters: Record<string, unknown> };
    expect([status, model.parameters[name]]).toEqual([200, facts]);
  },
});

const model = (id: string, title: string, name: string, cost: number): Row => ({
  id,
  title,
  off: { model: name },
  check: async (world) => {
    const { status, body } = await world.call("GET", custom("status"));
    expect([status, (body["available_models"] as Record<string, unknown>)[name]]).toEqual([
      200,
      some({ name, cost_per_image: cost }),
    ]);
    const made = await generate(world, { model: name });
    expect([made.status, made.body["cost"], made.body["model"]]).toEqual([200, cost, name]);
  },
});

const login = (world: World, email: string, password = LOGIN_PASSWORD) =>
  world.call("POST", "/api/collections/generatio_users/auth-with-password", {
    body: { identity: email, password },
  });

const tokenStatus = (world: World, who = world.ann) =>
  world.call("GET", custom("auth/token-status"), { who });

/** A key sealed as document 000 prints it. */
function sealV1(key: string, password: string): string {
  const [salt, nonce] = [randomBytes(32), randomBytes(12)];
  const cipher = createCipheriv(
    "aes-256-gcm",
    pbkdf2Sync(password, salt, 100_000, 32, "sha256"),
    nonce,
  );
  const sealed = Buffer.concat([cipher.update(key), cipher.final()]);
  const data = Buffer.concat([nonce, sealed, cipher.getAuthTag()]);
  return `${data.toString("base64")}.${salt.toString("base64")}`;
}

const secretOf = async (world: World, id: string) =>
  (await world.product.app.findRecordById("generatio_users", id)).getString("fal_token");

const COMPONENTS: readonly Row[] = [
  {
    id: "G-001",
    title: "users, pictures, preferences and folders are in the database",
    off: GENERATE,
    check: async (world) => {
      const { record } = await picture(world);
      expect(record.getString("user_id")).toBe(world.ann.id);
      for (const name of ["generatio_users", "folders", "model_preferences"])
        expect((await world.root.collections.getOne(name)).name).toBe(name);
    },
  },
  {
    id: "G-002",
    title: "keys are encrypted, AES-256-GCM with PBKDF2",
    off: SETUP,
    check: async (world) => {
      const stored = await secretOf(world, world.ann.id);
      expect(stored).toMatch(/^v2\.\d+\./);
      expect(stored).not.toContain(KEY);
      const { body } = await world.call("GET", custom("status"));
      expect(body["services"]).toMatchObject({ encryption: "AES-256-GCM with PBKDF2" });
    },
  },
  {
    id: "G-003",
    title: "sessions are in memory only",
    off: SESSION,
    check: async (world) => {
      expect(world.ann.sessionId).toMatch(/^[0-9a-f-]{36}$/);
      const { status, body } = await world.call("GET", custom("status"));
      expect([status, body["services"]]).toEqual([
        200,
        some({ sessions: { active: 1, total: 1 } }),
      ]);
    },
  },
  {
    id: "G-004",
    title: "FAL is asked by its queue and looked after",
    off: GENERATE,
    check: async (world) => {
      expect((await generate(world, { prompt: "queued [[emu:slow=300]]" })).status).toBe(200);
      const routes = world.product.emulator.journal.map((entry) => entry.route);
      expect(routes).toEqual(expect.arrayContaining(["submit", "status", "result", "file"]));
    },
  },
  {
    id: "G-005",
    title: "services above the sessions, HTTP below: one session serves every route",
    off: GENERATE,
    check: async (world) => {
      const estimate = await world.call("POST", custom("generate/estimate"), {
        who: world.ann,
        body: { model: "flux/schnell", prompt: "x" },
      });
      const made = await generate(world);
      expect([estimate.status, estimate.body["funding"], made.status]).toEqual([200, "byok", 200]);
    },
  },
  ...(["G-006", "G-007", "G-008"] as const).map((id, index): Row => ({
    id,
    title: [
      "one build, one command that serves",
      "the address is 127.0.0.1",
      "it serves without further flags",
    ][index]!,
    off: route("GET", "test"),
    check: async (world) => {
      expect(new URL(world.product.url).hostname).toBe("127.0.0.1");
      expectAnswer(await world.call("GET", custom("test")), 200, some({ status: "ok" }));
    },
  })),
  {
    id: "G-009",
    title: "superusers administrate under /_/",
    off: { route: "GET /_/" },
    check: async (world) => {
      const answer = await fetch(`${world.product.url}/_/`);
      expect([answer.status, answer.headers.get("content-type")]).toEqual([
        200,
        expect.stringContaining("text/html"),
      ]);
    },
  },
  {
    id: "G-010",
    title: "the collections are there without being made by hand",
    off: { change: ["folders", "private", { name: "private_off" }] },
    check: async (world) => {
      const { fields } = await world.root.collections.getOne("folders");
      const names = fields.map(({ name }) => name);
      expect(names).toEqual(
        expect.arrayContaining(["name", "user_id", "parent_id", "private", "deleted_at"]),
      );
    },
  },
  {
    id: "G-011",
    title: "generatio_users is an auth collection",
    off: { route: "POST /api/collections/generatio_users/auth-with-password" },
    check: async (world) => {
      expect((await world.root.collections.getOne("generatio_users")).type).toBe("auth");
      const { status, body } = await login(world, world.ann.email);
      expect([status, body["record"]]).toEqual([200, some({ id: world.ann.id })]);
    },
  },
];

const FIELDS: readonly Row[] = [
  field(
    "G-012",
    ["generatio_users", "fal_token"],
    { type: "text", hidden: true },
    { hidden: false },
  ),
  field("G-013", ["generatio_users", "financial_data"], { type: "json" }),
  field(
    "G-014",
    ["generatio_users", "model_preferences"],
    { type: "relation", maxSelect: 999 },
    { maxSelect: 2 },
  ),
  field("G-015", ["images", "title"], { type: "text" }),
  field("G-016", ["images", "url"], { type: "text", required: true }, { required: false }),
  field(
    "G-017",
    ["images", "user_id"],
    { required: true, cascadeDelete: true },
    { cascadeDelete: false },
  ),
  field("G-018", ["images", "prompt"], { type: "text", required: true }, { required: false }),
  field("G-019", ["images", "request_id"], { type: "text" }),
  field("G-020", ["images", "model"], { type: "text", required: true }, { required: false }),
  field("G-021", ["images", "batch_number"], { type: "number" }),
  field("G-022", ["images", "image_size"], { type: "json" }),
  field("G-023", ["images", "other_info"], { type: "json" }),
  field(
    "G-024",
    ["images", "folder_id"],
    { type: "relation", cascadeDelete: false },
    { cascadeDelete: true },
  ),
  field("G-025", ["images", "deleted_at"], { type: "date", hidden: false }, { hidden: true }),
  field(
    "G-027",
    ["folders", "user_id"],
    { required: true, cascadeDelete: true },
    { cascadeDelete: false },
  ),
  field(
    "G-031",
    ["model_preferences", "model_name"],
    { type: "text", required: true },
    { required: false },
  ),
  {
    id: "G-026",
    title: "folder names are required, and distinct in any case",
    off: route("POST", "collections/create"),
    check: async (world) => {
      const who = await world.guest();
      const create = (name: string) =>
        world.call("POST", custom("collections/create"), { who, body: { name } });
      expect([(await create("Foxes")).status, (await create("fOXES")).status]).toEqual([200, 400]);
      expect((await create(" ")).status).toBe(400);
    },
  },
  {
    id: "G-028",
    title: "folders are in folders, five deep",
    off: { hook: ["onRecordValidate", "genValidateFolder"] },
    check: async (world) => {
      const who = await world.guest();
      const statuses: number[] = [];
      let parent_id = "";
      for (let depth = 1; depth <= 6; depth++) {
        const body = { name: `level ${depth}`, parent_id };
        const answer = await world.call("POST", custom("collections/create"), { who, body });
        statuses.push(answer.status);
        parent_id = String(answer.body["id"] ?? parent_id);
      }
      expect(statuses).toEqual([200, 200, 200, 200, 200, 400]);
    },
  },
  {
    id: "G-029",
    title: "a folder is private or not",
    off: { change: ["folders", "private", { name: "private_off" }] },
    check: async (world) => {
      const body = { name: "Secret", private: true };
      await world.call("POST", custom("collections/create"), { who: world.ann, body });
      const { body: list } = await world.call("GET", custom("collections"), { who: world.ann });
      expect(list["collections"]).toContainEqual(some({ name: "Secret", private: true }));
    },
  },
  {
    id: "G-030",
    title: "a deleted folder is kept, and what is in it follows",
    off: { hook: ["onRecordDeleteRequest", "genSoftDelete"] },
    check: async (world) => {
      const who = await world.guest();
      const make = async (name: string, parent_id: string) =>
        String(
          (
            await world.call("POST", custom("collections/create"), {
              who,
              body: { name, parent_id },
            })
          ).body["id"],
        );
      const outer = await make("outer", "");
      const inner = await make("inner", outer);
      await who.client.collection("folders").delete(outer);
      const stored = await world.product.app.findRecordsByIds("folders", [outer, inner]);
      expect(stored.map((folder) => folder.getString("deleted_at") !== "")).toEqual([true, true]);
    },
  },
  {
    id: "G-032",
    title: "preferences are JSON, {} too, and checked against the model",
    off: { hook: ["onRecordValidate", "genValidatePreferences"] },
    check: async (world) => {
      const own = (await world.guest()).client.collection("model_preferences");
      const user_id = String(own.client.authStore.record?.id);
      const saved = await own.create({ user_id, model_name: "flux/schnell", preferences: {} });
      expect(saved["preferences"]).toEqual({});
      const wrong = own.create({ user_id, model_name: "flux/dev", preferences: { nonsense: 1 } });
      await expect(wrong).rejects.toMatchObject({ status: 400 });
    },
  },
  {
    id: "G-033",
    title: "endpoints need a login, but for two",
    off: route("GET", "test"),
    check: async (world) => {
      const statuses = await Promise.all(
        ["test", "status", "collections", "generate/models", "financial/stats"].map(
          async (path) => (await world.call("GET", custom(path))).status,
        ),
      );
      expect(statuses).toEqual([200, 200, 401, 401, 401]);
    },
  },
];

const ENDPOINTS: readonly Row[] = [
  {
    id: "G-040",
    title: "GET status",
    off: { answer: [`GET ${custom("status")}`, "services.sessions"] },
    check: async (world) => {
      const { status, body } = await world.call("GET", custom("status"));
      expect([status, body["status"], body["services"]]).toEqual([
        200,
        "ok",
        {
          encryption: "AES-256-GCM with PBKDF2",
          sessions: { active: expect.any(Number), total: expect.any(Number) },
        },
      ]);
      expect(body["available_models"]).toMatchObject({
        "flux/schnell": {
          name: "flux/schnell",
          display_name: "Flux Schnell",
          cost_per_image: 0.003,
        },
      });
    },
  },
  {
    id: "G-041",
    title: "POST tokens/setup",
    off: SETUP,
    check: async (world) => {
      const who = await world.guest();
      const setup = (body: unknown) => world.call("POST", custom("tokens/setup"), { who, body });
      expectAnswer(await setup({ fal_token: KEY, password: KEY_PASSWORD }), 200, {
        success: true,
        message: "FAL token setup successfully",
      });
      for (const body of [
        {},
        { fal_token: "", password: KEY_PASSWORD },
        { fal_token: KEY, password: "short" },
        { fal_token: "x".repeat(513), password: KEY_PASSWORD },
      ])
        expectAnswer(await setup(body), 400, some({ error: "validation_error" }));
    },
  },
  {
    id: "G-042",
    title: "POST tokens/verify",
    off: route("POST", "tokens/verify"),
    check: async (world) => {
      const verify = (who: World["ann"], password: string) =>
        world.call("POST", custom("tokens/verify"), { who, body: { password } });
      expectAnswer(await verify(world.ann, KEY_PASSWORD), 200, {
        has_token: true,
        can_decrypt: true,
      });
      expectAnswer(await verify(world.ann, "wrong"), 200, { has_token: true, can_decrypt: false });
      const nobody = await world.guest();
      expectAnswer(await verify(nobody, "any"), 200, { has_token: false, can_decrypt: false });
    },
  },
  {
    id: "G-043",
    title: "POST auth/create-session",
    off: SESSION,
    check: async (world) => {
      const open = (who: World["ann"], password: string) =>
        world.call("POST", custom("auth/create-session"), { who, body: { password } });
      expectAnswer(await open(world.ann, KEY_PASSWORD), 200, {
        session_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      });
      expectAnswer(await open(world.ann, "wrong"), 401, some({ error: "authentication_error" }));
      expectAnswer(await open(await world.guest(), "any"), 404, some({ error: "not_found" }));
    },
  },
  {
    id: "G-044",
    title: "DELETE auth/session",
    off: route("DELETE", "auth/session"),
    check: async (world) => {
      const bob = await (await world.guest()).unlock();
      const end = (headers: Record<string, string>) =>
        world.call("DELETE", custom("auth/session"), {
          headers: { Authorization: `Bearer ${bob.client.authStore.token}`, ...headers },
        });
      const id = (value: string) => ({ "X-Session-ID": value });
      expect((await end({})).status).toBe(400);
      expect((await end(id(world.ann.sessionId))).status).toBe(403);
      expect((await end(id("00000000-0000-4000-8000-000000000000"))).status).toBe(404);
      const message = "Session deleted successfully";
      expectAnswer(await end(id(bob.sessionId)), 200, { success: true, message });
    },
  },
  {
    id: "G-045",
    title: "GET auth/token-status",
    off: route("GET", "auth/token-status"),
    check: async (world) => {
      expectAnswer(await tokenStatus(world), 200, {
        has_token: true,
        has_active_session: true,
        requires_login: false,
      });
      expectAnswer(await tokenStatus(world, await world.guest()), 200, {
        has_token: false,
        has_active_session: false,
        requires_login: false,
      });
    },
  },
  {
    id: "G-046",
    title: "POST generate/image",
    off: GENERATE,
    check: async (world) => {
      const { answer, record } = await picture(world, { parameters: { seed: 7 } });
      expect(answer.body).toMatchObject({
        images: [
          {
            id: record.id,
            url: expect.stringMatching(/^\/api\/files\//),
            thumbnail_url: expect.stringContaining("?thumb="),
          },
        ],
        cost: 0.003,
        model: "flux/schnell",
      });
      expect((await generate(world, {}, await world.guest())).status).toBe(401);
      expect((await generate(world, { model: "none" })).status).toBe(400);
      expect((await generate(world, { collection_id: "abcdefghijklmno" })).status).toBe(404);
    },
  },
  {
    id: "G-047",
    title: "GET generate/models",
    off: route("GET", "generate/models"),
    check: async (world) => {
      const answer = await world.call("GET", custom("generate/models"), { who: world.ann });
      expect([answer.status, answer.body["flux/schnell"]]).toEqual([
        200,
        some({
          name: "flux/schnell",
          display_name: "Flux Schnell",
          description: "Fast, high-quality image generation",
          cost_per_image: 0.003,
          parameters: expect.any(Object),
          provider: "fal",
          endpoint: "fal-ai/flux/schnell",
        }),
      ]);
    },
  },
  {
    id: "G-048",
    title: "GET financial/stats",
    off: route("GET", "financial/stats"),
    check: async (world) => {
      const who = await (await world.guest()).unlock();
      await generate(world, { parameters: { num_images: 2 } }, who);
      expectAnswer(
        await world.call("GET", custom("financial/stats"), { who }),
        200,
        some({
          total_spent: 0.006,
          total_images: 2,
          recent_spending: 0.006,
          average_cost: 0.003,
        }),
      );
    },
  },
  {
    id: "G-049",
    title: "POST preferences/get, and GET",
    off: route("POST", "preferences/get"),
    check: async (world) => {
      const who = await world.guest();
      const model_name = "flux/schnell";
      const none = { model_name, has_preferences: false, preferences: {} };
      expectAnswer(
        await world.call("POST", custom("preferences/get"), { who, body: { model_name } }),
        200,
        none,
      );
      expectAnswer(
        await world.call("GET", `${custom("preferences/get")}?model_name=${model_name}`, { who }),
        200,
        none,
      );
      const unknown = await world.call("POST", custom("preferences/get"), {
        who,
        body: { model_name: "no" },
      });
      expectAnswer(unknown, 404, some({ error: "not_found" }));
    },
  },
  {
    id: "G-050",
    title: "POST preferences/save",
    off: route("POST", "preferences/save"),
    check: async (world) => {
      const who = await world.guest();
      const save = (preferences: unknown) =>
        world.call("POST", custom("preferences/save"), {
          who,
          body: { model_name: "flux/schnell", preferences },
        });
      const message = "Preferences saved successfully";
      expectAnswer(await save({ num_images: 2 }), 200, { success: true, message });
      expectAnswer(await save({ num_images: 3 }), 200, { success: true, message });
      expect((await save({ nonsense: 1 })).status).toBe(400);
      const stored = await world.newest("model_preferences", who.id);
      expect(stored.getJson("preferences")).toEqual({ num_images: 3 });
    },
  },
  {
    id: "G-051",
    title: "POST collections/create",
    off: route("POST", "collections/create"),
    check: async (world) => {
      const create = (body: unknown) =>
        world.call("POST", custom("collections/create"), { who: world.ann, body });
      expectAnswer(
        await create({ name: "My Collection" }),
        200,
        some({
          id: expect.any(String),
          name: "My Collection",
          parent_id: "",
          created: expect.stringMatching(/T.*Z$/),
        }),
      );
      expect((await create({ name: "x", parent_id: "abcdefghijklmno" })).status).toBe(404);
    },
  },
  {
    id: "G-052",
    title: "GET collections",
    off: route("GET", "collections"),
    check: async (world) => {
      const who = await world.guest();
      for (const name of ["beta", "Alpha"])
        await world.call("POST", custom("collections/create"), { who, body: { name } });
      const { status, body } = await world.call("GET", custom("collections"), { who });
      expect([status, body["collections"]]).toEqual([
        200,
        ["Alpha", "beta"].map((name) => ({
          id: expect.any(String),
          user_id: who.id,
          name,
          parent_id: "",
          private: false,
          created: expect.any(String),
          updated: expect.any(String),
        })),
      ]);
    },
  },
  {
    id: "G-053",
    title: "GET test",
    off: route("GET", "test"),
    check: async (world) =>
      expectAnswer(await world.call("GET", custom("test")), 200, some({ status: "ok" })),
  },
  {
    id: "G-054",
    title: "PocketBase's own endpoints serve the login, through the official SDK",
    off: { route: "POST /api/collections/generatio_users/auth-with-password" },
    check: async (world) => {
      const { client, email } = await world.guest();
      const users = client.collection("generatio_users");
      const { token, record } = await users.authWithPassword(email, LOGIN_PASSWORD);
      expect([token.split(".").length, record["email"]]).toEqual([3, email]);
    },
  },
];

const CATALOGUE: readonly Row[] = [
  model("G-060", "flux/schnell, 0.003 a picture", "flux/schnell", 0.003),
  model("G-061", "hidream/hidream-i1-dev, 0.004 a picture", "hidream/hidream-i1-dev", 0.004),
  model("G-062", "hidream/hidream-i1-fast, 0.003 a picture", "hidream/hidream-i1-fast", 0.003),
  parameter(
    "G-063",
    "image_size",
    "image_size",
    some({
      type: "string",
      default: "square_hd",
      options: ["square_hd", "square", "portrait_4_3", "landscape_4_3"],
    }),
  ),
  parameter(
    "G-064",
    "num_images",
    "num_images",
    some({ type: "integer", default: 1, min: 1, max: 4 }),
  ),
  parameter("G-065", "guidance_scale", "guidance_scale", some({ type: "number" })),
  parameter("G-066", "num_inference_steps", "num_inference_steps", some({ type: "integer" })),
  parameter(
    "G-067",
    "every parameter has a description",
    "seed",
    some({ description: expect.stringMatching(/\w/) }),
  ),
  {
    id: "G-068",
    title: "parameters are checked against the model",
    off: GENERATE,
    check: async (world) => {
      for (const [parameters, name] of [
        [{ nonsense: 1 }, "parameters.nonsense"],
        [{ num_images: 5 }, "parameters.num_images"],
        [{ guidance_scale: "high" }, "parameters.guidance_scale"],
      ] as const) {
        const { status, body } = await generate(world, { parameters });
        expect([status, Object.keys((body["data"] ?? {}) as object)]).toEqual([400, [name]]);
      }
    },
  },
];

const SECURITY: readonly Row[] = [
  {
    id: "G-070",
    title: "nothing that is stored or answered holds the key",
    off: SETUP,
    check: async (world) => {
      const { status, body } = await world.call(
        "GET",
        `/api/collections/generatio_users/records/${world.ann.id}`,
        { who: world.ann },
      );
      expect([status, JSON.stringify(body).includes("fal_token")]).toEqual([200, false]);
      const stored = await secretOf(world, world.ann.id);
      expect([stored.startsWith("v2."), stored.includes(KEY)]).toEqual([true, false]);
    },
  },
  {
    id: "G-071",
    title: "PBKDF2-SHA256, a salt of 32 bytes; the document's 100,000 rounds open",
    off: SESSION,
    check: async (world) => {
      const who = await world.guest();
      const stored = await world.product.app.findRecordById("generatio_users", who.id);
      stored.set("fal_token", sealV1(KEY, KEY_PASSWORD));
      await world.product.app.save(stored);
      const body = { password: KEY_PASSWORD };
      expect((await world.call("POST", custom("auth/create-session"), { who, body })).status).toBe(
        200,
      );
      const salt = (await secretOf(world, world.ann.id)).split(".")[2] ?? "";
      expect(Buffer.from(salt, "base64")).toHaveLength(32);
    },
  },
  {
    id: "G-072",
    title: "what is stored is the encrypted data and the salt, joined by dots",
    off: SETUP,
    check: async (world) =>
      expect(await secretOf(world, world.ann.id)).toMatch(/^v2\.\d+\.[\w+/=-]{44}\.[\w+/=-]+$/),
  },
  {
    id: "G-073",
    title: "sessions are written down nowhere",
    off: SESSION,
    check: async (world) => {
      expect(world.ann.sessionId).toMatch(/^[0-9a-f-]{36}$/);
      const tables = await world.product.app.query<{ name: string }>({
        sql: "SELECT name FROM sqlite_schema WHERE type = 'table'",
        parameters: [],
      });
      for (const { name } of tables) {
        const rows = await world.product.app.query({
          sql: `SELECT * FROM "${name}"`,
          parameters: [],
        });
        expect(JSON.stringify(rows)).not.toContain(world.ann.sessionId);
      }
    },
  },
  {
    id: "G-074",
    title: "login and session both count, and belong together",
    off: GENERATE,
    check: async (world) => {
      const bob = await world.guest();
      expect((await generate(world, {}, bob, { "X-Session-ID": world.ann.sessionId })).status).toBe(
        401,
      );
      const withoutLogin = await world.call("POST", custom("generate/image"), {
        body: { model: "flux/schnell", prompt: "x" },
        headers: { "X-Session-ID": world.ann.sessionId },
      });
      expect([withoutLogin.status, (await generate(world)).status]).toEqual([401, 200]);
    },
  },
  {
    id: "G-075",
    title: "ended sessions are cleaned up in the background",
    off: { env: { GENERATIO_CLEANUP_INTERVAL: "24h" } },
    check: async (world) => {
      const { product } = world;
      const store = () => world.call("GET", custom("status"));
      const own = await (await world.guest()).unlock();
      expect((await store()).body["services"]).toMatchObject({ sessions: { total: 2 } });
      // The clean-up runs by itself: abandoned jobs end with it, too.
      const job = product.app.newRecord("jobs", {
        user_id: own.id,
        state: "queued",
        provider: "fal",
        model: "flux/schnell",
        prompt: "abandoned",
        funding: "byok",
      });
      await product.app.save(job);
      const old = new Date(Date.now() - 3 * 86_400_000).toISOString().replace("T", " ");
      await product.app.db.write((db) =>
        db.run({ sql: "UPDATE jobs SET created = ? WHERE id = ?", parameters: [old, job.id] }),
      );
      const state = async () =>
        (await product.app.findRecordById("jobs", job.id)).getString("state");
      await expect.poll(state, { timeout: 3000 }).toBe("expired");
    },
  },
  {
    id: "G-076",
    title: "a session opens by itself with the login, where the user chose so",
    off: { hook: ["onRecordAuthRequest", "genAutoSession"] },
    check: async (world) => {
      const who = await world.guest();
      const body = { fal_token: KEY, password: LOGIN_PASSWORD, auto_session: true };
      await world.call("POST", custom("tokens/setup"), { who, body });
      const answer = await login(world, who.email);
      expect([answer.status, answer.headers.get("x-session-id")]).toEqual([
        200,
        expect.stringMatching(/^[0-9a-f-]{36}$/),
      ]);
    },
  },
  {
    id: "G-077",
    title: "session ids are UUIDs, and an ended one opens nothing",
    off: route("DELETE", "auth/session"),
    check: async (world) => {
      const bob = await (await world.guest()).unlock();
      expect(bob.sessionId).toMatch(
        /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      );
      await world.call("DELETE", custom("auth/session"), { who: bob });
      expect((await generate(world, {}, bob)).status).toBe(401);
    },
  },
  {
    id: "G-078",
    title: "a session lives 24 hours",
    off: { env: { GENERATIO_SESSION_TTL: "2h" } },
    check: async (world) => {
      const body = { password: KEY_PASSWORD };
      const answer = await world.call("POST", custom("auth/create-session"), {
        who: world.ann,
        body,
      });
      const hours = (Date.parse(String(answer.body["expires_at"])) - Date.now()) / 3_600_000;
      expect([answer.status, Math.round(hours)]).toEqual([200, 24]);
    },
  },
  ...(["G-079", "G-082"] as const).map((id): Row => ({
    id,
    title:
      id === "G-079"
        ? "each state of a client is told apart"
        : "log in, set up, or go on: token-status says which",
    off: route("GET", "auth/token-status"),
    check: async (world) => {
      const who = await world.guest();
      const state = async () => (await tokenStatus(world, who)).body;
      expect(await state()).toMatchObject({ has_token: false, requires_login: false });
      const body = { fal_token: KEY, password: KEY_PASSWORD };
      await world.call("POST", custom("tokens/setup"), { who, body });
      expect(await state()).toMatchObject({ has_token: true, requires_login: true });
      await world.call("POST", custom("auth/create-session"), { who, body });
      expect(await state()).toMatchObject({ has_active_session: true, requires_login: false });
    },
  })),
  {
    id: "G-080",
    title: "the way of a new user: register, set up, log in, ask for the state",
    off: SETUP,
    check: async (world) => {
      const email = "new@example.com";
      const body = { email, password: LOGIN_PASSWORD, passwordConfirm: LOGIN_PASSWORD };
      const registered = await world.call("POST", "/api/collections/generatio_users/records", {
        body,
      });
      const token = String((await login(world, email)).body["token"]);
      const headers = { Authorization: `Bearer ${token}` };
      const setup = { fal_token: KEY, password: KEY_PASSWORD };
      const stored = await world.call("POST", custom("tokens/setup"), { headers, body: setup });
      const state = await world.call("GET", custom("auth/token-status"), { headers });
      expect([registered.status, stored.status, state.body["has_token"]]).toEqual([200, 200, true]);
    },
  },
  {
    id: "G-081",
    title: "the way of a known user: log in, ask for the state, open a session, make a picture",
    off: SESSION,
    check: async (world) => {
      const token = String((await login(world, world.ann.email)).body["token"]);
      const headers = { Authorization: `Bearer ${token}` };
      const state = await world.call("GET", custom("auth/token-status"), { headers });
      expect(state.body["has_token"]).toBe(true);
      const body = { password: KEY_PASSWORD };
      const opened = await world.call("POST", custom("auth/create-session"), { headers, body });
      const made = await world.call("POST", custom("generate/image"), {
        headers: { ...headers, "X-Session-ID": String(opened.body["session_id"]) },
        body: { model: "flux/schnell", prompt: "a fox" },
      });
      expect([opened.status, made.status]).toEqual([200, 200]);
    },
  },
  {
    id: "G-083",
    title: "the clean-up comes every hour unless it is set",
    off: route("GET", "status"),
    check: async (world) => {
      expect(readSettings({}).cleanupIntervalMs).toBe(3_600_000);
      expect((await world.call("GET", custom("status"))).status).toBe(200);
    },
  },
  {
    id: "G-084",
    title: "a picture may take ten minutes, or as long as is set",
    off: GENERATE,
    check: async (world) => {
      expect(readSettings({}).falTimeoutMs).toBe(600_000);
      expect(readSettings({ GENERATIO_FAL_TIMEOUT: "90s" }).falTimeoutMs).toBe(90_000);
      expect((await generate(world, { prompt: "slow [[emu:slow=1200]]" })).status).toBe(200);
    },
  },
  {
    id: "G-085",
    title: "the rounds of PBKDF2 are a setting, 100,000 at least",
    off: { env: { GENERATIO_PBKDF2_ITERATIONS: "120000" } },
    check: async (world) => {
      expect((await secretOf(world, world.ann.id)).split(".")[1]).toBe("100000");
      expect(() => readSettings({ GENERATIO_PBKDF2_ITERATIONS: "99999" })).toThrow("100000");
    },
  },
  {
    id: "G-086",
    title: "every error is {error, message}",
    off: GENERATE,
    check: async (world) => {
      for (const answer of [
        await generate(world, { prompt: "" }),
        await world.call("GET", custom("no/such/route")),
        await world.call("GET", custom("jobs")),
      ]) {
        expect(answer.body).toMatchObject({
          error: expect.any(String),
          message: expect.any(String),
        });
      }
      expect((await generate(world, { prompt: "" })).body["error"]).toBe("validation_error");
    },
  },
  error("G-087", 400, "validation_error", GENERATE, (world) =>
    generate(world, { parameters: { num_images: 5 } }),
  ),
  error("G-088", 401, "authentication_error", SESSION, (world) =>
    world.call("POST", custom("auth/create-session"), {
      who: world.ann,
      body: { password: "wrong" },
    }),
  ),
  error("G-089", 403, "authorization_error", route("GET", "jobs"), (world) =>
    world.call("GET", custom("jobs"), { headers: { Authorization: world.root.authStore.token } }),
  ),
  {
    id: "G-090",
    title: "not_found is a 404 that says what is not there",
    off: route("GET", "jobs/{id}"),
    check: async (world) =>
      expectAnswer(
        await world.call("GET", custom("jobs/nosuchjob"), { who: world.ann }),
        404,
        some({
          error: "not_found",
          message: "There is no such job.",
        }),
      ),
  },
  {
    id: "G-091",
    title: "internal_error is a 500 that tells nothing",
    off: route("POST", "collections/create"),
    check: async (world) => {
      const { app } = world.product;
      const id = app.onRecordCreate("folders").bindFunc(() => {
        throw new Error("the secret of the house");
      });
      const answer = await world.call("POST", custom("collections/create"), {
        who: world.ann,
        body: { name: "x" },
      });
      app.onRecordCreate("folders").unbind(id);
      expectAnswer(answer, 500, some({ error: "internal_error" }));
      expect(JSON.stringify(answer.body)).not.toContain("secret");
    },
  },
  error("G-092", 502, "external_error", GENERATE, (world) =>
    generate(world, { prompt: "p [[emu:fail]]" }),
  ),
  {
    id: "G-093",
    title: "rate_limit_error is a 429 with Retry-After",
    off: GENERATE,
    check: async (world) => {
      world.product.emulator.fail("submit", {
        kind: "answer",
        status: 429,
        body: { detail: "busy" },
        headers: { "retry-after": "60" },
      });
      const answer = await generate(world, { prompt: "limited" });
      expect([answer.status, answer.body["error"], answer.headers.get("retry-after")]).toEqual([
        429,
        "rate_limit_error",
        "60",
      ]);
    },
  },
];

function error(
  id: string,
  status: number,
  code: string,
  off: Row["off"],
  ask: (world: World) => ReturnType<World["call"]>,
): Row {
  return {
    id,
    title: `${code} is a ${status}`,
    off,
    check: async (world) =>
      expectAnswer(
        await ask(world),
        status,
        some({ error: code, message: expect.stringMatching(/\w/) }),
      ),
  };
}

const FAL: readonly Row[] = [
  {
    id: "G-100",
    title: "the queue is at queue.fal.run unless it is set",
    off: GENERATE,
    check: async (world) => {
      expect(readSettings({}).falOrigin).toBe("https://queue.fal.run");
      expect((await generate(world, { prompt: "at the origin" })).status).toBe(200);
      expect(lastSubmit(world.product.emulator)?.path).toBe("/fal-ai/flux/schnell");
    },
  },
  {
    id: "G-101",
    title: "the request goes to the model, its parameters at the top level",
    off: GENERATE,
    check: async (world) => {
      await generate(world, { prompt: "a top level fox", parameters: { seed: 3 } });
      expect(lastSubmit(world.product.emulator)).toMatchObject({
        method: "POST",
        path: "/fal-ai/flux/schnell",
        body: { prompt: "a top level fox", seed: 3, image_size: "square_hd", num_images: 1 },
      });
    },
  },
  {
    id: "G-102",
    title: "what the queue answers is stored with the job",
    off: GENERATE,
    check: async (world) => {
      await generate(world, { prompt: "known by its id" });
      const job = await world.newest("jobs", world.ann.id);
      const ids = world.product.emulator.accepted().map(({ id }) => id);
      expect(ids).toContain(job.getString("provider_request_id"));
      expect(job.getString("status_url")).toMatch(/\/status$/);
    },
  },
  {
    id: "G-103",
    title: "the status is asked for where the queue says",
    off: GENERATE,
    check: async (world) => {
      await generate(world, { prompt: "followed" });
      const { path } = world.product.emulator.journal.findLast(
        (entry) => entry.route === "status",
      )!;
      const job = await world.newest("jobs", world.ann.id);
      expect([job.getString("prompt"), path]).toEqual([
        "followed",
        `/fal-ai/flux/requests/${job.getString("provider_request_id")}/status`,
      ]);
    },
  },
  {
    id: "G-104",
    title: "a result that comes with the status is taken",
    off: GENERATE,
    check: async (world) => {
      const { emulator } = world.product;
      const first = await picture(world, { prompt: "the first" });
      const url = String(
        (first.record.getJson("other_info") as Record<string, unknown>)["source_url"],
      );
      emulator.fail("status", {
        kind: "answer",
        status: 200,
        body: { status: "COMPLETED", response: { images: [{ url }] } },
      });
      const results = () => emulator.journal.filter((entry) => entry.route === "result").length;
      const before = results();
      const { record } = await picture(world, { prompt: "inline" });
      expect([record.getString("prompt"), results()]).toEqual(["inline", before]);
    },
  },
  {
    id: "G-105",
    title: "a job is cancelled by PUT",
    off: route("POST", "jobs/{id}/cancel"),
    check: async (world) => {
      const { body } = await generate(world, { async: true, prompt: "x [[emu:slow=60000]]" });
      const path = custom(`jobs/${String(body["job_id"])}`);
      const status = async () => (await world.call("GET", path, { who: world.ann })).body["status"];
      await expect.poll(status, { timeout: 5000 }).toBe("running");
      await world.call("POST", `${path}/cancel`, { who: world.ann, body: {} });
      const cancel = world.product.emulator.journal.findLast((entry) => entry.route === "cancel");
      expect([cancel?.method, await status()]).toEqual(["PUT", "canceled"]);
    },
  },
  {
    id: "G-106",
    title: "calls are logged with address, method and id, without the key",
    off: GENERATE,
    check: async (world) => {
      const lines: Record<string, unknown>[] = [];
      world.product.app.logger.addSink((_level, message, data) => {
        if (message === "provider exchange") lines.push(data);
      });
      await generate(world, { prompt: "logged" });
      expect(lines).toContainEqual(
        some({
          method: "POST",
          url: `${world.product.emulator.url}/fal-ai/flux/schnell`,
          status: 200,
          keyFingerprint: expect.stringMatching(/^[0-9a-f]{8}$/),
        }),
      );
      expect(JSON.stringify(lines)).not.toContain(KEY);
    },
  },
  {
    id: "G-107",
    title: "each of the wrong forms that the document lists is a 405 or refused",
    off: GENERATE,
    check: async (world) => {
      const { emulator } = world.product;
      const headers = { authorization: `Key ${KEY}`, "content-type": "application/json" };
      const { request_id: id } = (await (
        await fetch(`${emulator.url}/fal-ai/flux/schnell`, {
          method: "POST",
          headers,
          body: JSON.stringify({ prompt: "x" }),
        })
      ).json()) as { request_id: string };
      const subPath = await fetch(`${emulator.url}/fal-ai/flux/schnell/requests/${id}/status`, {
        headers,
      });
      const nested = await fetch(`${emulator.url}/fal-ai/flux/schnell`, {
        method: "POST",
        headers,
        body: JSON.stringify({ input: { prompt: "x" } }),
      });
      expect([subPath.status, nested.status]).toEqual([405, 422]);
      expect((await generate(world)).status).toBe(200);
    },
  },
  {
    id: "G-108",
    title: "what is missing is named: login, session or key",
    off: GENERATE,
    check: async (world) => {
      const bob = await world.guest();
      const said = [
        await world.call("POST", custom("generate/image"), { body: {} }),
        await generate(world, {}, bob),
        await generate(world, {}, bob, { "X-Session-ID": "unknown" }),
      ].map(({ status, body }) => [status, body["message"]]);
      expect(said).toEqual([
        [401, expect.stringContaining("Log in")],
        [401, expect.stringContaining("X-Session-ID")],
        [401, expect.stringContaining("session")],
      ]);
    },
  },
  {
    id: "G-109",
    title: "the place in the queue can be seen",
    off: route("GET", "jobs/{id}"),
    check: async (world) => {
      const { body } = await generate(world, { async: true, prompt: "x [[emu:slow=1000]]" });
      const path = custom(`jobs/${String(body["job_id"])}`);
      const answer = await world.call("GET", path, { who: world.ann });
      expect([answer.status, answer.body]).toEqual([
        200,
        some({ queue_position: expect.any(Number), eta_ms: expect.any(Number) }),
      ]);
    },
  },
  {
    id: "G-110",
    title: "three endpoints to test with",
    off: route("GET", "test"),
    check: async (world) => {
      const statuses = await Promise.all(
        ["test", "auth/token-status", "generate/models"].map(
          async (path) => (await world.call("GET", custom(path), { who: world.ann })).status,
        ),
      );
      expect(statuses).toEqual([200, 200, 200]);
    },
  },
  {
    id: "G-111",
    title: "a mock stands behind the same interface",
    off: { env: { GENERATIO_MOCK: "0" } },
    check: async (world) => {
      const { record } = await picture(world, { model: "mock" });
      expect(record.getJson("other_info")).toMatchObject({ mock: true });
    },
  },
  {
    id: "G-112",
    title: "sessions, encryption, FAL, handlers, models and checks each answer",
    off: route("POST", "preferences/save"),
    check: async (world) => {
      const ask = async (method: string, path: string, body?: unknown) =>
        (await world.call(method, custom(path), { who: world.ann, ...(body ? { body } : {}) }))
          .status;
      expect([
        await ask("GET", "auth/token-status"),
        await ask("POST", "tokens/verify", { password: KEY_PASSWORD }),
        await ask("POST", "generate/image", { model: "flux/schnell", prompt: "x" }),
        await ask("POST", "preferences/save", { model_name: "flux/schnell", preferences: {} }),
        await ask("GET", "collections"),
        await ask("GET", "generate/models"),
        await ask("POST", "generate/image", {}),
      ]).toEqual([200, 200, 200, 200, 200, 200, 400]);
    },
  },
  {
    id: "G-113",
    title: "what the document tests: mock, encryption, sessions, checks, the whole way, errors",
    off: SESSION,
    check: async (world) => {
      const who = await (await world.guest()).unlock();
      const { answer } = await picture(world, {}, who);
      const stats = await world.call("GET", custom("financial/stats"), { who });
      const wrong = await generate(world, { parameters: { x: 1 } }, who);
      expect([answer.status, stats.body["total_images"], wrong.status]).toEqual([200, 1, 400]);
    },
  },
  {
    id: "G-114",
    title: "what was deleted can come back",
    off: { hook: ["onRecordDeleteRequest", "genSoftDelete"] },
    check: async (world) => {
      const { image } = await picture(world);
      const own = world.ann.client.collection("images");
      await own.delete(image.id);
      await expect(own.getOne(image.id)).rejects.toMatchObject({ status: 404 });
      const stored = await world.product.app.findRecordById("images", image.id);
      stored.set("deleted_at", "");
      await world.product.app.save(stored);
      expect((await own.getOne(image.id)).id).toBe(image.id);
    },
  },
  {
    id: "G-115",
    title: "pictures belong to users and lie in folders",
    off: route("POST", "collections/create"),
    check: async (world) => {
      const body = { name: "Foxes of G-115" };
      const folder = await world.call("POST", custom("collections/create"), {
        who: world.ann,
        body,
      });
      const { record } = await picture(world, { collection_id: folder.body["id"] });
      expect([record.getString("folder_id"), record.getString("user_id")]).toEqual([
        folder.body["id"],
        world.ann.id,
      ]);
      const bob = await world.guest();
      await expect(bob.client.collection("images").getOne(record.id)).rejects.toMatchObject({
        status: 404,
      });
    },
  },
  {
    id: "G-116",
    title: "the whole of it holds together",
    off: GENERATE,
    check: async (world) => {
      const who = await (await world.guest()).unlock();
      const { image } = await picture(world, {}, who);
      const file = await fetch(world.product.url + image.url);
      expect([file.status, file.headers.get("content-type")]).toEqual([200, "image/jpeg"]);
    },
  },
];

export const DOCUMENT_000: readonly Row[] = [
  ...COMPONENTS,
  ...FIELDS,
  ...ENDPOINTS,
  ...CATALOGUE,
  ...SECURITY,
  ...FAL,
];
