import { createHash } from "node:crypto";
import { expect } from "vitest";
import { readSettings } from "../../../../hooks/generatio/settings.ts";
import { KEY, KEY_PASSWORD, LOGIN_PASSWORD } from "../product-server.ts";
import {
  custom,
  expectAnswer,
  fieldOf,
  generate,
  lastSubmit,
  picture,
  planned,
  some,
  v1,
} from "./asking.ts";
import type { Row } from "./world.ts";

// The conflicts inside and between the documents that concern 000 and 003, each by its resolution.

const GENERATE = { route: "POST /api/custom/generate/image" };
const IMAGE = { route: "POST /api/v1/generate/image" };
const SETUP = { route: "POST /api/custom/tokens/setup" };

export const CONFLICTS: readonly Row[] = [
  {
    id: "C-01",
    title: "at rest the key is encrypted, and nowhere is more than that claimed",
    off: SETUP,
    check: async (world) => {
      const user = await world.product.app.findRecordById("generatio_users", world.ann.id);
      expect(user.getString("fal_token")).toMatch(/^v2\./);
      const { body } = await world.call("GET", custom("status"));
      expect(JSON.stringify(body)).not.toMatch(/zero.?knowledge/i);
    },
  },
  {
    id: "C-02",
    title: "600,000 rounds for new keys unless less is set, never below 100,000",
    off: { env: { GENERATIO_PBKDF2_ITERATIONS: "150000" } },
    check: async (world) => {
      expect(readSettings({}).pbkdf2Iterations).toBe(600_000);
      const user = await world.product.app.findRecordById("generatio_users", world.ann.id);
      expect(user.getString("fal_token").split(".")[1]).toBe("100000");
    },
  },
  {
    id: "C-03",
    title: "a damaged envelope opens nothing and breaks nothing",
    off: { route: "POST /api/custom/tokens/verify" },
    check: async (world) => {
      const who = await world.guest();
      const user = await world.product.app.findRecordById("generatio_users", who.id);
      user.set("fal_token", "v2.100000.AAAA.BBBB");
      await world.product.app.save(user);
      const body = { password: KEY_PASSWORD };
      const answer = await world.call("POST", custom("tokens/verify"), { who, body });
      expectAnswer(answer, 200, { has_token: true, can_decrypt: false });
    },
  },
  {
    id: "C-04",
    title: "a session opens with the login only where the user chose so",
    off: { hook: ["onRecordAuthRequest", "genAutoSession"] },
    check: async (world) => {
      const path = "/api/collections/generatio_users/auth-with-password";
      const login = async (email: string) =>
        (
          await world.call("POST", path, { body: { identity: email, password: LOGIN_PASSWORD } })
        ).headers.get("x-session-id");
      const chose = await world.guest();
      const body = { fal_token: KEY, password: LOGIN_PASSWORD, auto_session: true };
      await world.call("POST", custom("tokens/setup"), { who: chose, body });
      expect([await login(world.ann.email), await login(chose.email)]).toEqual([
        null,
        expect.any(String),
      ]);
    },
  },
  {
    id: "C-05",
    title: "a key session is not the login: it ends by itself after a day",
    off: { env: { GENERATIO_SESSION_TTL: "1h" } },
    check: async (world) => {
      const body = { password: KEY_PASSWORD };
      const answer = await world.call("POST", custom("auth/create-session"), {
        who: world.ann,
        body,
      });
      const left = Date.parse(String(answer.body["expires_at"])) - Date.now();
      expect([answer.status, Math.round(left / 3_600_000)]).toEqual([200, 24]);
    },
  },
  {
    id: "C-06",
    title: "a model is known by the document's name and by the vendor's",
    off: { model: "flux/schnell" },
    check: async (world) => {
      const { status, body } = await generate(world, { model: "fal-ai/flux/schnell" });
      expect([status, body["model"]]).toEqual([200, "flux/schnell"]);
      expect(lastSubmit(world.product.emulator)?.path).toBe("/fal-ai/flux/schnell");
    },
  },
  {
    id: "C-07",
    title: "status and result are read where the queue says, by owner and app",
    off: GENERATE,
    check: async (world) => {
      await picture(world);
      const { journal } = world.product.emulator;
      const paths = journal
        .filter(({ route }) => ["status", "result"].includes(route))
        .map(({ path }) => path);
      expect(paths.length).toBeGreaterThan(1);
      for (const path of paths) expect(path).toMatch(/^\/fal-ai\/flux\/requests\//);
    },
  },
  {
    id: "C-08",
    title: "the picture is kept here; the provider's address is a note",
    off: GENERATE,
    check: async (world) => {
      const { image, record } = await picture(world);
      expect(image.url).toMatch(/^\/api\/files\/images\//);
      expect((await fetch(world.product.url + image.url)).status).toBe(200);
      expect(record.getJson("other_info")).toMatchObject({
        source_url: expect.stringContaining("/files/"),
      });
    },
  },
  {
    id: "C-09",
    title: "who waits too long is told the job, which goes on",
    off: { env: { GENERATIO_SYNC_WAIT: "120s" } },
    check: async (world) => {
      const { status, body } = await generate(world, { prompt: "late [[emu:slow=1500]]" });
      expect([status, body["job_id"]]).toEqual([504, expect.any(String)]);
    },
  },
  {
    id: "C-10",
    title: "the document's price is flat; the vendor's own is shown beside it",
    off: GENERATE,
    check: async (world) => {
      const parameters = { image_size: { width: 2048, height: 2048 } };
      expect((await generate(world, { parameters })).body["cost"]).toBe(0.003);
      const { body } = await world.call("GET", custom("generate/models"), { who: world.ann });
      expect(body["flux/schnell"]).toMatchObject({
        pricing: { unit: "megapixel", amount: 0.003, source: expect.any(String) },
      });
    },
  },
  {
    id: "C-11",
    title: "presets, pixels and ratios mean the same sizes",
    off: GENERATE,
    check: async (world) => {
      const { record } = await picture(world, {
        parameters: { image_size: { width: 640, height: 480 } },
      });
      expect(record.getJson("image_size")).toEqual({ preset: "", width: 640, height: 480 });
      const who = await planned(world);
      expect(
        (await v1(world, "image", { prompt: "x", aspect_ratio: "16:9" }, who)).body["size"],
      ).toBe("1344x768");
    },
  },
  {
    id: "C-12",
    title: "what the samples use is declared; anything else is refused",
    off: GENERATE,
    check: async (world) => {
      const parameters = { guidance_scale: 7.5, num_inference_steps: 4 };
      expect((await generate(world, { parameters })).status).toBe(200);
      expect((await generate(world, { parameters: { num_inference_steps: 13 } })).status).toBe(400);
    },
  },
  {
    id: "C-13",
    title: "each family has its own error, which the SDK reads, too",
    off: IMAGE,
    check: async (world) => {
      const own = await generate(world, { prompt: "" });
      expect([own.status, Object.keys(own.body)]).toEqual([
        400,
        ["error", "message", "status", "data"],
      ]);
      const other = await v1(world, "image", { prompt: "" });
      expect([other.status, Object.keys(other.body)]).toEqual([400, ["error", "message"]]);
    },
  },
  {
    id: "C-14",
    title: "the log has a fingerprint of the key, and no bodies unless asked",
    off: { env: { GENERATIO_DEBUG_HTTP: "1" } },
    check: async (world) => {
      const lines: Record<string, unknown>[] = [];
      world.product.app.logger.addSink((_level, message, data) => {
        if (message === "provider exchange") lines.push(data);
      });
      await generate(world, { prompt: "a very private fox" });
      const fingerprint = createHash("sha256").update(KEY).digest("hex").slice(0, 8);
      expect(lines[0]).toMatchObject({ keyFingerprint: fingerprint });
      expect(JSON.stringify(lines)).not.toMatch(/private fox|emulated-key-secret/);
    },
  },
  {
    id: "C-15",
    title: "money is counted in millionths of a dollar, and told in dollars",
    off: GENERATE,
    check: async (world) => {
      const { answer } = await picture(world);
      const job = await world.newest("jobs", world.ann.id);
      expect([answer.body["cost"], job.getNumber("actual")]).toEqual([0.003, 3000]);
    },
  },
  {
    id: "C-16",
    title: "DELETE hides, a superuser still sees it",
    off: { hook: ["onRecordDeleteRequest", "genSoftDelete"] },
    check: async (world) => {
      const { image } = await picture(world);
      await world.ann.client.collection("images").delete(image.id);
      await expect(world.ann.client.collection("images").getOne(image.id)).rejects.toMatchObject({
        status: 404,
      });
      const seen = await world.root.collection("images").getOne(image.id);
      expect(seen["deleted_at"]).toMatch(/^\d{4}/);
    },
  },
  {
    id: "C-18",
    title: "the collections come with their relations",
    off: { change: ["images", "folder_id", { cascadeDelete: true }] },
    check: async (world) => {
      const folders = await world.root.collections.getOne("folders");
      expect(await fieldOf(world, "images", "folder_id")).toMatchObject({
        collectionId: folders.id,
        cascadeDelete: false,
      });
    },
  },
  {
    id: "C-19",
    title: "there is one collection of users",
    off: GENERATE,
    check: async (world) => {
      const { record } = await picture(world);
      const users = await world.root.collections.getOne("generatio_users");
      expect(await fieldOf(world, "images", "user_id")).toMatchObject({ collectionId: users.id });
      expect(record.getString("user_id")).toBe(world.ann.id);
    },
  },
  {
    id: "C-20",
    title: "/api/health stays PocketBase's",
    off: { route: "GET /api/health" },
    check: async (world) =>
      expectAnswer(
        await world.call("GET", "/api/health"),
        200,
        some({ code: 200, message: "API is healthy." }),
      ),
  },
  {
    id: "C-21",
    title: "the status is public, and counts only",
    off: { route: "GET /api/custom/status" },
    check: async (world) => {
      const { status, body } = await world.call("GET", custom("status"));
      expect([status, (body["services"] as Record<string, unknown>)["sessions"]]).toEqual([
        200,
        { active: 1, total: 1 },
      ]);
    },
  },
  {
    id: "C-22",
    title: "preferences belong to a user, one of each model, and the user lists them",
    off: { hook: ["onRecordCreate", "genListPreferences"] },
    check: async (world) => {
      const who = await world.guest();
      const body = { model_name: "flux/schnell", preferences: { num_images: 2 } };
      await world.call("POST", custom("preferences/save"), { who, body });
      const [saved, user] = [
        await world.newest("model_preferences", who.id),
        await world.product.app.findRecordById("generatio_users", who.id),
      ];
      expect(user.getStrings("model_preferences")).toEqual([saved.id]);
    },
  },
  {
    id: "C-23",
    title: "batch_number is the place in the answer, from 0",
    off: GENERATE,
    check: async (world) => {
      const who = await (await world.guest()).unlock();
      await generate(world, { parameters: { num_images: 3 } }, who);
      const images = await world.product.app.findRecordsByFilter(
        "images",
        `user_id = "${who.id}"`,
        { sort: "batch_number" },
      );
      expect(images.map((image) => image.getNumber("batch_number"))).toEqual([0, 1, 2]);
    },
  },
  {
    id: "C-24",
    title: "a folder is not private unless it is said",
    off: { route: "POST /api/custom/collections/create" },
    check: async (world) => {
      const who = await world.guest();
      for (const body of [{ name: "a" }, { name: "b", private: true }])
        await world.call("POST", custom("collections/create"), { who, body });
      const { body } = await world.call("GET", custom("collections"), { who });
      expect(
        (body["collections"] as { private: boolean }[]).map((folder) => folder.private),
      ).toEqual([false, true]);
    },
  },
  {
    id: "C-25",
    title: "a lost password is answered by another setup",
    off: SETUP,
    check: async (world) => {
      const who = await (await world.guest()).unlock();
      const password = "another-password";
      await world.call("POST", custom("tokens/setup"), { who, body: { fal_token: KEY, password } });
      const answer = await world.call("POST", custom("tokens/verify"), { who, body: { password } });
      expectAnswer(answer, 200, { has_token: true, can_decrypt: true });
      expect((await generate(world, {}, who)).status).toBe(401);
    },
  },
  {
    id: "C-26",
    title: "collection_id of a picture is a folder",
    off: { route: "POST /api/custom/collections/create" },
    check: async (world) => {
      const folder = await world.call("POST", custom("collections/create"), {
        who: world.ann,
        body: { name: "C-26" },
      });
      const { record } = await picture(world, { collection_id: folder.body["id"] });
      expect(record.getString("folder_id")).toBe(folder.body["id"]);
    },
  },
  {
    id: "C-27",
    title: "recent is thirty days, and six places are enough",
    off: { route: "GET /api/custom/financial/stats" },
    check: async (world) => {
      const who = await world.guest();
      const { app } = world.product;
      const row = {
        user_id: who.id,
        provider: "fal",
        model: "flux/schnell",
        funding: "byok",
        images: 83,
      };
      const day = (back: number) =>
        new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);
      await app.save(
        app.newRecord("usage_ledger", { ...row, day: day(1), cost_micros: 50_000, images: 0 }),
      );
      await app.save(app.newRecord("usage_ledger", { ...row, day: day(40), cost_micros: 200_000 }));
      const { body } = await world.call("GET", custom("financial/stats"), { who });
      expect(body).toMatchObject({
        total_spent: 0.25,
        total_images: 83,
        recent_spending: 0.05,
        average_cost: 0.003012,
      });
    },
  },
  {
    id: "C-28",
    title: "dates are ISO 8601 here, and PocketBase's in the records API",
    off: { route: "POST /api/custom/collections/create" },
    check: async (world) => {
      const { body } = await world.call("POST", custom("collections/create"), {
        who: world.ann,
        body: { name: "C-28" },
      });
      const record = await world.ann.client.collection("folders").getOne(String(body["id"]));
      expect([body["created"], record["created"]]).toEqual([
        expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d/),
      ]);
    },
  },
  {
    id: "C-29",
    title: "registering is a record, logging in is auth-with-password",
    off: { answer: ["POST /api/collections/generatio_users/records", "collectionName"] },
    check: async (world) => {
      const email = "c29@example.com";
      const body = { email, password: LOGIN_PASSWORD, passwordConfirm: LOGIN_PASSWORD };
      const made = await world.call("POST", "/api/collections/generatio_users/records", { body });
      expect([made.status, made.body["collectionName"]]).toEqual([200, "generatio_users"]);
    },
  },
  {
    id: "C-30",
    title: "one's own key pays when it is there, else the server's",
    off: GENERATE,
    check: async (world) => {
      const own = await generate(world);
      const plan = await generate(world, { model: "flux-schnell" }, await planned(world));
      const fundingOf = async (id: unknown) =>
        (await world.product.app.findRecordById("jobs", String(id))).getString("funding");
      expect([await fundingOf(own.body["job_id"]), await fundingOf(plan.body["job_id"])]).toEqual([
        "byok",
        "quota",
      ]);
    },
  },
  {
    id: "C-31",
    title: "everything is in one data folder",
    off: GENERATE,
    check: async (world) => {
      await picture(world);
      const tables = await world.product.app.query<{ name: string }>({
        sql: "SELECT name FROM sqlite_schema WHERE name IN ('jobs', 'images', '_xLedger')",
        parameters: [],
      });
      expect(tables.map(({ name }) => name).toSorted()).toEqual(["_xLedger", "images", "jobs"]);
    },
  },
  {
    id: "C-37",
    title: "ids are PocketBase's; sessions are UUIDs",
    off: GENERATE,
    check: async (world) => {
      const { image } = await picture(world);
      expect([image.id, world.ann.sessionId]).toEqual([
        expect.stringMatching(/^[a-z0-9]{15}$/),
        expect.stringMatching(/^[0-9a-f-]{36}$/),
      ]);
    },
  },
  {
    id: "C-45",
    title: "every path is on the one address",
    off: { route: "GET /docs" },
    check: async (world) => {
      const statuses = await Promise.all(
        ["/health", "/docs", "/openapi.json", "/api/custom/status"].map(
          async (path) => (await fetch(world.product.url + path)).status,
        ),
      );
      expect(statuses).toEqual([200, 200, 200, 200]);
    },
  },
  {
    id: "C-46",
    title: "no failure ends in a made-up picture",
    off: IMAGE,
    check: async (world) => {
      world.replicate.fail("submit", { kind: "answer", status: 503, body: { detail: "down" } });
      const who = await planned(world);
      const { status, body } = await v1(world, "image", { prompt: "p" }, who);
      expect([
        status,
        body["error"],
        await world.product.app.countRecords("images", `user_id = "${who.id}"`),
      ]).toEqual([502, "external_error", 0]);
    },
  },
  {
    id: "C-47",
    title: "PocketBase issues the tokens; any other is refused",
    off: IMAGE,
    check: async (world) => {
      const headers = { Authorization: "Bearer eyJhbGciOiJSUzI1NiJ9.e30.c2ln" };
      const answer = await world.call("POST", "/api/v1/generate/image", {
        headers,
        body: { prompt: "x" },
      });
      expect([answer.status, answer.body["error"]]).toEqual([401, "unauthorized"]);
    },
  },
  {
    id: "C-48",
    title: "201 here, 200 there",
    off: IMAGE,
    check: async (world) => {
      const who = await planned(world);
      const [there, here] = [await generate(world), await v1(world, "image", { prompt: "x" }, who)];
      expect([there.status, here.status]).toEqual([200, 201]);
    },
  },
  {
    id: "C-49",
    title: "402 says which limit, and when it is over",
    off: { route: "PUT /api/custom/financial/budgets" },
    check: async (world) => {
      const who = await (await world.guest()).unlock();
      const body = { budgets: [{ window: "day", hard: 0.001 }] };
      await world.call("PUT", custom("financial/budgets"), { who, body });
      const answer = await generate(world, {}, who);
      expect([answer.status, answer.body]).toEqual([
        402,
        some({
          error: "budget_exceeded",
          used: 0,
          limit: 0.001,
          resets_at: expect.stringMatching(/T00:00:00/),
        }),
      ]);
      const guest = await world.guest();
      const poor = await generate(world, { model: "flux-schnell", funding: "credits" }, guest);
      const limits = { used: 1, limit: 0, resets_at: null };
      expect([poor.status, poor.body]).toEqual([
        402,
        some({ error: "insufficient_credits", ...limits }),
      ]);
    },
  },
  {
    id: "C-50",
    title: "a batch is refused as a whole when the plan does not reach",
    off: { env: { GENERATIO_PLAN_LIMITS: "free=50" } },
    check: async (world) => {
      const who = await planned(world);
      const { status, body } = await v1(world, "image/batch", { prompt: "p", count: 6 }, who);
      expect([status, body]).toEqual([
        402,
        some({ error: "graphics_limit_reached", requested: 6 }),
      ]);
    },
  },
  {
    id: "C-58",
    title: "everything is a job; who is in a hurry does not wait for it",
    off: GENERATE,
    check: async (world) => {
      const { status, body } = await generate(world, {}, world.ann, { Prefer: "respond-async" });
      expect([status, body["job_id"]]).toEqual([202, expect.any(String)]);
    },
  },
  {
    id: "C-60",
    title: "a superuser is no user of the product",
    off: { route: "GET /api/custom/collections" },
    check: async (world) => {
      const headers = { Authorization: world.root.authStore.token };
      const answer = await world.call("GET", custom("collections"), { headers });
      expectAnswer(
        answer,
        403,
        some({ error: "authorization_error", message: expect.stringContaining("impersonate") }),
      );
    },
  },
  {
    id: "C-61",
    title: "there is a record of a picture only with its file",
    off: GENERATE,
    check: async (world) => {
      const who = await (await world.guest()).unlock();
      expect((await generate(world, { prompt: "x [[emu:nofile=0]]" }, who)).status).toBe(502);
      expect(await world.product.app.countRecords("images", `user_id = "${who.id}"`)).toBe(0);
      expect((await picture(world, {}, who)).record.getString("file")).not.toBe("");
    },
  },
  {
    id: "C-62",
    title: "what failed costs nothing; what was made and got lost is waste",
    off: GENERATE,
    check: async (world) => {
      const who = await (await world.guest()).unlock();
      await generate(world, { prompt: "x [[emu:fail]]" }, who);
      await generate(world, { prompt: "x [[emu:nofile=0]]" }, who);
      const usage = await world.newest("usage_ledger", who.id);
      expect([usage.getNumber("cost_micros"), usage.getNumber("waste_micros")]).toEqual([
        3000, 3000,
      ]);
    },
  },
  {
    id: "C-63",
    title: "plans are asked about the server's keys only",
    off: { env: { OPENAI_API_KEY: "" } },
    check: async (world) => {
      const { status, body } = await generate(
        world,
        { model: "gpt-image-2" },
        await planned(world),
      );
      expect([status, body["error"]]).toEqual([403, "authorization_error"]);
      expect((await generate(world)).status).toBe(200);
    },
  },
  {
    id: "C-64",
    title: "states are small words here",
    off: { route: "GET /api/custom/jobs/{id}" },
    check: async (world) => {
      const { answer } = await picture(world);
      const path = custom(`jobs/${String(answer.body["job_id"])}`);
      const { status, body } = await world.call("GET", path, { who: world.ann });
      expect([status, body["status"]]).toEqual([200, "succeeded"]);
    },
  },
];
