import { expect, test } from "vitest";
import {
  type Answer,
  type AuthServer,
  countEvents,
  PASSWORD,
  startAuth,
  tokenIn,
} from "./fixture.ts";

/** Sends the same request 200 times at once. */
async function race(request: () => Promise<Answer>): Promise<Map<number, number>> {
  const answers = await Promise.all(Array.from({ length: 200 }, request));
  const counts = new Map<number, number>();
  for (const { status } of answers) counts.set(status, (counts.get(status) ?? 0) + 1);
  return counts;
}

async function otpFor(
  server: AuthServer,
  email: string,
): Promise<{ otpId: string; password: string }> {
  const { body } = await server.post("request-otp", { email });
  const mail = await server.mailbox.next();
  return { otpId: String(body["otpId"]), password: /<strong>(\d+)<\/strong>/.exec(mail.html)![1]! };
}

test("of 200 parallel sign-ins with one one-time password one succeeds", async () => {
  const server = await startAuth();
  await server.configure((auth) => {
    auth.otp.enabled = true;
  });
  await server.user();
  const form = await otpFor(server, "user@example.com");
  // Behind a proxy that says where each comes from, so that the limit of attempts does not decide.
  server.app.settings.trustedProxy.headers = ["X-Client"];
  let client = 0;
  const counts = await race(() =>
    server.ask("POST /api/collections/users/auth-with-otp", {
      body: form,
      headers: { "x-client": `10.0.${client >> 8}.${client++ & 255}` },
    }),
  );
  expect(Object.fromEntries(counts)).toEqual({ 200: 1, 400: 199 });
});

test("of 200 parallel second factors with one session one succeeds", async () => {
  const server = await startAuth();
  await server.configure((auth) => {
    auth.otp.enabled = true;
    auth.mfa.enabled = true;
    auth.authAlert.enabled = false;
  });
  const user = await server.user({ verified: true });
  const first = await server.signIn("user@example.com");
  expect(first.status).toBe(401);
  expect(Object.keys(first.body)).toEqual(["mfaId"]);
  const otps = await Promise.all(
    Array.from({ length: 200 }, async () => {
      const values = {
        collectionRef: user.collection.id,
        recordRef: user.id,
        password: "12345678",
      };
      const otp = server.app.newRecord("_otps", values);
      await server.app.save(otp);
      return otp.id;
    }),
  );
  server.app.settings.trustedProxy.headers = ["X-Client"];
  const counts = await race(() => {
    const otpId = otps.pop()!;
    return server.ask("POST /api/collections/users/auth-with-otp", {
      body: { otpId, password: "12345678", mfaId: first.body["mfaId"] },
      headers: { "x-client": `10.1.${otps.length >> 8}.${otps.length & 255}` },
    });
  });
  expect(Object.fromEntries(counts)).toEqual({ 200: 1, 400: 199 });
}, 30_000);

test("of 200 parallel password resets with one token one succeeds, and its password is the one", async () => {
  const server = await startAuth();
  await server.user({ verified: true });
  await server.post("request-password-reset", { email: "user@example.com" });
  const token = tokenIn((await server.mailbox.next()).html);
  let attempt = 0;
  const winners: string[] = [];
  const counts = await race(async () => {
    const password = `new password ${attempt++}`;
    const answer = await server.post("confirm-password-reset", {
      token,
      password,
      passwordConfirm: password,
    });
    if (answer.status === 204) winners.push(password);
    return answer;
  });
  expect(Object.fromEntries(counts)).toEqual({ 204: 1, 400: 199 });
  expect((await server.signIn("user@example.com", winners[0])).status).toBe(200);
  expect((await server.signIn("user@example.com")).status).toBe(400);
});

test("200 parallel verifications with one token verify once", async () => {
  const server = await startAuth();
  const user = await server.user();
  await server.post("request-verification", { email: "user@example.com" });
  const token = tokenIn((await server.mailbox.next()).html);
  const counts = countEvents(server.app, "onRecordUpdate");
  const statuses = await race(() => server.post("confirm-verification", { token }));
  // Who comes too late finds done what was asked for, as in PocketBase.
  expect(Object.fromEntries(statuses)).toEqual({ 204: 200 });
  expect(counts["onRecordUpdate"]).toBe(1);
  expect((await server.stored(user)).getBool("verified")).toBe(true);
});

test("of 200 parallel e-mail changes with one token one succeeds", async () => {
  const server = await startAuth();
  const user = await server.user({ verified: true });
  const { body } = await server.signIn("user@example.com");
  await server.post("request-email-change", { newEmail: "new@example.com" }, String(body["token"]));
  const mail = await server.mailbox.next();
  expect(mail.to).toEqual(["new@example.com"]);
  const token = tokenIn(mail.html);
  const counts = await race(() =>
    server.post("confirm-email-change", { token, password: PASSWORD }),
  );
  expect(Object.fromEntries(counts)).toEqual({ 204: 1, 400: 199 });
  expect((await server.stored(user)).getString("email")).toBe("new@example.com");
});
