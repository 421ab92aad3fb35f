import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { newAuthToken, newToken } from "../../src/auth/tokens.ts";
import { startTestServer } from "../../src/testing/index.ts";
import { prepareFolder, startPocketBase } from "./pocketbase.ts";

/** A folder that both servers have had; what they say of it must agree. */
function sharedFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "auth-peer-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "pb_data");
}

async function post(url: string, path: string, body: unknown, token = "") {
  const response = await fetch(url + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token && { authorization: token }) },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: (text === "" ? {} : JSON.parse(text)) as Record<string, unknown>,
  };
}

const FORM = { email: "user@example.com", password: "password1", passwordConfirm: "password1" };
const LOGIN = { identity: FORM.email, password: FORM.password };
const RESET = { password: "another password", passwordConfirm: "another password" };

function parts(token: unknown): {
  header: string;
  claims: Record<string, unknown>;
  names: string[];
} {
  const [header = "", claims = ""] = String(token).split(".");
  const decoded = JSON.parse(Buffer.from(claims, "base64url").toString()) as Record<
    string,
    unknown
  >;
  return { header, claims: decoded, names: Object.keys(decoded) };
}

describe("a token", () => {
  test("of PocketBase is good here, of every type that it hands out", async () => {
    const folder = sharedFolder();
    const peer = await startPocketBase(folder);
    await peer.send("POST", "/api/collections/users/records", FORM);
    const signedIn = await post(peer.url, "/api/collections/users/auth-with-password", LOGIN);
    const file = await post(peer.url, "/api/files/token", {}, String(signedIn.body["token"]));
    const { id } = signedIn.body["record"] as { id: string };
    const borrowed = await post(
      peer.url,
      `/api/collections/users/impersonate/${id}`,
      { duration: 500 },
      peer.token,
    );
    await peer.stop();

    const server = await startTestServer({ dataDir: folder });
    onTestFinished(() => server.close());
    const refresh = (token: unknown) =>
      post(server.url, "/api/collections/users/auth-refresh", {}, String(token));
    const renewed = await refresh(signedIn.body["token"]);
    expect(renewed.status).toBe(200);
    expect(parts(renewed.body["token"])).toMatchObject({
      header: parts(signedIn.body["token"]).header,
      names: parts(signedIn.body["token"]).names,
    });
    expect((await refresh(borrowed.body["token"])).body["token"]).toBe(borrowed.body["token"]);
    expect(
      (await server.app.auth.findRecordByToken(String(file.body["token"]), ["file"]))?.id,
    ).toBe(id);
    expect(
      (await fetch(`${server.url}/api/settings`, { headers: { authorization: peer.token } }))
        .status,
    ).toBe(200);
    // And the password, by the hash that it wrote.
    expect(
      (await post(server.url, "/api/collections/users/auth-with-password", LOGIN)).status,
    ).toBe(200);
  });

  test("made here is good at PocketBase, of every type", async () => {
    const folder = sharedFolder();
    prepareFolder(folder);
    const server = await startTestServer({ dataDir: folder });
    const { app } = server;
    const user = app.newRecord("users", { email: FORM.email, password: FORM.password });
    await app.save(user);
    const email = FORM.email;
    const tokens = {
      auth: newAuthToken(user),
      lasting: newAuthToken(user, 500),
      verification: newToken(user, "verification", { email }),
      emailChange: newToken(user, "emailChange", { email, newEmail: "new@example.com" }),
      passwordReset: newToken(user, "passwordReset", { email }),
    };
    await server.close();

    const peer = await startPocketBase(folder);
    onTestFinished(() => peer.stop());
    const users = (action: string, body: unknown, token = "") =>
      post(peer.url, `/api/collections/users/${action}`, body, token);
    expect((await users("auth-with-password", LOGIN)).status).toBe(200);
    expect((await users("auth-refresh", {}, tokens.auth)).status).toBe(200);
    expect((await users("auth-refresh", {}, tokens.lasting)).body["token"]).toBe(tokens.lasting);
    expect((await users("confirm-verification", { token: tokens.verification })).status).toBe(204);
    expect(
      (await users("confirm-password-reset", { token: tokens.passwordReset, ...RESET })).status,
    ).toBe(204);
    // The new password has ended all the others.
    expect(
      (await users("confirm-email-change", { token: tokens.emailChange, password: RESET.password }))
        .status,
    ).toBe(400);
    expect((await users("auth-refresh", {}, tokens.auth)).status).toBe(401);
  });

  test("that is odd is judged alike by both", async () => {
    const folder = sharedFolder();
    const peer = await startPocketBase(folder);
    await peer.send("POST", "/api/collections/users/records", FORM);
    await peer.stop();
    const server = await startTestServer({ dataDir: folder });
    const [user] = await server.app.findRecordsByFilter("users", "");
    const key = user!.getString("tokenKey") + user!.collection.auth!.authToken.secret;
    const claims = {
      type: "auth",
      id: user!.id,
      collectionId: user!.collection.id,
      refreshable: true,
    };
    const inAnHour = Math.floor(Date.now() / 1000) + 3600;
    const cases: Record<string, string> = {
      good: sign({ ...claims, exp: inAnHour }, key),
      "without an end": sign(claims, key),
      "collection by name": sign({ ...claims, collectionId: "users" }, key),
      over: sign({ ...claims, exp: 1 }, key),
      "end as text": sign({ ...claims, exp: String(inAnHour) }, key),
      "end as fraction": sign({ ...claims, exp: inAnHour + 0.5 }, key),
      "end null": sign({ ...claims, exp: null }, key),
      "not yet": sign({ ...claims, nbf: inAnHour }, key),
      "issued later": sign({ ...claims, iat: inAnHour }, key),
      "another type": sign({ ...claims, type: "file" }, key),
      "no type": sign({ ...claims, type: undefined }, key),
      "another key": sign(claims, `${key}x`),
      "another algorithm": sign(claims, key, { alg: "HS512", typ: "JWT" }),
      "no algorithm": `${encode({ alg: "none" })}.${encode(claims)}.`,
      "no type in the header": sign(claims, key, { alg: "HS256" }),
      "padded signature": `${sign(claims, key)}=`,
      "a part more": `${sign(claims, key)}.x`,
      "a part less": encode(claims),
      "claims that are a list": sign([claims], key),
    };
    const ask = async (url: string) => {
      const answers: Record<string, number> = {};
      for (const [name, token] of Object.entries(cases)) {
        answers[name] = (await post(url, "/api/collections/users/auth-refresh", {}, token)).status;
      }
      return answers;
    };
    const ours = await ask(server.url);
    await server.close();
    const again = await startPocketBase(folder);
    onTestFinished(() => again.stop());
    expect(ours).toEqual(await ask(again.url));
    expect(ours["good"]).toBe(200);
  });
});

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function sign(claims: unknown, key: string, header: object = { alg: "HS256", typ: "JWT" }): string {
  const content = `${encode(header)}.${encode(claims)}`;
  const hash = "alg" in header && header.alg === "HS512" ? "sha512" : "sha256";
  return `${content}.${createHmac(hash, key).update(content).digest("base64url")}`;
}
