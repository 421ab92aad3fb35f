import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { codeOf, newTotpSecret, stepOf } from "../../src/auth/extras/totp.ts";
import { newAuthToken } from "../../src/auth/tokens.ts";
import { startTestServer, type TestServer } from "../../src/testing/index.ts";
import { Authenticator } from "../auth/extras/authenticator.ts";
import { codeAt } from "../auth/extras/authenticator-app.ts";
import { prepareFolder, startPocketBase } from "./pocketbase.ts";

const OATHTOOL = process.env["OATHTOOL"] ?? "oathtool";

/** Only where Debian's program is installed; `OATHTOOL` may name another place. */
const hasOathtool = (() => {
  try {
    execFileSync(OATHTOOL, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

describe.runIf(hasOathtool)("codes are oathtool's", () => {
  test("for random secrets at random times", () => {
    for (let count = 0; count < 50; count++) {
      const secret = newTotpSecret();
      const second = Math.floor(Math.random() * 4_000_000_000);
      const now = new Date(second * 1000).toISOString().replace("T", " ").replace(".000Z", " UTC");
      const judged = execFileSync(OATHTOOL, ["--totp", "--base32", "--now", now, secret]);
      expect([secret, now, codeOf(secret, stepOf(second * 1000))]).toEqual([
        secret,
        now,
        String(judged).trim(),
      ]);
    }
  });
});

const TABLES = [
  "_xAnonymous",
  "_xApiKeys",
  "_xAuthOptions",
  "_xPasskeys",
  "_xRecoveryCodes",
  "_xTotp",
];
const FORM = { password: "password1", passwordConfirm: "password1" };

async function ask(url: string, line: string, options: { body?: unknown; token?: string } = {}) {
  const [method = "", path = ""] = line.split(" ");
  const response = await fetch(url + path, {
    method,
    headers: {
      "content-type": "application/json",
      ...(options.token && { authorization: options.token }),
    },
    ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: (text.startsWith("{") ? JSON.parse(text) : {}) as Record<string, unknown>,
  };
}

interface Member {
  readonly id: string;
  readonly email: string;
  readonly key: string;
  readonly secret: string;
  readonly passkey: Authenticator;
}

const USERS = "/api/collections/users";

/** A user who uses every addition. */
async function enroll(server: TestServer, email: string): Promise<Member> {
  const post = async (action: string, body: object, token = "") =>
    (await ask(server.url, `POST ${USERS}/${action}`, { body, token })).body;
  const record = await post("records", { email, ...FORM });
  const signedIn = await post("auth-with-password", { identity: email, password: FORM.password });
  const token = String(signedIn["token"]);
  const scope = { name: "key", collections: ["users"], actions: ["list", "view"] };
  const { key } = await post("api-keys", scope, token);
  const { secret } = await post("totp/enroll", {}, token);
  await post("totp/confirm", { code: codeAt(String(secret)) }, token);
  await post("recovery-codes", { password: FORM.password }, token);
  const passkey = new Authenticator();
  const options = await post("passkeys/register-options", {}, token);
  const response = passkey.create(options as unknown as Parameters<Authenticator["create"]>[0]);
  await post("passkeys", { name: "phone", response }, token);
  return { id: String(record["id"]), email, key: String(key), secret: String(secret), passkey };
}

async function rows(server: TestServer): Promise<Record<string, unknown[]>> {
  const found: Record<string, unknown[]> = {};
  for (const table of TABLES) {
    const all = await server.app.db.all({ sql: `SELECT * FROM ${table}`, parameters: [] });
    found[table] = all.map((row) => JSON.stringify(row)).toSorted();
  }
  return found;
}

test("PocketBase opens, edits and returns a folder on which every addition was used", async () => {
  const folder = join(mkdtempSync(join(tmpdir(), "auth-extras-peer-")), "pb_data");
  onTestFinished(() => rmSync(join(folder, ".."), { recursive: true, force: true }));
  prepareFolder(folder);
  const before = await startTestServer({ dataDir: folder });
  const { app } = before;
  const users = app.findCollection("users").clone();
  users.findField("email")!["required"] = false;
  await app.save(users);
  const [superuser] = await app.findRecordsByFilter("_superusers", "");
  const root = newAuthToken(superuser!);
  const on = { enabled: true };
  const options = { apiKeys: on, totp: on, recoveryCodes: on, anonymous: on, passkeys: on };
  const line = `PATCH ${USERS}/auth-extras`;
  expect((await ask(before.url, line, { body: options, token: root })).status).toBe(200);
  const stays = await enroll(before, "stays@example.com");
  const changes = await enroll(before, "changes@example.com");
  const goes = await enroll(before, "goes@example.com");
  await ask(before.url, `POST ${USERS}/auth-anonymous`, { body: {} });
  const written = await rows(before);
  expect(Object.values(written).map((list) => list.length)).toEqual([1, 3, 1, 3, 30, 3]);
  await before.close();

  const peer = await startPocketBase(folder);
  const list = await peer.send("GET", "/api/collections?perPage=100&fields=name");
  expect(JSON.stringify(list.body)).not.toContain("_x");
  // Its own sign-in, and edits of everything that the additions hang on.
  const login = { identity: stays.email, password: FORM.password };
  expect((await peer.send("POST", `${USERS}/auth-with-password`, login)).status).toBe(200);
  const field = { name: "nickname", type: "text" };
  const { body: collection } = await peer.send("GET", USERS);
  const fields = [...(collection as { fields: object[] }).fields, field];
  expect((await peer.send("PATCH", USERS, { fields })).status).toBe(200);
  const record = (member: Member) => `${USERS}/records/${member.id}`;
  expect((await peer.send("PATCH", record(stays), { nickname: "a" })).status).toBe(200);
  const changed = { password: "another password", passwordConfirm: "another password" };
  expect((await peer.send("PATCH", record(changes), changed)).status).toBe(200);
  expect((await peer.send("DELETE", record(goes))).status).toBe(204);
  // A key is nothing that it knows, and no error.
  expect((await ask(peer.url, "GET /api/health", { token: stays.key })).status).toBe(200);
  await peer.stop();

  const after = await startTestServer({ dataDir: folder });
  onTestFinished(() => after.close());
  const isOf = (member: Member) => (row: unknown) => String(row).includes(member.id);
  const kept = Object.entries(written).map(([table, all]) => [
    table,
    all.filter((row) => !isOf(goes)(row)),
  ]);
  expect(await rows(after)).toEqual(Object.fromEntries(kept));
  const view = (member: Member) => ask(after.url, `GET ${record(member)}`, { token: member.key });
  expect((await view(stays)).body).toMatchObject({ id: stays.id, nickname: "a" });
  // The password that was changed over there has ended what let in without it.
  expect((await view(changes)).status).toBe(401);
  expect((await view(goes)).status).toBe(401);
  const first = await ask(after.url, `POST ${USERS}/auth-with-password`, { body: login });
  expect(first.status).toBe(401);
  const second = { mfaId: first.body["mfaId"], code: codeAt(stays.secret, 1) };
  expect((await ask(after.url, `POST ${USERS}/auth-with-totp`, { body: second })).status).toBe(200);
});
