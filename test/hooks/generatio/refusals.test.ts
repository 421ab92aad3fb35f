import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Answer,
  KEY,
  KEY_PASSWORD,
  type Member,
  type ProductServer,
  startProduct,
} from "./product-server.ts";

// Wrong input at every door: a clear error with the right status, and nothing is written or paid.

let product: ProductServer;
let ann: Member;
let bob: Member;
let bobsFolder: string;
let superuser: string;

beforeAll(async () => {
  product = await startProduct();
  ann = await (await product.signUp()).unlock();
  bob = await (await product.signUp()).unlock();
  bobsFolder = String((await bob.post("collections/create", { name: "Bob's" })).body["id"]);
  superuser = await product.superuserToken();
});
afterAll(() => product.close());

/** Everything that a refused request must leave as it was. */
async function everything(): Promise<unknown> {
  const { app, emulator } = product;
  const names = [
    "generatio_users",
    "images",
    "folders",
    "jobs",
    "model_preferences",
    "usage_ledger",
  ];
  const rows = await Promise.all(
    names.map((name) => app.findRecordsByFilter(name, "", { sort: "id" })),
  );
  return {
    rows: rows
      .flat()
      .map((record) =>
        record.collection.fields.map(({ name }) => JSON.stringify(record.get(name))),
      ),
    accepted: emulator.accepted().length,
    sessions: (await product.call("GET", "status")).body["services"],
  };
}

/** How a call was refused, and whether it left everything as it was. */
async function outcomeOf(call: () => Promise<Answer>) {
  const before = await everything();
  const { status, body } = await call();
  const message = String(body["message"]);
  return {
    status,
    error: body["error"],
    fields: Object.keys(body["data"] ?? {}),
    saysStatus: body["status"] === status,
    isClear: /^.{10,300}$/.test(message) && !/SQLITE|node:|\.ts|stack/.test(JSON.stringify(body)),
    changes: JSON.stringify(await everything()) === JSON.stringify(before) ? "none" : "some",
  };
}

type Refusal = readonly [status: number, error: string, ...fields: string[]];

const refusal = ([status, error, ...fields]: Refusal) => ({
  status,
  error,
  fields,
  saysStatus: true,
  isClear: true,
  changes: "none",
});

const LONG = "x".repeat(10_001);
const NOBODY = "00000000-0000-4000-8000-000000000000";

/** Doors that only members pass, with a body they accept. */
const MEMBERS_ONLY: readonly (readonly [method: string, path: string, body?: unknown])[] = [
  ["POST", "tokens/setup", { fal_token: "key", password: KEY_PASSWORD }],
  ["POST", "tokens/verify", { password: KEY_PASSWORD }],
  ["POST", "auth/create-session", { password: KEY_PASSWORD }],
  ["DELETE", "auth/session"],
  ["GET", "auth/token-status"],
  ["POST", "generate/image", { model: "flux/schnell", prompt: "a fox" }],
  ["GET", "generate/models"],
  ["GET", "financial/stats"],
  ["POST", "preferences/get", { model_name: "flux/schnell" }],
  ["POST", "preferences/save", { model_name: "flux/schnell", preferences: {} }],
  ["POST", "collections/create", { name: "A folder" }],
  ["GET", "collections"],
];

const DOORS = MEMBERS_ONLY.map(([method, path, body]) => ({ method, path, body }));

const CALLERS: readonly (readonly [string, () => Record<string, string>, Refusal])[] = [
  ["a guest", () => ({}), [401, "authentication_error"]],
  [
    "a broken token",
    () => ({ Authorization: "Bearer not.a.token" }),
    [401, "authentication_error"],
  ],
  ["a superuser", () => ({ Authorization: superuser }), [403, "authorization_error"]],
];

describe.each(DOORS)("$method $path", ({ method, path, body }) => {
  it.each(CALLERS)("refuses %s", async (_who, headers, expected) => {
    const call = () => product.call(method, path, { body, headers: headers() });
    expect(await outcomeOf(call)).toEqual(refusal(expected));
  });
});

const BODIES: readonly (readonly [string, string | undefined])[] = [
  ["no JSON", "{"],
  ["a list", "[]"],
  ["a text", '"hello"'],
  ["nothing", undefined],
];

describe.each(DOORS.filter(({ method }) => method === "POST"))("POST $path", ({ path }) => {
  it.each(BODIES)("refuses a body that is %s", async (_what, sent) => {
    expect(await outcomeOf(() => ann.post(path, sent))).toMatchObject({
      status: 400,
      error: "validation_error",
      isClear: true,
      changes: "none",
    });
  });
});

const INPUTS: readonly (readonly [
  path: string,
  what: string,
  body: Record<string, unknown>,
  Refusal,
])[] = [
  ["tokens/setup", "no key", { password: KEY_PASSWORD }, [400, "validation_error", "fal_token"]],
  ["tokens/setup", "no password", { fal_token: "key" }, [400, "validation_error", "password"]],
  ["tokens/setup", "neither", {}, [400, "validation_error", "fal_token", "password"]],
  [
    "tokens/setup",
    "an empty key",
    { fal_token: "", password: KEY_PASSWORD },
    [400, "validation_error", "fal_token"],
  ],
  [
    "tokens/setup",
    "a blank key",
    { fal_token: " \n", password: KEY_PASSWORD },
    [400, "validation_error", "fal_token"],
  ],
  [
    "tokens/setup",
    "a key with a line break",
    { fal_token: "a\r\nX-Evil: 1", password: KEY_PASSWORD },
    [400, "validation_error", "fal_token"],
  ],
  [
    "tokens/setup",
    "a key that is too long",
    { fal_token: "k".repeat(513), password: KEY_PASSWORD },
    [400, "validation_error", "fal_token"],
  ],
  [
    "tokens/setup",
    "a key that is a number",
    { fal_token: 5, password: KEY_PASSWORD },
    [400, "validation_error", "fal_token"],
  ],
  [
    "tokens/setup",
    "a short password",
    { fal_token: "key", password: "1234567" },
    [400, "validation_error", "password"],
  ],
  [
    "tokens/setup",
    "a password that is too long",
    { fal_token: "key", password: LONG },
    [400, "validation_error", "password"],
  ],
  [
    "tokens/setup",
    "a wrong auto_session",
    { fal_token: "key", password: KEY_PASSWORD, auto_session: "yes" },
    [400, "validation_error", "auto_session"],
  ],
  [
    "tokens/setup",
    "auto_session with another password",
    { fal_token: "key", password: KEY_PASSWORD, auto_session: true },
    [400, "validation_error", "password"],
  ],
  ["tokens/verify", "no password", {}, [400, "validation_error", "password"]],
  ["tokens/verify", "an empty password", { password: "" }, [400, "validation_error", "password"]],
  [
    "tokens/verify",
    "a password that is too long",
    { password: LONG },
    [400, "validation_error", "password"],
  ],
  [
    "tokens/verify",
    "a password that is a list",
    { password: ["a"] },
    [400, "validation_error", "password"],
  ],
  ["auth/create-session", "no password", {}, [400, "validation_error", "password"]],
  [
    "auth/create-session",
    "a password that is null",
    { password: null },
    [400, "validation_error", "password"],
  ],
  [
    "auth/create-session",
    "a wrong password",
    { password: "wrong-password" },
    [401, "authentication_error"],
  ],
  ["generate/image", "no model", { prompt: "a fox" }, [400, "validation_error", "model"]],
  [
    "generate/image",
    "an unknown model",
    { model: "dall-e-3", prompt: "a fox" },
    [400, "validation_error", "model"],
  ],
  [
    "generate/image",
    "a model that is a number",
    { model: 1, prompt: "a fox" },
    [400, "validation_error", "model"],
  ],
  ["generate/image", "no prompt", { model: "flux/schnell" }, [400, "validation_error", "prompt"]],
  [
    "generate/image",
    "an empty prompt",
    { model: "flux/schnell", prompt: "" },
    [400, "validation_error", "prompt"],
  ],
  [
    "generate/image",
    "a blank prompt",
    { model: "flux/schnell", prompt: " \n\t" },
    [400, "validation_error", "prompt"],
  ],
  [
    "generate/image",
    "a prompt that is too long",
    { model: "flux/schnell", prompt: LONG },
    [400, "validation_error", "prompt"],
  ],
  [
    "generate/image",
    "a prompt that is an object",
    { model: "flux/schnell", prompt: {} },
    [400, "validation_error", "prompt"],
  ],
  [
    "generate/image",
    "parameters that are a list",
    { model: "flux/schnell", prompt: "a fox", parameters: [] },
    [400, "validation_error", "parameters"],
  ],
  [
    "generate/image",
    "too many pictures",
    { model: "flux/schnell", prompt: "a fox", parameters: { num_images: 5 } },
    [400, "validation_error", "parameters.num_images"],
  ],
  [
    "generate/image",
    "half a picture",
    { model: "flux/schnell", prompt: "a fox", parameters: { num_images: 0.5 } },
    [400, "validation_error", "parameters.num_images"],
  ],
  [
    "generate/image",
    "a number as text",
    { model: "flux/schnell", prompt: "a fox", parameters: { num_images: "2" } },
    [400, "validation_error", "parameters.num_images"],
  ],
  [
    "generate/image",
    "an unknown size",
    { model: "flux/schnell", prompt: "a fox", parameters: { image_size: "huge" } },
    [400, "validation_error", "parameters.image_size"],
  ],
  [
    "generate/image",
    "a size out of range",
    {
      model: "flux/schnell",
      prompt: "a fox",
      parameters: { image_size: { width: 1, height: 512 } },
    },
    [400, "validation_error", "parameters.image_size.width"],
  ],
  [
    "generate/image",
    "an unknown parameter",
    { model: "flux/schnell", prompt: "a fox", parameters: { webhook_url: "http://evil.example" } },
    [400, "validation_error", "parameters.webhook_url"],
  ],
  [
    "generate/image",
    "a parameter of another model",
    { model: "hidream/hidream-i1-dev", prompt: "a fox", parameters: { guidance_scale: 5 } },
    [400, "validation_error", "parameters.guidance_scale"],
  ],
  [
    "generate/image",
    "an unknown folder",
    { model: "flux/schnell", prompt: "a fox", collection_id: "nofolderatall00" },
    [404, "not_found", "collection_id"],
  ],
  [
    "generate/image",
    "a folder that is a number",
    { model: "flux/schnell", prompt: "a fox", collection_id: 7 },
    [400, "validation_error", "collection_id"],
  ],
  ["preferences/get", "no model", {}, [400, "validation_error", "model_name"]],
  [
    "preferences/get",
    "an unknown model",
    { model_name: "dall-e-3" },
    [404, "not_found", "model_name"],
  ],
  [
    "preferences/get",
    "a model that is too long",
    { model_name: LONG },
    [400, "validation_error", "model_name"],
  ],
  [
    "preferences/save",
    "no preferences",
    { model_name: "flux/schnell" },
    [400, "validation_error", "preferences"],
  ],
  [
    "preferences/save",
    "preferences that are a text",
    { model_name: "flux/schnell", preferences: "{}" },
    [400, "validation_error", "preferences"],
  ],
  [
    "preferences/save",
    "an unknown model",
    { model_name: "dall-e-3", preferences: {} },
    [404, "not_found", "model_name"],
  ],
  [
    "preferences/save",
    "a value out of range",
    { model_name: "flux/schnell", preferences: { guidance_scale: 99 } },
    [400, "validation_error", "preferences.guidance_scale"],
  ],
  [
    "preferences/save",
    "an unknown parameter",
    { model_name: "flux/schnell", preferences: { foo: 1 } },
    [400, "validation_error", "preferences.foo"],
  ],
  ["collections/create", "no name", {}, [400, "validation_error", "name"]],
  ["collections/create", "a blank name", { name: "  " }, [400, "validation_error", "name"]],
  [
    "collections/create",
    "a name that is too long",
    { name: "x".repeat(256) },
    [400, "validation_error", "name"],
  ],
  ["collections/create", "a name that is a number", { name: 5 }, [400, "validation_error", "name"]],
  [
    "collections/create",
    "an unknown parent",
    { name: "A folder", parent_id: "nofolderatall00" },
    [404, "not_found", "parent_id"],
  ],
  [
    "collections/create",
    "a wrong private",
    { name: "A folder", private: "no" },
    [400, "validation_error", "private"],
  ],
];

describe("wrong input", () => {
  it.each(INPUTS)("%s refuses %s", async (path, _what, body, expected) => {
    expect(await outcomeOf(() => ann.post(path, body))).toEqual(refusal(expected));
  });
});

describe("what belongs to somebody else", () => {
  it("is not seen: a folder to put pictures in", async () => {
    const call = () => ann.generate({ collection_id: bobsFolder });
    expect(await outcomeOf(call)).toEqual(refusal([404, "not_found", "collection_id"]));
  });

  it("is not seen: a folder to put folders in", async () => {
    const call = () => ann.post("collections/create", { name: "Inside", parent_id: bobsFolder });
    expect(await outcomeOf(call)).toEqual(refusal([404, "not_found", "parent_id"]));
    expect((await ann.get("collections")).body).toEqual({ collections: [] });
  });

  it.each<[what: string, id: () => string, ended: [number, string]]>([
    ["an unknown one", () => NOBODY, [404, "not_found"]],
    ["one that is no id", () => "'; drop table images; --", [404, "not_found"]],
    ["another user's", () => bob.sessionId, [403, "authorization_error"]],
  ])("opens nothing: a session that is %s", async (_what, sessionId, ended) => {
    const headers = { "X-Session-ID": sessionId() };
    const generate = () => ann.generate({}, headers);
    expect(await outcomeOf(generate)).toEqual(refusal([401, "authentication_error"]));
    const end = () => ann.call("DELETE", "auth/session", undefined, headers);
    expect(await outcomeOf(end)).toEqual(refusal(ended));
  });

  it("stays out of sight in every collection", async () => {
    await bob.generate();
    const { client } = ann;
    const names = ["images", "folders", "jobs", "usage_ledger", "model_preferences"];
    const found = names.map((name) =>
      client.collection(name).getFullList({ filter: `user_id = "${bob.id}"` }),
    );
    expect((await Promise.all(found)).flat()).toEqual([]);
    const users = await client.collection("generatio_users").getFullList();
    expect(users.map((user) => user.id)).toEqual([ann.id]);
    await expect(client.collection("folders").getOne(bobsFolder)).rejects.toMatchObject({
      status: 404,
    });
  });
});

describe("a missing session", () => {
  const headers = () => ({ Authorization: `Bearer ${ann.client.authStore.token}` });

  it("is a 401 where pictures are made", async () => {
    const body = { model: "flux/schnell", prompt: "a fox" };
    const call = () => product.call("POST", "generate/image", { body, headers: headers() });
    expect(await outcomeOf(call)).toEqual(refusal([401, "authentication_error"]));
  });

  it("is a 400 where one is ended", async () => {
    const call = () => product.call("DELETE", "auth/session", { headers: headers() });
    expect(await outcomeOf(call)).toEqual(refusal([400, "validation_error", "X-Session-ID"]));
  });
});

describe("other doors", () => {
  it.each([
    ["GET", "nothing/here"],
    ["POST", "status"],
    ["PUT", "generate/image"],
    ["GET", "tokens/setup"],
  ])("%s %s is a 404 in the same shape", async (method, path) => {
    const { status, body } = await ann.call(method, path);
    expect({ status, ...body }).toMatchObject({ status: 404, error: "not_found", data: {} });
  });

  it("refuse a body that is too large, in the same shape", async () => {
    const call = () => ann.generate({ prompt: "x".repeat(33 * 1024 * 1024) });
    expect(await outcomeOf(call)).toEqual(refusal([413, "validation_error"]));
  });

  it("tell the official SDK what is wrong", async () => {
    const sent = ann.client.send("/api/custom/generate/image", {
      method: "POST",
      headers: { "X-Session-ID": ann.sessionId },
      body: { model: "flux/schnell", prompt: "a fox", parameters: { num_images: 9 } },
    });
    await expect(sent).rejects.toMatchObject({
      status: 400,
      message: "parameters.num_images must be at most 4.",
      response: {
        error: "validation_error",
        data: { "parameters.num_images": { code: "validation_out_of_range" } },
      },
    });
  });
});

describe("wrong passwords", () => {
  it("are counted for each user alone, over both doors, and stop before the sixtieth", async () => {
    const eve = await product.signUp();
    await eve.post("tokens/setup", { fal_token: KEY, password: KEY_PASSWORD });
    const statuses: number[] = [];
    for (let round = 0; round < 12; round++) {
      const path = round % 2 === 0 ? "tokens/verify" : "auth/create-session";
      statuses.push((await eve.post(path, { password: `wrong-password-${round}` })).status);
    }
    expect(statuses).toEqual([200, 401, 200, 401, 200, 401, 200, 401, 200, 401, 429, 429]);
    const blocked = await eve.post("auth/create-session", { password: KEY_PASSWORD });
    expect([blocked.status, blocked.body["error"]]).toEqual([429, "rate_limit_error"]);
    const seconds = Number(blocked.headers.get("Retry-After"));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(600);
    expect((await ann.post("tokens/verify", { password: KEY_PASSWORD })).body).toMatchObject({
      can_decrypt: true,
    });
  });

  it("cannot be tried past the limit at the same time", async () => {
    const joe = await product.signUp();
    await joe.post("tokens/setup", { fal_token: KEY, password: KEY_PASSWORD });
    const tries = Array.from({ length: 30 }, (_, index) =>
      joe.post("tokens/verify", { password: `wrong-password-${index}` }),
    );
    const statuses = (await Promise.all(tries)).map((answer) => answer.status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(20);
  });
});
