import { describe, expect, test } from "vitest";
import type { RecordModel } from "../../../src/records/record.ts";
import { PASSWORD } from "../fixture.ts";
import { codeAt } from "./authenticator-app.ts";
import { type ExtrasServer, race, startExtras } from "./fixture.ts";

interface World extends ExtrasServer {
  readonly user: (values?: Record<string, unknown>) => Promise<RecordModel>;
  readonly token: string;
  readonly userId: string;
  /** A code that is accepted now, also if a used one is its neighbour. */
  freshCode(secret: string): Promise<string>;
  /** Sets up an authenticator app; gives its secret. */
  enroll(token?: string): Promise<string>;
  /** The first step of a sign-in, with the password. */
  firstStep(email?: string): Promise<string>;
}

const ON = { totp: { enabled: true }, recoveryCodes: { enabled: true } };

async function startWorld(change: object = ON, env?: Record<string, string>): Promise<World> {
  const options = env ? { env, encryptionEnv: Object.keys(env)[0]! } : {};
  const server = await startExtras(change, options);
  const user = await server.user({ verified: true });
  const token = String((await server.signIn("user@example.com")).body["token"]);
  const freshCode: World["freshCode"] = async (secret) => {
    await server.app.db.run({
      sql: "UPDATE _xTotp SET lastStep = 0, failures = 0",
      parameters: [],
    });
    return codeAt(secret);
  };
  return {
    ...server,
    token,
    userId: user.id,
    freshCode,
    async enroll(by = token) {
      const { body } = await server.post("totp/enroll", {}, by);
      const secret = String(body["secret"]);
      const confirmed = await server.post("totp/confirm", { code: codeAt(secret) }, by);
      expect(confirmed.status).toBe(204);
      return secret;
    },
    async firstStep(email = "user@example.com") {
      const { status, body } = await server.signIn(email);
      expect([status, Object.keys(body)]).toEqual([401, ["mfaId"]]);
      return String(body["mfaId"]);
    },
  };
}

/** Lets requests come from many addresses. */
function fromEverywhere(world: World): () => Record<string, string> {
  world.app.settings.trustedProxy.headers = ["X-Client"];
  let client = 0;
  return () => ({ "x-client": `10.2.${client >> 8}.${client++ & 255}` });
}

describe("an authenticator app", () => {
  test("is asked for from its confirmation on, and its code lets in", async () => {
    const world = await startWorld();
    const state = () => world.ask("GET /api/collections/users/totp", { token: world.token });
    const { status, body } = await world.post("totp/enroll", {}, world.token);
    const secret = String(body["secret"]);
    expect([status, Object.keys(body)]).toEqual([200, ["secret", "url"]]);
    expect(body["url"]).toBe(
      `otpauth://totp/Acme:user%40example.com?secret=${secret}&issuer=Acme&algorithm=SHA1&digits=6&period=30`,
    );
    expect((await world.signIn("user@example.com")).status).toBe(200);
    expect((await state()).body).toEqual({ enabled: false });
    expect((await world.post("totp/confirm", { code: "000000" }, world.token)).status).toBe(400);
    expect((await world.post("totp/confirm", { code: codeAt(secret) }, world.token)).status).toBe(
      204,
    );
    expect((await state()).body).toEqual({ enabled: true });
    const mfaId = await world.firstStep();
    const answer = await world.post("auth-with-totp", { mfaId, code: codeAt(secret, 1) });
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.body).toSorted()).toEqual(["record", "token"]);
    expect(answer.body["record"]).toMatchObject({ id: world.userId });
  });

  test("counts as PocketBase's second factor, in either order of query and body", async () => {
    const world = await startWorld();
    const secret = await world.enroll();
    await world.configure((auth) => {
      auth.otp.enabled = true;
      auth.mfa.enabled = true;
    });
    const mfaId = await world.firstStep();
    const line = `POST /api/collections/users/auth-with-totp?mfaId=${mfaId}`;
    const body = { code: await world.freshCode(secret) };
    expect((await world.ask(line, { body })).status).toBe(200);
    // The session is used up with it.
    const again = { code: await world.freshCode(secret) };
    expect((await world.ask(line, { body: again })).status).toBe(400);
  });

  test("cannot be set up anew while there is one, and an unconfirmed one makes way", async () => {
    const world = await startWorld();
    const first = (await world.post("totp/enroll", {}, world.token)).body["secret"];
    const second = (await world.post("totp/enroll", {}, world.token)).body["secret"];
    expect(
      (await world.post("totp/confirm", { code: codeAt(String(first)) }, world.token)).status,
    ).toBe(400);
    expect(
      (await world.post("totp/confirm", { code: codeAt(String(second)) }, world.token)).status,
    ).toBe(204);
    expect((await world.post("totp/enroll", {}, world.token)).status).toBe(400);
    expect(
      (await world.post("totp/confirm", { code: codeAt(String(second), 1) }, world.token)).status,
    ).toBe(400);
  });

  test("is removed with the password, a code or a recovery code, and not without", async () => {
    const world = await startWorld();
    const { body } = await world.post("recovery-codes", {}, world.token);
    const [recoveryCode] = body["codes"] as string[];
    const remove = (form: object) => world.post("totp/remove", form, world.token);
    for (const proof of ["password", "code", "recoveryCode"]) {
      const secret = await world.enroll();
      const good = { password: PASSWORD, code: await world.freshCode(secret), recoveryCode };
      for (const wrong of [{}, { password: "wrong" }, { code: "000000" }, { recoveryCode: "0000" }])
        expect([wrong, (await remove(wrong)).status]).toEqual([wrong, 400]);
      const form = { [proof]: good[proof as keyof typeof good] };
      expect([proof, (await remove(form)).status]).toEqual([proof, 204]);
      expect((await world.signIn("user@example.com")).status).toBe(200);
      world.app.store.delete("__pbRateLimiters__");
    }
  });

  test("guessing the proof of its removal is over after a few attempts", async () => {
    const world = await startWorld();
    await world.enroll();
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 11; attempt++)
      statuses.push(
        (await world.post("totp/remove", { password: `guess ${attempt}` }, world.token)).status,
      );
    expect(statuses).toEqual([...Array<number>(10).fill(400), 429]);
  });

  test("is not asked for where the collection has switched it off since", async () => {
    const world = await startWorld();
    await world.enroll();
    await world.turn({ totp: { enabled: false } });
    expect((await world.signIn("user@example.com")).status).toBe(200);
  });

  test("works for superusers too", async () => {
    const world = await startWorld();
    await world.turn(ON, "_superusers");
    const post = (action: string, body: object, token = "") =>
      world.post(action, body, token, "_superusers");
    const secret = String((await post("totp/enroll", {}, world.root)).body["secret"]);
    await post("totp/confirm", { code: codeAt(secret) }, world.root);
    const form = { identity: "root@example.com", password: "1234567890" };
    const first = await post("auth-with-password", form);
    expect(first.status).toBe(401);
    const { mfaId } = first.body;
    expect((await post("auth-with-totp", { mfaId, code: codeAt(secret, 1) })).status).toBe(200);
  });

  test("whoever adds one before an address is proven may be someone else: it goes", async () => {
    const world = await startWorld();
    const intruder = await world.user({ email: "victim@example.com" });
    const token = String((await world.signIn("victim@example.com")).body["token"]);
    await world.enroll(token);
    await world.post("recovery-codes", {}, token);
    const record = await world.stored(intruder);
    record.set("verified", true);
    await world.app.save(record);
    expect((await world.signIn("victim@example.com")).status).toBe(200);
    expect((await world.post("totp/confirm", {}, token)).status).toBe(401);
  });
});

describe("how a second step can be done", () => {
  const methods = async (world: World, mfaId: unknown) => {
    const { status, body } = await world.post("second-factors", { mfaId });
    return [status, body["methods"] ?? body["message"]];
  };

  test("is told to who has done the first, the quickest first and never that again", async () => {
    const world = await startWorld();
    await world.enroll();
    const mfaId = await world.firstStep();
    expect(await methods(world, mfaId)).toEqual([200, ["totp"]]);
    await world.post("recovery-codes", { password: PASSWORD }, world.token);
    await world.ask("PATCH /api/collections/users", {
      body: { otp: { enabled: true } },
      token: world.root,
    });
    expect(await methods(world, mfaId)).toEqual([200, ["totp", "otp", "recoveryCode"]]);
  });

  test.for([[""], ["nonsense"]])("is not told with the session %j", async ([mfaId]) => {
    const world = await startWorld();
    await world.enroll();
    expect((await world.post("second-factors", { mfaId })).status).toBe(400);
  });

  test("is an unknown path without any addition for it", async () => {
    const world = await startWorld({ apiKeys: { enabled: true } });
    expect((await world.post("second-factors", { mfaId: "x" })).status).toBe(404);
  });
});

describe("a code", () => {
  test("is good for one of 200 sign-ins at the same time", async () => {
    const world = await startWorld();
    const secret = await world.enroll();
    const sessions: string[] = [];
    for (let count = 0; count < 200; count++) {
      const values = {
        collectionRef: world.app.findCollection("users").id,
        recordRef: world.userId,
        method: "password",
      };
      const session = world.app.newRecord("_mfas", values);
      await world.app.save(session);
      sessions.push(session.id);
    }
    const code = await world.freshCode(secret);
    const requests = sessions.map((mfaId) => () => world.post("auth-with-totp", { mfaId, code }));
    expect(await race(requests)).toEqual({ 200: 1, 400: 199 });
    // Nor is one of an earlier step good any more.
    const mfaId = await world.firstStep();
    expect((await world.post("auth-with-totp", { mfaId, code: codeAt(secret, -1) })).status).toBe(
      400,
    );
  }, 30_000);

  test("is no longer looked at after five wrong ones, wherever they come from", async () => {
    const world = await startWorld();
    const secret = await world.enroll();
    const code = await world.freshCode(secret);
    const wrong = code === "000000" ? "111111" : "000000";
    const headers = fromEverywhere(world);
    const mfaId = await world.firstStep();
    const attempt = (typed: string) =>
      world.ask("POST /api/collections/users/auth-with-totp", {
        body: { mfaId, code: typed },
        headers: headers(),
      });
    expect(await race(Array.from({ length: 50 }, () => () => attempt(wrong)))).toEqual({
      400: 5,
      429: 45,
    });
    expect((await attempt(codeAt(secret))).status).toBe(429);
    await world.app.db.run({
      sql: "UPDATE _xTotp SET failedAt = failedAt - 900000",
      parameters: [],
    });
    expect((await attempt(codeAt(secret))).status).toBe(200);
  });

  test("of two steps ago or ahead is too old or too new", async () => {
    const world = await startWorld();
    const secret = await world.enroll();
    await world.freshCode(secret);
    const mfaId = await world.firstStep();
    for (const offset of [-3, 3])
      expect(
        (await world.post("auth-with-totp", { mfaId, code: codeAt(secret, offset) })).status,
      ).toBe(400);
  });

  test("of somebody else lets nobody in", async () => {
    const world = await startWorld();
    await world.enroll();
    await world.user({ email: "other@example.com", verified: true });
    const other = String((await world.signIn("other@example.com")).body["token"]);
    const secret = await world.enroll(other);
    const mfaId = await world.firstStep();
    await world.freshCode(secret);
    expect((await world.post("auth-with-totp", { mfaId, code: codeAt(secret) })).status).toBe(400);
  });

  test.for([
    [{ mfaId: "", code: "123456" }, "mfaId"],
    [{ mfaId: "nothing" }, "code"],
    [{ mfaId: "nothing", code: "1".repeat(21) }, "code"],
    [{ mfaId: "nothing", code: "123456" }, ""],
    [{ mfaId: ["x"], code: "123456" }, ""],
    [{ mfaId: "x".repeat(256), code: "123456" }, "mfaId"],
    [{ mfaId: "nothing", code: 123456 }, ""],
  ] as [object, string][])("with %j is refused", async ([form, name]) => {
    const world = await startWorld();
    const { status, body } = await world.post("auth-with-totp", form);
    expect(status).toBe(400);
    expect(Object.keys(body["data"] as object).join()).toBe(name);
  });

  test("comes too late once the first step is too long ago", async () => {
    const world = await startWorld();
    const secret = await world.enroll();
    const mfaId = await world.firstStep();
    await world.app.db.run({
      sql: "UPDATE _mfas SET created = '2020-01-01 00:00:00.000Z'",
      parameters: [],
    });
    const code = await world.freshCode(secret);
    expect((await world.post("auth-with-totp", { mfaId, code })).status).toBe(400);
  });
});

describe("secrets at rest", () => {
  const stored = async (world: World): Promise<string> => {
    const row = await world.app.db.get<{ secret: string }>({
      sql: "SELECT secret FROM _xTotp",
      parameters: [],
    });
    return row!.secret;
  };
  const KEY = { TOTP_TEST_KEY: "abcdefghijklmnopqrstuvwxyz123456" };

  test("are encrypted with the key of --encryptionEnv, each for its place", async () => {
    const world = await startWorld(ON, KEY);
    const secret = await world.enroll();
    expect(await stored(world)).not.toContain(secret);
    const mfaId = await world.firstStep();
    expect((await world.post("auth-with-totp", { mfaId, code: codeAt(secret, 1) })).status).toBe(
      200,
    );
    const other = await world.user({ email: "other@example.com" });
    await world.app.db.run({
      sql: "UPDATE _xTotp SET lastStep = 0, record = ?",
      parameters: [other.id],
    });
    const moved = await world.firstStep("other@example.com");
    expect(
      (await world.post("auth-with-totp", { mfaId: moved, code: codeAt(secret) })).status,
    ).toBe(400);
  });

  test("are plain without a key, and encrypted with the next code once there is one", async () => {
    const world = await startWorld();
    const secret = await world.enroll();
    expect(await stored(world)).toContain(secret);
    Object.assign(world.app.config, { encryptionEnv: "TOTP_TEST_KEY" });
    process.env["TOTP_TEST_KEY"] = KEY.TOTP_TEST_KEY;
    try {
      const mfaId = await world.firstStep();
      expect((await world.post("auth-with-totp", { mfaId, code: codeAt(secret, 1) })).status).toBe(
        200,
      );
      expect(await stored(world)).not.toContain(secret);
    } finally {
      delete process.env["TOTP_TEST_KEY"];
    }
  });
});

describe("recovery codes", () => {
  const count = async (world: World): Promise<unknown> =>
    (await world.ask("GET /api/collections/users/recovery-codes", { token: world.token })).body;

  test("are ten, shown once, stored as hashes, and each lets in once", async () => {
    const world = await startWorld();
    expect(await count(world)).toEqual({ left: 0 });
    const made = await world.post("recovery-codes", {}, world.token);
    const codes = made.body["codes"] as string[];
    expect(made.status).toBe(200);
    expect(new Set(codes).size).toBe(10);
    for (const code of codes)
      expect(code).toMatch(/^(?:[0-9a-hj-km-np-tv-z]{4}-){3}[0-9a-hj-km-np-tv-z]{4}$/);
    expect(await count(world)).toEqual({ left: 10 });
    const rows = await world.app.db.all({ sql: "SELECT * FROM _xRecoveryCodes", parameters: [] });
    expect(JSON.stringify(rows)).not.toContain(codes[0]!.slice(0, 9));
    await world.enroll();
    const use = async (code: string) =>
      (await world.post("auth-with-recovery-code", { mfaId: await world.firstStep(), code }))
        .status;
    expect(await use(codes[0]!)).toBe(200);
    expect(await use(codes[0]!)).toBe(400);
    expect(await use(` ${codes[1]!.toUpperCase().replaceAll("-", " ")}`)).toBe(200);
    expect(await count(world)).toEqual({ left: 8 });
  });

  test("one of them lets in one of 200 sign-ins at the same time", async () => {
    const world = await startWorld();
    const { body } = await world.post("recovery-codes", {}, world.token);
    const [code] = body["codes"] as string[];
    await world.enroll();
    const mfaId = await world.firstStep();
    const headers = fromEverywhere(world);
    const request = () =>
      world.ask("POST /api/collections/users/auth-with-recovery-code", {
        body: { mfaId, code },
        headers: headers(),
      });
    expect(await race(Array.from({ length: 200 }, () => request))).toEqual({ 200: 1, 400: 199 });
    expect(await count(world)).toEqual({ left: 9 });
  }, 30_000);

  test("new ones end the old, and a token is not enough where there is something to replace", async () => {
    const world = await startWorld();
    const first = await world.post("recovery-codes", {}, world.token);
    expect((await world.post("recovery-codes", {}, world.token)).status).toBe(400);
    const second = await world.post("recovery-codes", { password: PASSWORD }, world.token);
    expect(second.status).toBe(200);
    await world.enroll();
    const mfaId = await world.firstStep();
    const use = (answer: typeof first) =>
      world.post("auth-with-recovery-code", { mfaId, code: (answer.body["codes"] as string[])[3] });
    expect((await use(first)).status).toBe(400);
    expect((await use(second)).status).toBe(200);
  });

  test("are no first step, and those of somebody else no second", async () => {
    const world = await startWorld();
    const { body } = await world.post("recovery-codes", {}, world.token);
    const [code] = body["codes"] as string[];
    expect((await world.post("auth-with-recovery-code", { code })).status).toBe(400);
    await world.user({ email: "other@example.com", verified: true });
    const other = String((await world.signIn("other@example.com")).body["token"]);
    await world.enroll(other);
    const mfaId = await world.firstStep("other@example.com");
    expect((await world.post("auth-with-recovery-code", { mfaId, code })).status).toBe(400);
  });
});

test("a superuser lets somebody in again who has lost everything", async () => {
  const world = await startWorld();
  await world.enroll();
  const line = `DELETE /api/collections/users/second-factors/${world.userId}`;
  expect((await world.ask(line, { token: world.token })).status).toBe(403);
  expect(
    (await world.ask(line.replace(world.userId, "nobody"), { token: world.root })).status,
  ).toBe(404);
  expect((await world.ask(line, { token: world.root })).status).toBe(204);
  expect((await world.signIn("user@example.com")).status).toBe(200);
});

test("tokens of other collections and none at all set nothing up", async () => {
  const world = await startWorld();
  for (const [line, body] of [
    ["GET totp"],
    ["POST totp/enroll", {}],
    ["POST totp/confirm", { code: "123456" }],
    ["POST totp/remove", {}],
    ["GET recovery-codes"],
    ["POST recovery-codes", {}],
  ] as [string, object?][]) {
    const path = line.replace(" ", " /api/collections/users/");
    expect([line, (await world.ask(path, { ...(body && { body }) })).status]).toEqual([line, 401]);
    expect([
      line,
      (await world.ask(path, { token: world.root, ...(body && { body }) })).status,
    ]).toEqual([line, 403]);
  }
  expect(await world.tables()).toEqual(["_xAuthOptions"]);
});

test("the list of methods names what is on, and nothing before", async () => {
  const world = await startWorld({});
  const methods = async () => (await world.ask("GET /api/collections/users/auth-methods")).body;
  const before = Object.keys(await methods());
  expect(before.toSorted()).toEqual([
    "authProviders",
    "emailPassword",
    "mfa",
    "oauth2",
    "otp",
    "password",
    "usernamePassword",
  ]);
  await world.turn({ totp: { enabled: true } });
  const after = await methods();
  expect(Object.keys(after)).toEqual([...before, "totp"]);
  expect(after["totp"]).toEqual({ enabled: true });
});

test("with the record its secret and codes go", async () => {
  const world = await startWorld();
  await world.enroll();
  await world.post("recovery-codes", { password: PASSWORD }, world.token);
  const rows = async () => {
    const counts = [];
    for (const table of ["_xTotp", "_xRecoveryCodes"])
      counts.push(
        (await world.app.db.all({ sql: `SELECT * FROM ${table}`, parameters: [] })).length,
      );
    return counts;
  };
  expect(await rows()).toEqual([1, 10]);
  await world.ask(`DELETE /api/collections/users/records/${world.userId}`, { token: world.root });
  expect(await rows()).toEqual([0, 0]);
});
