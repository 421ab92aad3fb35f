import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  KEY,
  KEY_PASSWORD,
  type Member,
  type ProductServer,
  startProduct,
} from "./product-server.ts";

let product: ProductServer;

beforeAll(async () => {
  product = await startProduct({ emulator: { workMs: 700 } });
});
afterAll(() => product.close());

const { subtle } = globalThis.crypto;

/** `encrypted.salt` as document 000 has it, made with another implementation. */
async function sealAsBefore(key: string, password: string): Promise<string> {
  const [salt, nonce] = [Buffer.alloc(32, 7), Buffer.alloc(12, 9)];
  const material = await subtle.importKey("raw", Buffer.from(password), "PBKDF2", false, [
    "deriveKey",
  ]);
  const derived = await subtle.deriveKey(
    { name: "PBKDF2", hash: "SHA-256", salt, iterations: 100_000 },
    material,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt"],
  );
  const sealed = await subtle.encrypt({ name: "AES-GCM", iv: nonce }, derived, Buffer.from(key));
  return `${Buffer.concat([nonce, Buffer.from(sealed)]).toString("base64")}.${salt.toString("base64")}`;
}

async function writeToken(member: Member, text: string): Promise<void> {
  const token = await product.superuserToken(`root-${member.id}@example.com`);
  const response = await fetch(
    `${product.url}/api/collections/generatio_users/records/${member.id}`,
    {
      method: "PATCH",
      headers: { Authorization: token, "Content-Type": "application/json" },
      body: JSON.stringify({ fal_token: text }),
    },
  );
  expect(response.status).toBe(200);
}

const storedToken = async (member: Member) =>
  (await product.app.findRecordById("generatio_users", member.id)).getString("fal_token");

describe("a key that a superuser wrote", () => {
  it("in the old form opens, and is then kept in the new one", async () => {
    const ann = await product.signUp();
    await writeToken(ann, await sealAsBefore(KEY, KEY_PASSWORD));
    expect((await ann.post("tokens/verify", { password: "wrong-password" })).body).toEqual({
      has_token: true,
      can_decrypt: false,
    });
    expect(await storedToken(ann)).not.toMatch(/^v2/);
    const { status, body } = await ann.post("auth/create-session", { password: KEY_PASSWORD });
    expect(status).toBe(200);
    expect(await storedToken(ann)).toMatch(/^v2\.100000\./);
    ann.sessionId = String(body["session_id"]);
    expect((await ann.generate()).status).toBe(200);
    expect((await ann.post("tokens/verify", { password: KEY_PASSWORD })).body).toEqual({
      has_token: true,
      can_decrypt: true,
    });
  });

  it("and that is no key opens with nothing", async () => {
    const ann = await product.signUp();
    await writeToken(ann, "not an envelope");
    expect((await ann.post("tokens/verify", { password: KEY_PASSWORD })).body).toEqual({
      has_token: true,
      can_decrypt: false,
    });
    expect((await ann.post("auth/create-session", { password: KEY_PASSWORD })).status).toBe(401);
  });

  it("ends the sessions of the one before", async () => {
    const ann = await (await product.signUp()).unlock();
    await writeToken(ann, "");
    expect((await ann.get("auth/token-status")).body).toEqual({
      has_token: false,
      has_active_session: false,
      requires_login: false,
    });
    expect((await ann.generate()).status).toBe(401);
  });
});

describe("a prompt", () => {
  it.each([
    ["with leading and trailing blanks", "  a fox\n"],
    ["with brackets and quotes", "[masterpiece] \"a fox\" 'by' `night` \\ {x} <b>"],
    ["in other scripts", "狐 لون ручей 🦊‍❄️ e\u0301"],
    ["that looks like a filter", "' || 1=1 || deleted_at != '"],
    ["of the greatest length", "ä".repeat(10_000)],
  ])("%s reaches the provider and the gallery as it was typed", async (_what, prompt) => {
    const ann = await (await product.signUp()).unlock();
    const { status, body } = await ann.generate({ prompt });
    expect(status).toBe(200);
    expect(
      product.emulator.journal.findLast((entry) => entry.route === "submit")?.body,
    ).toMatchObject({ prompt });
    const [image] = body["images"] as { id: string }[];
    expect((await ann.client.collection("images").getOne(image!.id))["prompt"]).toBe(prompt);
  });
});

describe("while a job runs", () => {
  const running = (member: Member) => async () =>
    (await product.app.countRecords("jobs", 'user_id = {:id} && provider_request_id != ""', {
      id: member.id,
    })) === 1;

  it("its session may end", async () => {
    const ann = await (await product.signUp()).unlock();
    const pending = ann.generate();
    await expect.poll(running(ann)).toBe(true);
    await ann.call("DELETE", "auth/session");
    expect((await pending).status).toBe(200);
  });

  it.each([
    ["deleted", "the picture is kept without it"],
    ["deleted for good", "the picture is kept without it"],
  ])("its folder may be %s: %s", async (how) => {
    const ann = await (await product.signUp()).unlock();
    const folder = String((await ann.post("collections/create", { name: "Work" })).body["id"]);
    const pending = ann.generate({ collection_id: folder });
    await expect.poll(running(ann)).toBe(true);
    if (how === "deleted") await ann.client.collection("folders").delete(folder);
    else await product.app.delete(await product.app.findRecordById("folders", folder));
    const { status, body } = await pending;
    expect(status).toBe(200);
    const [image] = body["images"] as { id: string }[];
    expect((await ann.client.collection("images").getOne(image!.id))["folder_id"]).toBe("");
  });

  it("its user may go: nothing is left, and the server lives on", async () => {
    const ann = await (await product.signUp()).unlock();
    const pending = ann.generate();
    await expect.poll(running(ann)).toBe(true);
    await ann.client.collection("generatio_users").delete(ann.id);
    expect((await pending).status).toBe(404);
    for (const name of ["jobs", "images", "usage_ledger"]) {
      expect(await product.app.countRecords(name, "user_id = {:id}", { id: ann.id })).toBe(0);
    }
    const bob = await (await product.signUp()).unlock();
    expect((await bob.generate()).status).toBe(200);
  });

  it("its client may hang up: the picture is made once and kept", async () => {
    const ann = await (await product.signUp()).unlock();
    const before = product.emulator.charges().length;
    const hangUp = new AbortController();
    const pending = fetch(`${product.url}/api/custom/generate/image`, {
      method: "POST",
      signal: hangUp.signal,
      headers: {
        Authorization: ann.client.authStore.token,
        "X-Session-ID": ann.sessionId,
        "Content-Type": "application/json",
      },
      body: JSON.stringify({ model: "flux/schnell", prompt: "a fox" }),
    });
    await expect.poll(running(ann)).toBe(true);
    hangUp.abort();
    await expect(pending).rejects.toThrow("aborted");
    const images = ann.client.collection("images");
    await expect.poll(async () => (await images.getFullList()).length, { timeout: 5000 }).toBe(1);
    expect(product.emulator.charges()).toHaveLength(before + 1);
  });
});

describe("many at once", () => {
  it("each get their own pictures, and every cost is booked", async () => {
    const ann = await (await product.signUp()).unlock();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => ann.generate({ prompt: `fox ${index}` })),
    );
    expect(answers.map((answer) => answer.status)).toEqual(Array(8).fill(200));
    const ids = answers.flatMap((answer) =>
      (answer.body["images"] as { id: string }[]).map(({ id }) => id),
    );
    expect(new Set(ids).size).toBe(8);
    expect((await ann.get("financial/stats")).body).toMatchObject({
      total_spent: 0.024,
      total_images: 8,
    });
  });
});

describe("two servers in one process", () => {
  it("have sessions and keys of their own", async () => {
    const other = await startProduct();
    try {
      const [ann, bob] = [
        await (await product.signUp()).unlock(),
        await (await other.signUp()).unlock(),
      ];
      expect((await other.call("GET", "status")).body).toMatchObject({
        services: { sessions: { active: 1 } },
      });
      bob.sessionId = ann.sessionId;
      expect((await bob.generate()).status).toBe(401);
    } finally {
      await other.close();
    }
  });
});
