import { expect, test } from "vitest";
import { exportPKCS8, generateKeyPair, jwtVerify } from "jose";
import { takeAppleName } from "../../../src/auth/oauth2/apple-name.ts";
import { SUPERUSERS } from "../../../src/auth/superusers.ts";
import { newAuthToken } from "../../../src/auth/tokens.ts";
import { type AuthServer, startAuth } from "../fixture.ts";

/** A realtime client that waits for its code, as the SDK's `authWithOAuth2` makes one. */
async function listen(server: AuthServer) {
  const abort = new AbortController();
  const response = await fetch(`${server.url}/api/realtime`, { signal: abort.signal });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = "";
  const next = async (): Promise<{ event: string; data: Record<string, string> }> => {
    while (!buffer.includes("\n\n")) buffer += (await reader.read()).value ?? "";
    const end = buffer.indexOf("\n\n");
    const block = buffer.slice(0, end);
    buffer = buffer.slice(end + 2);
    const line = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, "m").exec(block)?.[1] ?? "";
    return { event: line("event"), data: JSON.parse(line("data")) as Record<string, string> };
  };
  const { clientId = "" } = (await next()).data;
  await server.ask("POST /api/realtime", { body: { clientId, subscriptions: ["@oauth2"] } });
  return { clientId, next, close: () => abort.abort() };
}

async function redirect(server: AuthServer, query: Record<string, string>, post = false) {
  const form = new URLSearchParams(query);
  const response = await fetch(`${server.url}/api/oauth2-redirect${post ? "" : `?${form}`}`, {
    redirect: "manual",
    ...(post && { method: "POST", body: form }),
  });
  const [, result] =
    /^\.\.\/_\/#\/auth\/oauth2-redirect-(\w+)$/.exec(response.headers.get("location") ?? "") ?? [];
  return `${response.status} ${result}`;
}

test("the redirect hands the code to the client that waits, once", async () => {
  const server = await startAuth();
  const client = await listen(server);
  expect(await redirect(server, { state: client.clientId, code: "c0de" })).toBe("307 success");
  expect(await client.next()).toEqual({
    event: "@oauth2",
    data: { state: client.clientId, code: "c0de" },
  });
  expect(await redirect(server, { state: client.clientId, code: "c0de" })).toBe("307 failure");
  client.close();
});

test("the redirect hands on an error, and fails without a client or a code", async () => {
  const server = await startAuth();
  const client = await listen(server);
  expect(await redirect(server, { state: client.clientId, error: "access_denied" })).toBe(
    "307 failure",
  );
  expect((await client.next()).data).toEqual({
    state: client.clientId,
    code: "",
    error: "access_denied",
  });
  client.close();
  expect(await redirect(server, { state: "nobody", code: "x" })).toBe("307 failure");
  expect(await redirect(server, { code: "x" }, true)).toBe("303 failure");
});

test("the redirect must come from where the client connected", async () => {
  const server = await startAuth();
  const client = await listen(server);
  server.app.settings.trustedProxy.headers = ["X-Client"];
  const response = await fetch(
    `${server.url}/api/oauth2-redirect?state=${client.clientId}&code=x`,
    {
      redirect: "manual",
      headers: { "x-client": "10.9.9.9" },
    },
  );
  expect(response.headers.get("location")).toContain("failure");
  client.close();
});

test("Apple's name is kept for its code, once, and cut", async () => {
  const server = await startAuth();
  const user = JSON.stringify({ name: { firstName: "Ann", lastName: "é".repeat(100) } });
  const client = await listen(server);
  expect(await redirect(server, { state: client.clientId, code: "c", user }, true)).toBe(
    "303 success",
  );
  expect(takeAppleName(server.app, "google", "c")).toBe("");
  expect(takeAppleName(server.app, "apple", "c")).toBe(`Ann ${"é".repeat(73)}`);
  expect(takeAppleName(server.app, "apple", "c")).toBe("");
  client.close();
});

test("a client secret for Apple is a token signed with the key of the form", async () => {
  const server = await startAuth();
  const root = server.app.newRecord(SUPERUSERS, {
    email: "root@example.com",
    password: "1234567890",
  });
  await server.app.save(root);
  const ask = (body: unknown) =>
    server.ask("POST /api/settings/apple/generate-client-secret", {
      body,
      token: newAuthToken(root),
    });
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  const form = {
    clientId: "app",
    teamId: "0123456789",
    keyId: "abcdefghij",
    privateKey: await exportPKCS8(privateKey),
    duration: 60,
  };
  const { body } = await ask(form);
  const { payload, protectedHeader } = await jwtVerify(String(body["secret"]), publicKey, {
    audience: "https://appleid.apple.com",
  });
  expect(protectedHeader).toMatchObject({ alg: "ES256", kid: "abcdefghij" });
  expect(payload).toMatchObject({ iss: "0123456789", sub: "app" });
  expect(payload.exp! - payload.iat!).toBe(60);
  expect(
    (await ask({ teamId: "short", privateKey: "x", duration: 15_777_001 })).body,
  ).toMatchObject({
    message: "Invalid client secret data.",
    data: {
      clientId: { code: "validation_required" },
      teamId: { code: "validation_length_invalid" },
      keyId: { code: "validation_required" },
      privateKey: { code: "validation_match_invalid" },
      duration: { code: "validation_max_less_equal_than_required" },
    },
  });
  const broken = {
    ...form,
    privateKey: "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
  };
  expect((await ask(broken)).body["message"]).toMatch(
    /^Failed to generate client secret\. Raw error: \n/,
  );
});
