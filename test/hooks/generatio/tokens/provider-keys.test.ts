import { afterEach, describe, expect, it } from "vitest";
import {
  type OpenAiEmulator,
  type ReplicateEmulator,
  startOpenAiEmulator,
  startReplicateEmulator,
} from "../../../../hooks/generatio/testing/index.ts";
import {
  type Answer,
  KEY,
  KEY_PASSWORD,
  LOGIN_PASSWORD,
  type Member,
  type ProductServer,
  startProduct,
} from "../product-server.ts";

// Keys of users for other providers than FAL.

const REPLICATE_KEY = "r8_a-key-of-ann's-own";
const OPENAI_KEY = "sk-another-key-of-hers";

let product: ProductServer;
let replicate: ReplicateEmulator;
let openAi: OpenAiEmulator;
let ann: Member;

afterEach(async () => {
  await product.close();
  await replicate.close();
  await openAi.close();
});

async function start(env: Record<string, string> = {}): Promise<void> {
  replicate = await startReplicateEmulator({ shrink: 16 });
  openAi = await startOpenAiEmulator({ shrink: 16 });
  product = await startProduct({
    env: {
      GENERATIO_REPLICATE_URL: replicate.url,
      GENERATIO_OPENAI_URL: openAi.url,
      ...env,
    },
  });
  ann = await product.signUp();
}

const setUp = (body: Record<string, unknown> = {}, who = ann) =>
  who.post("tokens/setup", {
    provider: "replicate",
    token: REPLICATE_KEY,
    password: KEY_PASSWORD,
    ...body,
  });
async function openSession(body: Record<string, unknown> = {}): Promise<Answer> {
  const answer = await ann.post("auth/create-session", { password: KEY_PASSWORD, ...body });
  if (answer.status === 200) ann.sessionId = String(answer.body["session_id"]);
  return answer;
}
const draw = (model = "flux-schnell") => ann.generate({ model });
const errorOf = ({ status, body }: Answer) => [status, body["error"]];
const sentKeys = (vendor: { journal: readonly { route: string; authorization: string }[] }) =>
  vendor.journal.filter(({ route }) => route === "submit").map((call) => call.authorization);

describe("a key for another provider", () => {
  it("is stored encrypted, told by its fingerprint, and pays", async () => {
    await start();
    expect((await setUp({ label: "mine" })).body).toEqual({
      success: true,
      message: "Replicate token setup successfully",
    });
    const [row] = await ann.client.collection("provider_tokens").getFullList();
    expect(row).toMatchObject({
      provider: "replicate",
      label: "mine",
      fingerprint: expect.stringMatching(/^[0-9a-f]{8}$/),
    });
    expect(row).not.toHaveProperty("secret");
    const [stored] = await product.app.findRecordsByFilter("provider_tokens", "");
    expect(stored!.getString("secret")).toMatch(/^v2\.100000\./);
    expect((await openSession()).body).toMatchObject({ providers: ["replicate"] });
    const answer = await draw();
    expect(answer.status).toBe(200);
    expect(sentKeys(replicate)).toEqual([`Bearer ${REPLICATE_KEY}`]);
    const job = (await ann.get(`jobs/${String(answer.body["job_id"])}`)).body;
    expect(job["funding"]).toBe("byok");
  });

  it("opens together with the others under the same password, in one session", async () => {
    await start();
    await ann.post("tokens/setup", { fal_token: KEY, password: KEY_PASSWORD });
    await setUp();
    await setUp({ provider: "openai", token: OPENAI_KEY });
    const opened = await openSession();
    expect(opened.body["providers"]).toEqual(["fal", "openai", "replicate"]);
    const models = ["flux/schnell", "flux-schnell", "gpt-image-2.5-flare"];
    for (const model of models) expect((await draw(model)).status).toBe(200);
    expect(sentKeys(openAi)).toEqual([`Bearer ${OPENAI_KEY}`]);
    expect((await ann.get("auth/token-status")).body).toEqual({
      has_token: true,
      has_active_session: true,
      requires_login: false,
      providers: ["fal", "openai", "replicate"],
    });
  });

  it("of another password stays locked", async () => {
    await start();
    await ann.post("tokens/setup", { fal_token: KEY, password: KEY_PASSWORD });
    await setUp({ password: "another-password" });
    const { body } = await openSession();
    expect(body["providers"]).toBeUndefined();
    expect(errorOf(await draw())).toEqual([401, "authentication_error"]);
    await openSession({ password: "another-password" });
    expect((await draw()).status).toBe(200);
    const asked = (more: Record<string, unknown>) =>
      ann.post("tokens/verify", { password: KEY_PASSWORD, ...more }).then(({ body }) => body);
    expect(await asked({ provider: "replicate" })).toEqual({ has_token: true, can_decrypt: false });
    expect(await asked({ provider: "fal" })).toEqual({ has_token: true, can_decrypt: true });
    expect(await asked({ provider: "openai" })).toEqual({ has_token: false, can_decrypt: false });
  });

  it("opens with the login when that is its password", async () => {
    await start();
    await setUp({ password: LOGIN_PASSWORD, auto_session: true });
    const response = await fetch(
      `${product.url}/api/collections/generatio_users/auth-with-password`,
      {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ identity: ann.email, password: LOGIN_PASSWORD }),
      },
    );
    ann.sessionId = response.headers.get("x-session-id") ?? "";
    expect((await draw()).status).toBe(200);
    expect(errorOf(await setUp({ password: "not-the-login", auto_session: true }))).toEqual([
      400,
      "validation_error",
    ]);
  });

  it("replaced or forgotten is gone from the sessions, and the others stay", async () => {
    await start();
    await ann.post("tokens/setup", { fal_token: KEY, password: KEY_PASSWORD });
    await setUp();
    await openSession();
    await setUp({ token: "r8_a-newer-one" });
    expect(errorOf(await draw())).toEqual([401, "authentication_error"]);
    expect((await draw("flux/schnell")).status).toBe(200);
    await openSession();
    expect((await draw()).status).toBe(200);
    expect(sentKeys(replicate)).toEqual(["Bearer r8_a-newer-one"]);
    expect((await ann.call("DELETE", "tokens/replicate")).status).toBe(200);
    expect(errorOf(await ann.call("DELETE", "tokens/replicate"))).toEqual([404, "not_found"]);
    expect(errorOf(await draw())).toEqual([400, "validation_error"]);
    expect((await ann.call("DELETE", "tokens/fal")).status).toBe(200);
    expect((await ann.get("auth/token-status")).body).toEqual({
      has_token: false,
      has_active_session: false,
      requires_login: false,
    });
  });

  it("does not open for another user to whom the row was copied", async () => {
    await start();
    await setUp();
    const bob = await product.signUp();
    const [stored] = await product.app.findRecordsByFilter("provider_tokens", "");
    const copy = product.app.newRecord("provider_tokens", {
      user_id: bob.id,
      provider: "replicate",
      secret: stored!.getString("secret"),
    });
    await product.app.save(copy);
    const answer = await bob.post("auth/create-session", { password: KEY_PASSWORD });
    expect(errorOf(answer)).toEqual([401, "authentication_error"]);
  });

  it.for([
    [{ provider: "mock" }, "provider"],
    [{ provider: "nobody" }, "provider"],
    [{ token: undefined }, "token"],
    [{ token: "with blanks" }, "token"],
    [{ provider: "fal", token: undefined }, "fal_token"],
  ] as const)("is refused as %j", async ([body, field]) => {
    await start({ GENERATIO_MOCK: "1" });
    const answer = await setUp(body);
    expect(errorOf(answer)).toEqual([400, "validation_error"]);
    expect(Object.keys(answer.body["data"] as object)).toEqual([field]);
  });

  it("makes its provider's models visible to its owner only", async () => {
    await start();
    const namesOf = async (who: Member) => Object.keys((await who.get("generate/models")).body);
    expect(await namesOf(ann)).not.toContain("flux-schnell");
    await setUp();
    expect(await namesOf(ann)).toContain("flux-schnell");
    expect(await namesOf(await product.signUp())).not.toContain("flux-schnell");
  });
});

describe("whose keys are used", () => {
  it("is either's when nothing is said: the own one first", async () => {
    await start({ REPLICATE_API_TOKEN: "r8_of-the-server" });
    expect((await draw()).status).toBe(200);
    await setUp();
    await openSession();
    expect((await draw()).status).toBe(200);
    expect((await ann.generate({ model: "flux-schnell", funding: "quota" })).status).toBe(200);
    expect(sentKeys(replicate)).toEqual([
      "Bearer r8_of-the-server",
      `Bearer ${REPLICATE_KEY}`,
      "Bearer r8_of-the-server",
    ]);
  });

  it("can be said by the operator", async () => {
    await start({
      REPLICATE_API_TOKEN: "r8_of-the-server",
      FAL_KEY: "fal:of-the-server",
      GENERATIO_KEY_SOURCES: "replicate=server, fal=own",
    });
    expect(errorOf(await setUp())).toEqual([400, "validation_error"]);
    expect((await draw()).status).toBe(200);
    expect(errorOf(await draw("flux/schnell"))).toEqual([401, "authentication_error"]);
  });
});
