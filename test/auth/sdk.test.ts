import { generateKeyPairSync } from "node:crypto";
import PocketBase, { ClientResponseError } from "pocketbase";
import { beforeEach, expect, test } from "vitest";
import { SUPERUSERS } from "../../src/auth/superusers.ts";
import { allowOAuth2, type AuthServer, PASSWORD, startAuth, tokenIn } from "./fixture.ts";

// Every call of the official SDK around signing in; `authWithOAuth2` with its window is in test/browser.

const EMAIL = "user@example.com";
let server: AuthServer;
let pb: PocketBase;

beforeEach(async () => {
  server = await startAuth();
  await server.configure((auth) => {
    auth.otp.enabled = true;
    auth.authAlert.enabled = false;
  });
  pb = client();
});

function client(): PocketBase {
  return new PocketBase(server.url).autoCancellation(false);
}

const users = () => pb.collection("users");

async function superuser(): Promise<PocketBase> {
  const values = { email: "root@example.com", password: "1234567890" };
  await server.app.save(server.app.newRecord(SUPERUSERS, values));
  const root = client();
  await root.collection(SUPERUSERS).authWithPassword(values.email, values.password);
  return root;
}

async function refusal(call: Promise<unknown>): Promise<number> {
  return call.then(
    () => 0,
    (error: unknown) => (error instanceof ClientResponseError ? error.status : -1),
  );
}

test("passwords: methods, sign-in, refresh", async () => {
  const user = await server.user();
  expect(await users().listAuthMethods()).toMatchObject({
    password: { enabled: true, identityFields: ["email"] },
    otp: { enabled: true },
    mfa: { enabled: false },
    oauth2: { enabled: false, providers: [] },
  });
  expect(await refusal(users().authWithPassword(EMAIL, "wrong"))).toBe(400);
  const { record, token } = await users().authWithPassword(EMAIL, PASSWORD);
  expect([record.id, pb.authStore.token]).toEqual([user.id, token]);
  expect((await users().authRefresh()).record.id).toBe(user.id);
  expect(pb.authStore.isValid).toBe(true);
});

test("one-time passwords, alone and as the second factor", async () => {
  await server.user({ verified: true });
  const first = await users().requestOTP(EMAIL);
  expect((await users().authWithOTP(first.otpId, await digits())).record.email).toBe(EMAIL);
  await server.configure((auth) => {
    auth.mfa.enabled = true;
  });
  const { otpId } = await users().requestOTP(EMAIL);
  const error: unknown = await users()
    .authWithPassword(EMAIL, PASSWORD)
    .catch((reason: unknown) => reason);
  const mfaId = (error as ClientResponseError).response["mfaId"] as string;
  expect(mfaId).toHaveLength(15);
  const { record } = await users().authWithOTP(otpId, await digits(), { mfaId });
  expect(record.email).toBe(EMAIL);
});

async function digits(): Promise<string> {
  const mail = await server.mailbox.next();
  return /<strong>(\d+)<\/strong>/.exec(mail.html)![1]!;
}

async function mailedToken(): Promise<string> {
  return tokenIn((await server.mailbox.next()).html);
}

test("verification marks the signed-in record of the store too", async () => {
  await server.user();
  await users().authWithPassword(EMAIL, PASSWORD);
  expect(await users().requestVerification(EMAIL)).toBe(true);
  expect(pb.authStore.record?.["verified"]).toBe(false);
  expect(await users().confirmVerification(await mailedToken())).toBe(true);
  expect(pb.authStore.record?.["verified"]).toBe(true);
  expect((await users().authRefresh()).record["verified"]).toBe(true);
});

test("a password reset ends the session that was open", async () => {
  await server.user();
  await users().authWithPassword(EMAIL, PASSWORD);
  expect(await users().requestPasswordReset(EMAIL)).toBe(true);
  const token = await mailedToken();
  expect(await refusal(users().confirmPasswordReset(token, "new pass 1", "new pass 2"))).toBe(400);
  expect(await users().confirmPasswordReset(token, "new pass 1", "new pass 1")).toBe(true);
  expect(await refusal(users().authRefresh())).toBe(401);
  expect((await users().authWithPassword(EMAIL, "new pass 1")).record.email).toBe(EMAIL);
});

test("an e-mail change signs out of the store", async () => {
  await server.user({ verified: true });
  await users().authWithPassword(EMAIL, PASSWORD);
  expect(await users().requestEmailChange("new@example.com")).toBe(true);
  expect(await users().confirmEmailChange(await mailedToken(), PASSWORD)).toBe(true);
  expect(pb.authStore.isValid).toBe(false);
  expect((await users().authWithPassword("new@example.com", PASSWORD)).record.id).toHaveLength(15);
});

test("a provider's code, its link, and the end of the link", async () => {
  await allowOAuth2(server);
  const { oauth2 } = await users().listAuthMethods();
  const [provider] = oauth2.providers;
  expect(provider).toMatchObject({ name: "oidc", displayName: "OIDC" });
  const raw = { sub: "p-1", email: EMAIL, email_verified: true };
  const redirect = "http://127.0.0.1/done";
  const signIn = () =>
    users().authWithOAuth2Code("oidc", server.provider.code(raw), provider!.codeVerifier, redirect);
  const { record, meta } = await signIn();
  expect([meta?.["isNew"], record["verified"]]).toEqual([true, true]);
  expect((await signIn()).meta?.["isNew"]).toBe(false);
  expect(await users().listExternalAuths(record.id)).toMatchObject([
    { provider: "oidc", providerId: "p-1" },
  ]);
  expect(await users().unlinkExternalAuth(record.id, "oidc")).toBe(true);
  expect(await users().listExternalAuths(record.id)).toEqual([]);
});

test("a superuser impersonates, without a way to stay", async () => {
  const user = await server.user();
  const root = await superuser();
  const other = await root.collection("users").impersonate(user.id, 60);
  expect((await other.collection("users").getOne(user.id)).id).toBe(user.id);
  const { token } = await other.collection("users").authRefresh();
  expect(expiryOf(token)).toBe(expiryOf(other.authStore.token));
  expect(await refusal(pb.collection("users").impersonate(user.id, 60))).toBe(401);
});

function expiryOf(token: string): unknown {
  return (JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString()) as { exp: number })
    .exp;
}

test("a superuser lists providers, makes Apple's secret and sends a mail to try the settings", async () => {
  const root = await superuser();
  const providers = await root.collections.getAllOAuth2Providers();
  expect(providers.map(({ name }: { name: string }) => name)).toContain("apple");
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const key = await root.settings.generateAppleClientSecret(
    "app",
    "0123456789",
    "abcdefghij",
    pem,
    60,
  );
  expect(key.secret.split(".")).toHaveLength(3);
  expect(await root.settings.testEmail("users", "to@example.com", "verification")).toBe(true);
  expect((await server.mailbox.next()).to).toEqual(["to@example.com"]);
});
