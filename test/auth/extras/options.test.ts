import { expect, test } from "vitest";
import { startExtras } from "./fixture.ts";

const PATH = "/api/collections/users/auth-extras";

const ALL_OFF = {
  apiKeys: { enabled: false, maxDays: 365 },
  totp: { enabled: false, issuer: "" },
  recoveryCodes: { enabled: false },
  anonymous: { enabled: false, days: 30 },
  passkeys: { enabled: false, rpId: "", origins: [] },
};

test("everything is off, and looking at it or switching off what is off stores nothing", async () => {
  const server = await startExtras();
  expect(await server.ask(`GET ${PATH}`, { token: server.root })).toEqual({
    status: 200,
    body: ALL_OFF,
  });
  const body = { totp: { enabled: false } };
  expect((await server.ask(`PATCH ${PATH}`, { body, token: server.root })).status).toBe(200);
  expect(await server.tables()).toEqual([]);
});

test("a change keeps what it does not name, and lasts", async () => {
  const server = await startExtras();
  const body = { apiKeys: { enabled: true, maxDays: 7 } };
  const first = await server.ask(`PATCH ${PATH}`, { body, token: server.root });
  expect(first.body).toEqual({ ...ALL_OFF, apiKeys: { enabled: true, maxDays: 7 } });
  const second = await server.ask(`PATCH ${PATH}`, {
    body: { apiKeys: { maxDays: 8 }, recoveryCodes: { enabled: true } },
    token: server.root,
  });
  expect(second.body["apiKeys"]).toEqual({ enabled: true, maxDays: 8 });
  server.app.auth.extras.forget();
  expect((await server.ask(`GET ${PATH}`, { token: server.root })).body).toEqual(second.body);
  expect(await server.tables()).toEqual(["_xAuthOptions"]);
});

/** Changes, and where they are refused. */
const WRONG: readonly (readonly [object, string])[] = [
  [{ totpp: { enabled: true } }, "totpp"],
  [{ totp: true }, "totp"],
  [{ totp: null }, "totp"],
  [{ totp: { enabled: "yes" } }, "totp.enabled"],
  [{ totp: { on: true } }, "totp.on"],
  [{ totp: { issuer: "a:b" } }, "totp.issuer"],
  [{ totp: { issuer: "x".repeat(101) } }, "totp.issuer"],
  [{ apiKeys: { maxDays: 0 } }, "apiKeys.maxDays"],
  [{ apiKeys: { maxDays: -1 } }, "apiKeys.maxDays"],
  [{ apiKeys: { maxDays: 1.5 } }, "apiKeys.maxDays"],
  [{ apiKeys: { maxDays: 3651 } }, "apiKeys.maxDays"],
  [{ anonymous: { days: null } }, "anonymous.days"],
  [{ anonymous: { enabled: true } }, "anonymous.enabled"],
  [{ passkeys: { rpId: "https://example.com" } }, "passkeys.rpId"],
  [{ passkeys: { rpId: "example.com:80" } }, "passkeys.rpId"],
  [{ passkeys: { origins: ["example.com"] } }, "passkeys.origins"],
  [{ passkeys: { origins: ["https://example.com/path"] } }, "passkeys.origins"],
  [{ passkeys: { origins: [1] } }, "passkeys.origins"],
  [{ passkeys: { origins: {} } }, "passkeys.origins"],
  [{ __proto__: null, constructor: { enabled: true } }, "constructor"],
];

test("a change that is wrong is refused where it is, and changes nothing", async () => {
  const server = await startExtras();
  await server.configure((_, collection) => {
    collection.findField("email")!["required"] = true;
  });
  for (const [body, path] of WRONG) {
    const answer = await server.ask(`PATCH ${PATH}`, { body, token: server.root });
    expect([body, answer.status]).toEqual([body, 400]);
    let node = answer.body["data"] as Record<string, unknown>;
    for (const part of path.split(".")) node = node[part] as Record<string, unknown>;
    expect(node, path).toMatchObject({ code: expect.stringContaining("validation_") as string });
  }
  expect(await server.tables()).toEqual([]);
});

test("only superusers see and change them", async () => {
  const server = await startExtras();
  await server.user();
  const { body } = await server.signIn("user@example.com");
  const token = String(body["token"]);
  for (const method of ["GET", "PATCH"]) {
    const line = `${method} ${PATH}`;
    const options = method === "PATCH" ? { body: { totp: { enabled: true } } } : {};
    expect((await server.ask(line, options)).status).toBe(401);
    expect((await server.ask(line, { ...options, token })).status).toBe(403);
  }
  expect(
    (await server.ask(`GET ${PATH.replace("users", "nothing")}`, { token: server.root })).status,
  ).toBe(404);
  expect(await server.tables()).toEqual([]);
});

const ROUTES = [
  "GET api-keys",
  "POST api-keys",
  "DELETE api-keys/abc",
  "GET totp",
  "POST totp/enroll",
  "POST totp/confirm",
  "POST totp/remove",
  "POST auth-with-totp",
  "GET recovery-codes",
  "POST recovery-codes",
  "POST auth-with-recovery-code",
  "POST auth-anonymous",
  "POST upgrade-anonymous",
  "POST passkeys/register-options",
  "GET passkeys",
  "POST passkeys",
  "DELETE passkeys/abc",
  "POST passkeys/auth-options",
  "POST auth-with-passkey",
];

test("routes of an addition that is off are paths that do not exist", async () => {
  const server = await startExtras();
  await server.user();
  const { body } = await server.signIn("user@example.com");
  for (const line of ROUTES) {
    const [method, action] = line.split(" ");
    const { status } = await server.ask(`${method} /api/collections/users/${action}`, {
      token: String(body["token"]),
      ...(method === "POST" && { body: {} }),
    });
    expect([line, status]).toEqual([line, 404]);
  }
  expect(await server.tables()).toEqual([]);
});

test("deleting a collection takes its options and rows with it", async () => {
  const server = await startExtras();
  const { app } = server;
  const body = { name: "members", type: "auth" };
  await server.ask("POST /api/collections", { body, token: server.root });
  await server.turn({ apiKeys: { enabled: true } }, "members");
  const { id } = app.findCollection("members");
  await server.ask("DELETE /api/collections/members", { token: server.root });
  const rows = await app.db.all({
    sql: "SELECT * FROM _xAuthOptions WHERE collection = ?",
    parameters: [id],
  });
  expect(rows).toEqual([]);
});
