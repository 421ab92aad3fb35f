import { describe, expect, test, vi } from "vitest";
import { PasskeyChallenges } from "../../../src/auth/extras/passkey-challenges.ts";
import type { Answer } from "../fixture.ts";
import { Authenticator, type Deviation } from "./authenticator.ts";
import { codeAt } from "./authenticator-app.ts";
import { type ExtrasServer, race, startExtras } from "./fixture.ts";

interface World extends ExtrasServer {
  readonly token: string;
  readonly userId: string;
  /** Registers a passkey. */
  register(key: Authenticator, deviation?: Deviation, token?: string): Promise<Answer>;
  /** Signs in with a passkey. */
  enter(key: Authenticator, deviation?: Deviation, mfaId?: string): Promise<Answer>;
  /** Options to sign in with. */
  options(mfaId?: string): Promise<{ challenge: string; rpId: string }>;
}

async function startWorld(change: object = {}): Promise<World> {
  const server = await startExtras({ passkeys: { enabled: true }, ...change });
  const user = await server.user({ verified: true });
  const token = String((await server.signIn("user@example.com")).body["token"]);
  const options: World["options"] = async (mfaId = "") => {
    const { status, body } = await server.post("passkeys/auth-options", mfaId ? { mfaId } : {});
    expect(status).toBe(200);
    return body as unknown as { challenge: string; rpId: string };
  };
  return {
    ...server,
    token,
    userId: user.id,
    options,
    async register(key, deviation = {}, by = token) {
      const { body } = await server.post("passkeys/register-options", {}, by);
      const response = key.create(
        body as unknown as Parameters<Authenticator["create"]>[0],
        deviation,
      );
      return server.post("passkeys", { name: "phone", response }, by);
    },
    async enter(key, deviation = {}, mfaId = "") {
      const response = key.get(await options(mfaId), deviation);
      return server.post("auth-with-passkey", { response, ...(mfaId && { mfaId }) });
    },
  };
}

test("a passkey is registered, listed, signs in and is removed", async () => {
  const world = await startWorld();
  const key = new Authenticator();
  const made = await world.register(key);
  expect(made).toEqual({
    status: 200,
    body: { id: key.id, name: "phone", created: expect.any(String) as string, lastUsed: "" },
  });
  const first = await world.enter(key);
  expect(first.status).toBe(200);
  expect(first.body["record"]).toMatchObject({ id: world.userId });
  expect((await world.post("auth-refresh", {}, String(first.body["token"]))).status).toBe(200);
  expect((await world.enter(key, { userHandle: null })).status).toBe(200);
  const list = () => world.ask("GET /api/collections/users/passkeys", { token: world.token });
  expect((await list()).body["items"]).toMatchObject([
    { id: key.id, lastUsed: expect.stringMatching(/^\d{4}-/) as string },
  ]);
  const line = `DELETE /api/collections/users/passkeys/${key.id}`;
  expect((await world.ask(line, { token: world.token })).status).toBe(204);
  expect((await world.ask(line, { token: world.token })).status).toBe(404);
  expect((await list()).body).toEqual({ items: [] });
  expect((await world.enter(key)).status).toBe(400);
});

test("the options name the application, ask for verification, and say nothing of who has passkeys", async () => {
  const world = await startWorld({
    passkeys: { enabled: true, rpId: "example.com", origins: ["https://app.example.com"] },
  });
  const { body } = await world.post("passkeys/register-options", {}, world.token);
  expect(body).toMatchObject({
    rp: { id: "example.com", name: "Acme" },
    user: { name: "user@example.com" },
    attestation: "none",
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
  });
  expect(JSON.stringify(body["user"])).not.toContain(world.userId);
  const key = new Authenticator();
  expect((await world.register(key)).status).toBe(400);
  expect((await world.register(key, { origin: "https://app.example.com" })).status).toBe(200);
  const again = await world.post("passkeys/register-options", {}, world.token);
  expect(again.body["excludeCredentials"]).toMatchObject([{ id: key.id }]);
  expect(await world.options()).toMatchObject({
    rpId: "example.com",
    userVerification: "required",
    allowCredentials: [],
  });
});

describe("as a second step", () => {
  test("a passkey completes a sign-in, and only of its owner", async () => {
    const world = await startWorld({ totp: { enabled: true } });
    const { body } = await world.post("totp/enroll", {}, world.token);
    const key = new Authenticator();
    await world.register(key);
    await world.post("totp/confirm", { code: codeAt(String(body["secret"])) }, world.token);
    const first = await world.signIn("user@example.com");
    const mfaId = String(first.body["mfaId"]);
    expect(await world.options(mfaId)).toMatchObject({
      allowCredentials: [{ id: key.id, transports: ["internal"] }],
    });

    await world.user({ email: "other@example.com" });
    const other = String((await world.signIn("other@example.com")).body["token"]);
    const stranger = new Authenticator();
    await world.register(stranger, {}, other);
    // A stranger's passkey with this session gets the stranger in, as without it, and not the session's owner.
    const wrong = await world.enter(stranger, {}, mfaId);
    expect(wrong.body["record"]).not.toMatchObject({ id: world.userId });

    expect((await world.enter(key, {}, mfaId)).status).toBe(200);
    const second = await world.post("passkeys/auth-options", { mfaId });
    expect(second.status).toBe(400);
  });

  test("is also what follows a passkey as the first", async () => {
    const world = await startWorld({ totp: { enabled: true } });
    const { body } = await world.post("totp/enroll", {}, world.token);
    const secret = String(body["secret"]);
    const key = new Authenticator();
    await world.register(key);
    await world.post("totp/confirm", { code: codeAt(secret) }, world.token);
    const first = await world.enter(key);
    expect([first.status, Object.keys(first.body)]).toEqual([401, ["mfaId"]]);
    const mfaId = String(first.body["mfaId"]);
    // The same method again is no second factor.
    expect((await world.enter(key, {}, mfaId)).status).toBe(400);
    expect((await world.post("auth-with-totp", { mfaId, code: codeAt(secret, 1) })).status).toBe(
      200,
    );
  });

  test("a challenge of one session is good for no other and for no first step", async () => {
    const world = await startWorld({ totp: { enabled: true } });
    const { body } = await world.post("totp/enroll", {}, world.token);
    const key = new Authenticator();
    await world.register(key);
    await world.post("totp/confirm", { code: codeAt(String(body["secret"])) }, world.token);
    const sessions = [];
    for (let count = 0; count < 2; count++)
      sessions.push(String((await world.signIn("user@example.com")).body["mfaId"]));
    const response = key.get(await world.options(sessions[0]));
    for (const mfaId of [sessions[1], undefined])
      expect((await world.post("auth-with-passkey", { response, mfaId })).status).toBe(400);
    expect((await world.post("auth-with-passkey", { response, mfaId: sessions[0] })).status).toBe(
      200,
    );
  });
});

describe("what is not as it was asked for is refused", () => {
  const deviations: Deviation[] = [
    { origin: "https://evil.example" },
    { rpId: "evil.example" },
    { challenge: Buffer.alloc(38).toString("base64url") },
    { challenge: "" },
    { isVerified: false },
    { isPresent: false },
  ];

  test("when a passkey is made", async () => {
    const world = await startWorld();
    for (const deviation of [
      ...deviations,
      { type: "webauthn.get" },
      { format: "apple" },
      { format: "fido-u2f" },
    ]) {
      const { status } = await world.register(new Authenticator(), deviation);
      expect([deviation, status]).toEqual([deviation, 400]);
    }
    expect(await world.tables()).toEqual(["_xAuthOptions"]);
  });

  test("when it signs", async () => {
    const world = await startWorld();
    const key = new Authenticator();
    await world.register(key);
    for (const deviation of [...deviations, { type: "webauthn.create" }, { userHandle: "AAAA" }]) {
      const { status } = await world.enter(key, deviation);
      expect([deviation, status]).toEqual([deviation, 400]);
    }
    expect((await world.enter(key)).status).toBe(200);
  });

  test("when the signature is another key's", async () => {
    const world = await startWorld();
    const key = new Authenticator();
    await world.register(key);
    const thief = new Authenticator();
    const response = { ...thief.get(await world.options()), id: key.id, rawId: key.id };
    expect((await world.post("auth-with-passkey", { response })).status).toBe(400);
  });

  test.for([
    {},
    { response: null },
    { response: "text" },
    { response: [] },
    { response: { id: "a" } },
    { response: { id: "a", rawId: "a", type: "public-key", response: {} } },
    {
      response: {
        id: 1,
        rawId: 1,
        type: "public-key",
        response: { clientDataJSON: "", authenticatorData: "", signature: "" },
      },
    },
    {
      response: {
        id: "a",
        rawId: "a",
        type: "public-key",
        response: {
          clientDataJSON: "x",
          authenticatorData: "x",
          signature: "x",
          attestationObject: "x",
        },
      },
    },
  ])("when it is no response at all: %j", async (body) => {
    const world = await startWorld();
    await world.register(new Authenticator());
    expect((await world.post("auth-with-passkey", body)).status).toBe(400);
    expect((await world.post("passkeys", { name: "a", ...body }, world.token)).status).toBe(400);
  });

  test("when its registered id or its own registration is somebody else's", async () => {
    const world = await startWorld();
    const key = new Authenticator();
    await world.register(key);
    await world.user({ email: "other@example.com" });
    const other = String((await world.signIn("other@example.com")).body["token"]);
    expect((await world.register(key, {}, other)).status).toBe(400);
    // Options of one, response of the other.
    const { body } = await world.post("passkeys/register-options", {}, world.token);
    const response = new Authenticator().create(
      body as unknown as Parameters<Authenticator["create"]>[0],
    );
    expect((await world.post("passkeys", { name: "a", response }, other)).status).toBe(400);
    const { body: answer } = await world.enter(key, { userHandle: null });
    expect(answer["record"]).toMatchObject({ id: world.userId });
  });
});

test("a signature is good for one of 200 sign-ins at the same time", async () => {
  const world = await startWorld();
  const key = new Authenticator();
  await world.register(key);
  const uncounted = { counter: 0 };
  const response = key.get(await world.options(), uncounted);
  const request = () => world.post("auth-with-passkey", { response });
  expect(await race(Array.from({ length: 200 }, () => request))).toEqual({ 200: 1, 400: 199 });
  expect((await world.enter(key, uncounted)).status).toBe(200);
}, 30_000);

test("an authenticator that counts backwards is a copy", async () => {
  const world = await startWorld();
  const key = new Authenticator();
  await world.register(key);
  expect((await world.enter(key, { counter: 10 })).status).toBe(200);
  expect((await world.enter(key, { counter: 10 })).status).toBe(400);
  expect((await world.enter(key, { counter: 9 })).status).toBe(400);
  expect((await world.enter(key, { counter: 0 })).status).toBe(400);
  expect((await world.enter(key, { counter: 11 })).status).toBe(200);
});

test("passkeys of others are neither seen nor removed", async () => {
  const world = await startWorld();
  const key = new Authenticator();
  await world.register(key);
  await world.user({ email: "other@example.com" });
  const other = String((await world.signIn("other@example.com")).body["token"]);
  expect((await world.ask("GET /api/collections/users/passkeys", { token: other })).body).toEqual({
    items: [],
  });
  const line = `DELETE /api/collections/users/passkeys/${key.id}`;
  expect((await world.ask(line, { token: other })).status).toBe(404);
  expect((await world.ask(line, { token: world.root })).status).toBe(403);
  expect((await world.ask(line)).status).toBe(401);
  expect((await world.enter(key)).status).toBe(200);
});

test("whoever registers one before an address is proven may be someone else: it goes", async () => {
  const world = await startWorld();
  const victim = await world.user({ email: "victim@example.com" });
  const token = String((await world.signIn("victim@example.com")).body["token"]);
  const key = new Authenticator();
  await world.register(key, {}, token);
  const record = await world.stored(victim);
  record.set("verified", true);
  await world.app.save(record);
  expect((await world.enter(key)).status).toBe(400);
  expect((await world.post("auth-refresh", {}, token)).status).toBe(401);
});

test("an anonymous account with a passkey is somebody's: it stays", async () => {
  const world = await startWorld();
  await world.configure((_, collection) => {
    collection.findField("email")!["required"] = false;
  });
  await world.turn({ anonymous: { enabled: true } });
  const { body } = await world.post("auth-anonymous");
  const key = new Authenticator();
  await world.register(key, {}, String(body["token"]));
  await world.app.db.run({
    sql: "UPDATE _xAnonymous SET seen = '2020-01-01 00:00:00.000Z'",
    parameters: [],
  });
  await world.app.crons.run(world.app.crons.find("__pbMFACleanup__")!);
  expect((await world.enter(key)).status).toBe(200);
});

describe("a challenge", () => {
  test("is over after five minutes", () => {
    const challenges = new PasskeyChallenges();
    const challenge = challenges.issue("a", 1_000_000).toString("base64url");
    expect(challenges.isOpen(challenge, "a", 1_000_000 + 299_999)).toBe(true);
    expect(challenges.isOpen(challenge, "a", 1_000_000 + 300_000)).toBe(false);
  });

  test("is good for its purpose, at its server, unchanged and once", () => {
    const challenges = new PasskeyChallenges();
    const challenge = challenges.issue("a").toString("base64url");
    expect(challenges.isOpen(challenge, "b")).toBe(false);
    expect(new PasskeyChallenges().isOpen(challenge, "a")).toBe(false);
    const changed = Buffer.from(challenge, "base64url");
    changed[20]! ^= 1;
    expect(challenges.isOpen(changed.toString("base64url"), "a")).toBe(false);
    expect(challenges.isOpen(challenge.slice(1), "a")).toBe(false);
    expect(challenges.use(challenge)).toBe(true);
    expect(challenges.use(`${challenge}=`)).toBe(false);
    expect(challenges.isOpen(challenge, "a")).toBe(false);
  });

  test("that was used is remembered until its time is over, whatever comes after", () => {
    vi.useFakeTimers({ now: 1_000_000 });
    const challenges = new PasskeyChallenges();
    const first = challenges.issue("a").toString("base64url");
    expect(challenges.use(first)).toBe(true);
    for (let count = 0; count < 1000; count++)
      challenges.use(challenges.issue("a").toString("base64url"));
    vi.setSystemTime(1_000_000 + 299_999);
    expect(challenges.use(challenges.issue("a").toString("base64url"))).toBe(true);
    expect(challenges.isOpen(first, "a")).toBe(false);
    vi.useRealTimers();
  });
});
