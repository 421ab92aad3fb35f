import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readPictureHeader } from "../../../hooks/generatio/pictures/header.ts";
import {
  KEY,
  KEY_PASSWORD,
  LOGIN_PASSWORD,
  type Member,
  type ProductServer,
  startProduct,
} from "./product-server.ts";

// Document 000 from its first line to its last, as its clients see it.

let product: ProductServer;
let ann: Member;

beforeAll(async () => {
  product = await startProduct();
  ann = await product.signUp("ann@example.com");
});
afterAll(() => product.close());

describe("without an account", () => {
  it("GET status tells what runs and which models there are", async () => {
    const { status, body } = await product.call("GET", "status");
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(["status", "services", "available_models"]);
    expect(body).toMatchObject({
      status: "ok",
      services: {
        encryption: "AES-256-GCM with PBKDF2",
        sessions: { active: 0, total: 0 },
      },
      available_models: {
        "flux/schnell": {
          name: "flux/schnell",
          display_name: "Flux Schnell",
          cost_per_image: 0.003,
        },
        "hidream/hidream-i1-dev": {
          name: "hidream/hidream-i1-dev",
          display_name: "Hi-Dream I1 Dev",
          cost_per_image: 0.004,
        },
        "hidream/hidream-i1-fast": {
          name: "hidream/hidream-i1-fast",
          display_name: "Hi-Dream I1 Fast",
          cost_per_image: 0.003,
        },
      },
    });
  });

  it("GET test answers", async () => {
    expect(await product.call("GET", "test")).toMatchObject({
      status: 200,
      body: { status: "ok" },
    });
  });
});

describe("with an account", () => {
  it("GET generate/models lists parameters as the document prints them", async () => {
    const { status, body } = await ann.get("generate/models");
    expect(status).toBe(200);
    expect(Object.keys(body).slice(0, 3)).toEqual([
      "flux/schnell",
      "hidream/hidream-i1-dev",
      "hidream/hidream-i1-fast",
    ]);
    expect(body["flux/schnell"]).toMatchObject({
      name: "flux/schnell",
      display_name: "Flux Schnell",
      description: "Fast, high-quality image generation",
      cost_per_image: 0.003,
      parameters: {
        image_size: {
          type: "string",
          default: "square_hd",
          options: ["square_hd", "square", "portrait_4_3", "landscape_4_3"],
          description: "Image size preset",
        },
        num_images: {
          type: "integer",
          default: 1,
          min: 1,
          max: 4,
          description: "Number of images to generate",
        },
        guidance_scale: { type: "number" },
        num_inference_steps: { type: "integer" },
      },
    });
  });

  it("starts without key, session, pictures and costs", async () => {
    expect((await ann.get("auth/token-status")).body).toEqual({
      has_token: false,
      has_active_session: false,
      requires_login: false,
    });
    expect((await ann.post("tokens/verify", { password: KEY_PASSWORD })).body).toEqual({
      has_token: false,
      can_decrypt: false,
    });
    expect(await ann.post("auth/create-session", { password: KEY_PASSWORD })).toMatchObject({
      status: 404,
      body: { error: "not_found" },
    });
    expect((await ann.get("financial/stats")).body).toEqual({
      total_spent: 0,
      total_images: 0,
      recent_spending: 0,
      average_cost: 0,
    });
    expect((await ann.get("collections")).body).toEqual({ collections: [] });
  });

  it("stores the key encrypted and never shows it", async () => {
    const { status, body } = await ann.post("tokens/setup", {
      fal_token: `  ${KEY}\n`,
      password: KEY_PASSWORD,
    });
    expect([status, body]).toEqual([
      200,
      { success: true, message: "FAL token setup successfully" },
    ]);
    const stored = await product.app.findRecordById("generatio_users", ann.id);
    expect(stored.getString("fal_token")).toMatch(
      /^v2\.100000\.[A-Za-z0-9+/]{43}=\.[A-Za-z0-9+/]+={0,2}$/,
    );
    const own = await ann.client.collection("generatio_users").getOne(ann.id);
    expect(Object.keys(own)).not.toContain("fal_token");
  });

  it("POST tokens/verify tells whether a password opens it", async () => {
    const verify = async (password: string) => (await ann.post("tokens/verify", { password })).body;
    expect(await verify(KEY_PASSWORD)).toEqual({ has_token: true, can_decrypt: true });
    expect(await verify("key-password-23")).toEqual({ has_token: true, can_decrypt: false });
    expect((await ann.get("auth/token-status")).body).toEqual({
      has_token: true,
      has_active_session: false,
      requires_login: true,
    });
  });

  it("POST auth/create-session opens a session for a day", async () => {
    const { status, body } = await ann.post("auth/create-session", { password: KEY_PASSWORD });
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(["session_id", "expires_at"]);
    expect(body["session_id"]).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(body["expires_at"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const hours = (Date.parse(String(body["expires_at"])) - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(23.9);
    expect(hours).toBeLessThanOrEqual(24);
    ann.sessionId = String(body["session_id"]);
    expect((await ann.get("auth/token-status")).body).toEqual({
      has_token: true,
      has_active_session: true,
      requires_login: false,
    });
    const { body: status2 } = await product.call("GET", "status");
    expect(status2).toMatchObject({ services: { sessions: { active: 1, total: 1 } } });
  });
});

describe("generating", () => {
  it("answers pictures of this server, their cost and the model", async () => {
    const prompt = 'A "beautiful" sunset [over] mountains ☀';
    const folder = await ann.post("collections/create", { name: "Sunsets" });
    const { status, body } = await ann.generate({
      prompt,
      parameters: { image_size: "landscape_4_3", num_images: 2, guidance_scale: 7.5 },
      collection_id: folder.body["id"],
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ cost: 0.006, model: "flux/schnell" });
    const images = body["images"] as { id: string; url: string; thumbnail_url: string }[];
    expect(images).toHaveLength(2);

    expect(product.emulator.journal.filter((entry) => entry.route === "submit")).toMatchObject([
      {
        path: "/fal-ai/flux/schnell",
        authorization: `Key ${KEY}`,
        body: { prompt, image_size: "landscape_4_3", num_images: 2, guidance_scale: 7.5 },
      },
    ]);
    for (const [index, image] of images.entries()) {
      expect(image.url).toBe(`/api/files/images/${image.id}/${image.url.split("/").at(-1)}`);
      const file = await fetch(product.url + image.url);
      expect(file.status).toBe(200);
      const bytes = Buffer.from(await file.arrayBuffer());
      expect(readPictureHeader(bytes)).toMatchObject({
        width: 1024,
        height: 768,
        contentType: "image/jpeg",
      });
      const thumbnail = await fetch(product.url + image.thumbnail_url);
      expect([
        thumbnail.status,
        thumbnail.headers.get("content-type")?.startsWith("image/"),
      ]).toEqual([200, true]);
      const record = await ann.client.collection("images").getOne(image.id);
      expect(record).toMatchObject({
        url: image.url,
        user_id: ann.id,
        prompt,
        model: "flux/schnell",
        batch_number: index,
        image_size: { preset: "landscape_4_3", width: 1024, height: 768 },
        folder_id: folder.body["id"],
        deleted_at: "",
        width: 1024,
        height: 768,
        mime: "image/jpeg",
        bytes: bytes.length,
      });
      expect(record["other_info"]).toMatchObject({
        provider: "fal",
        source_url: `${product.emulator.url}/files/${record["request_id"]}/${index}.jpg`,
      });
      const path = join(
        product.dataDir,
        "storage",
        record.collectionId,
        record.id,
        String(record["file"]),
      );
      expect(readFileSync(path).equals(bytes)).toBe(true);
    }
  });

  it("asks for one square picture when no parameters are given, and takes the vendor's name of the model", async () => {
    const { body } = await ann.generate({ model: "fal-ai/hidream-i1-dev" });
    expect(body).toMatchObject({ cost: 0.004, model: "hidream/hidream-i1-dev" });
    expect(product.emulator.journal.findLast((entry) => entry.route === "submit")).toMatchObject({
      path: "/fal-ai/hidream-i1-dev",
      body: { prompt: "a fox", image_size: "square_hd", num_images: 1 },
    });
  });

  it("books what was spent, to the micro-dollar", async () => {
    expect((await ann.get("financial/stats")).body).toEqual({
      total_spent: 0.01,
      total_images: 3,
      recent_spending: 0.01,
      average_cost: 0.003333,
    });
    const user = await ann.client.collection("generatio_users").getOne(ann.id);
    expect(user["financial_data"]).toEqual({
      total_spent: 0.01,
      total_micros: 10_000,
      total_images: 3,
    });
    const rows = await ann.client.collection("usage_ledger").getFullList({ sort: "model" });
    expect(
      rows.map((row) => [row["model"], row["images"], row["cost_micros"], row["waste_micros"]]),
    ).toEqual([
      ["flux/schnell", 2, 6000, 0],
      ["hidream/hidream-i1-dev", 1, 4000, 0],
    ]);
  });

  it("uses saved preferences where the request says nothing", async () => {
    const preferences = { image_size: "square", guidance_scale: 7.5, num_inference_steps: 4 };
    expect((await ann.post("preferences/get", { model_name: "flux/schnell" })).body).toEqual({
      model_name: "flux/schnell",
      has_preferences: false,
      preferences: {},
    });
    const saved = await ann.post("preferences/save", { model_name: "flux/schnell", preferences });
    expect([saved.status, saved.body]).toEqual([
      200,
      { success: true, message: "Preferences saved successfully" },
    ]);
    expect((await ann.post("preferences/get", { model_name: "flux/schnell" })).body).toEqual({
      model_name: "flux/schnell",
      has_preferences: true,
      preferences,
    });
    await ann.generate({ parameters: { guidance_scale: 5 } });
    expect(product.emulator.journal.findLast((entry) => entry.route === "submit")?.body).toEqual({
      prompt: "a fox",
      image_size: "square",
      num_images: 1,
      guidance_scale: 5,
      num_inference_steps: 4,
    });
    const user = await ann.client.collection("generatio_users").getOne(ann.id);
    expect(user["model_preferences"]).toHaveLength(1);
    await ann.post("preferences/save", { model_name: "flux/schnell", preferences: {} });
    expect((await ann.post("preferences/get", { model_name: "flux/schnell" })).body).toEqual({
      model_name: "flux/schnell",
      has_preferences: true,
      preferences: {},
    });
  });

  it("follows the job in its record while it runs", async () => {
    // Each place in the queue lasts longer than a busy machine needs to look twice.
    const slow = await startProduct({ emulator: { queueMs: 3000, workMs: 900, ahead: 2 } });
    try {
      const member = await (await slow.signUp()).unlock();
      const pending = member.generate();
      const seen: string[] = [];
      for (let isDone = false; !isDone;) {
        const jobs = await member.client.collection("jobs").getFullList();
        const now = jobs.map((job) => `${job["state"]} ${job["queue_position"]}`).join();
        if (now !== seen.at(-1)) seen.push(now);
        isDone = now.startsWith("succeeded");
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
      expect((await pending).status).toBe(200);
      expect(seen.filter((state) => state !== "" && state !== "queued 0")).toEqual([
        "queued 2",
        "queued 1",
        "running 0",
        "succeeded 0",
      ]);
    } finally {
      await slow.close();
    }
  });
});

describe("folders", () => {
  it("are created inside one another and listed by name", async () => {
    const parent = await ann.post("collections/create", { name: "My Collection" });
    expect(parent.status).toBe(200);
    expect(parent.body).toMatchObject({ name: "My Collection", parent_id: "" });
    expect(parent.body["created"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const child = await ann.post("collections/create", {
      name: "inner",
      parent_id: parent.body["id"],
      private: true,
    });
    expect(child.body).toMatchObject({
      name: "inner",
      parent_id: parent.body["id"],
      private: true,
    });
    const { collections } = (await ann.get("collections")).body as {
      collections: Record<string, unknown>[];
    };
    expect(collections.map((folder) => folder["name"])).toEqual([
      "inner",
      "My Collection",
      "Sunsets",
    ]);
    expect(Object.keys(collections[0]!)).toEqual([
      "id",
      "user_id",
      "name",
      "parent_id",
      "private",
      "created",
      "updated",
    ]);
    expect(collections[1]).toMatchObject({ user_id: ann.id, parent_id: "", private: false });
  });
});

describe("sessions", () => {
  it("end with DELETE auth/session", async () => {
    const bob = await (await product.signUp("bob@example.com")).unlock();
    const gone = await bob.call("DELETE", "auth/session");
    expect([gone.status, gone.body]).toEqual([
      200,
      { success: true, message: "Session deleted successfully" },
    ]);
    expect((await bob.call("DELETE", "auth/session")).status).toBe(404);
    expect((await bob.generate()).status).toBe(401);
  });

  it("open with the login where the passwords are the same", async () => {
    const eve = await product.signUp("eve@example.com");
    const refused = await eve.post("tokens/setup", {
      fal_token: KEY,
      password: KEY_PASSWORD,
      auto_session: true,
    });
    expect(refused).toMatchObject({
      status: 400,
      body: { error: "validation_error", data: { password: {} } },
    });
    await eve.post("tokens/setup", {
      fal_token: KEY,
      password: LOGIN_PASSWORD,
      auto_session: true,
    });
    let sessionId = "";
    eve.client.afterSend = (response, data: unknown) => {
      sessionId = response.headers.get("X-Session-ID") ?? "";
      return data;
    };
    await eve.client.collection("generatio_users").authWithPassword(eve.email, LOGIN_PASSWORD);
    expect(sessionId).toMatch(/^[0-9a-f-]{36}$/);
    eve.sessionId = sessionId;
    expect((await eve.generate()).status).toBe(200);
    await eve.client.collection("generatio_users").authRefresh();
    expect(sessionId).toBe("");
    await ann.client.collection("generatio_users").authWithPassword(ann.email, LOGIN_PASSWORD);
  });

  it("end when the login password changes", async () => {
    const fay = await (await product.signUp("fay@example.com")).unlock();
    expect((await fay.get("auth/token-status")).body).toMatchObject({ has_active_session: true });
    const users = fay.client.collection("generatio_users");
    await users.update(fay.id, {
      oldPassword: LOGIN_PASSWORD,
      password: "another-login-1",
      passwordConfirm: "another-login-1",
    });
    await users.authWithPassword(fay.email, "another-login-1");
    expect((await fay.get("auth/token-status")).body).toEqual({
      has_token: true,
      has_active_session: false,
      requires_login: true,
    });
    expect((await fay.generate()).status).toBe(401);
  });

  it("end when the key is replaced", async () => {
    const gil = await (await product.signUp("gil@example.com")).unlock();
    await gil.post("tokens/setup", { fal_token: "another:key", password: KEY_PASSWORD });
    expect((await gil.generate()).status).toBe(401);
  });

  it("expire after the configured time", async () => {
    const brief = await startProduct({
      env: { GENERATIO_SESSION_TTL: "200ms", GENERATIO_CLEANUP_INTERVAL: "100ms" },
    });
    try {
      const member = await (await brief.signUp()).unlock();
      await new Promise((resolve) => setTimeout(resolve, 450));
      expect((await brief.call("GET", "status")).body).toMatchObject({
        services: { sessions: { active: 0, total: 0 } },
      });
      expect(await member.generate()).toMatchObject({
        status: 401,
        body: { error: "authentication_error" },
      });
      expect((await member.get("auth/token-status")).body).toMatchObject({ requires_login: true });
    } finally {
      await brief.close();
    }
  });
});
