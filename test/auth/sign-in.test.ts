import { describe, expect, test } from "vitest";
import { currentSettings } from "../../src/settings/store.ts";
import { SUPERUSERS } from "../../src/auth/superusers.ts";
import { newAuthToken } from "../../src/auth/tokens.ts";
import { countEvents, PASSWORD, startAuth, tokenIn } from "./fixture.ts";

describe("a password", () => {
  test("signs in, and a refresh renews the token", async () => {
    const server = await startAuth();
    const user = await server.user();
    const { status, body } = await server.signIn("user@example.com");
    expect(status).toBe(200);
    expect(body["record"]).toMatchObject({
      id: user.id,
      email: "user@example.com",
      emailVisibility: false,
    });
    expect(body["record"]).not.toHaveProperty("password");
    expect(body["record"]).not.toHaveProperty("tokenKey");
    const refreshed = await server.post("auth-refresh", undefined, String(body["token"]));
    expect(refreshed.status).toBe(200);
    expect(
      (await server.post("auth-refresh", undefined, `Bearer ${String(refreshed.body["token"])}`))
        .status,
    ).toBe(200);
  });

  test("is answered alike whether nobody or somebody has the identity", async () => {
    const server = await startAuth();
    await server.user();
    const wrong = await server.signIn("user@example.com", "wrong");
    expect(wrong).toEqual({
      status: 400,
      body: { data: {}, message: "Failed to authenticate.", status: 400 },
    });
    expect(await server.signIn("nobody@example.com", "wrong")).toEqual(wrong);
    expect(await server.signIn("no address", "wrong")).toEqual(wrong);
  });

  test("may be given as a form, digits staying what was typed", async () => {
    const server = await startAuth();
    await server.user({ password: "1234567890123" });
    const response = await fetch(`${server.url}/api/collections/users/auth-with-password`, {
      method: "POST",
      body: new URLSearchParams({ identity: "user@example.com", password: "1234567890123" }),
    });
    expect(response.status).toBe(200);
    const json = await server.post("auth-with-password", {
      identity: "user@example.com",
      password: 1234567890123,
    });
    expect(json.body).toMatchObject({
      status: 400,
      message: "An error occurred while loading the submitted data.",
    });
  });

  test("lets a handler find the record another way", async () => {
    const server = await startAuth();
    const user = await server.user();
    server.app.onRecordAuthWithPasswordRequest("users").bindFunc(async (event) => {
      if (event.identity === "nickname")
        event.record = await event.app.findRecordById("users", user.id);
      await event.next();
    });
    expect((await server.signIn("nickname")).body["record"]).toMatchObject({ id: user.id });
  });

  test("is refused while it is off, and by the auth rule", async () => {
    const server = await startAuth();
    await server.user();
    await server.configure((auth) => {
      auth.authRule = "verified = true";
    });
    expect((await server.signIn("user@example.com")).body).toMatchObject({
      status: 403,
      message: "The request doesn't satisfy the collection requirements to authenticate.",
    });
    await server.configure((auth) => {
      auth.passwordAuth.enabled = false;
    });
    expect((await server.signIn("user@example.com")).status).toBe(403);
  });
});

describe("a one-time password", () => {
  const withOtp = async () => {
    const server = await startAuth();
    await server.configure((auth) => {
      auth.otp.enabled = true;
    });
    const ask = async (email = "user@example.com") => {
      const { body } = await server.post("request-otp", { email });
      return String(body["otpId"]);
    };
    const read = async () =>
      /<strong>(\d+)<\/strong>/.exec((await server.mailbox.next()).html)![1]!;
    return { server, ask, read };
  };

  test("proves the address it was sent to, and whoever had set a password before is out", async () => {
    const { server, ask, read } = await withOtp();
    const user = await server.user();
    const otpId = await ask();
    const password = await read();
    expect(password).toMatch(/^\d{8}$/);
    const { status, body } = await server.post("auth-with-otp", { otpId, password });
    expect(status).toBe(200);
    expect(body["record"]).toMatchObject({ id: user.id, verified: true });
    expect((await server.signIn("user@example.com")).status).toBe(400);
    expect((await server.post("auth-with-otp", { otpId, password })).body).toMatchObject({
      message: "Invalid or expired OTP.",
    });
  });

  test("is asked for nobody with the same answer, and nothing is stored or sent", async () => {
    const { server, ask } = await withOtp();
    expect(await ask("nobody@example.com")).toMatch(/^[a-z0-9]{15}$/);
    expect(await server.app.countRecords("_otps")).toBe(0);
    expect(server.mailbox.mails).toEqual([]);
  });

  test("that was not sent cannot be used: its row goes", async () => {
    const { server, ask } = await withOtp();
    await server.user();
    server.app.onMailerSend().bindFunc(() => {
      throw new Error("no mail today");
    });
    server.app.logger.error = () => undefined;
    await ask();
    await expect.poll(() => server.app.countRecords("_otps")).toBe(0);
  });

  test("may be tried five times in three minutes", async () => {
    const { server, ask } = await withOtp();
    await server.user();
    const otpId = await ask();
    const statuses = [];
    for (let attempt = 0; attempt < 6; attempt++) {
      statuses.push((await server.post("auth-with-otp", { otpId, password: "x" })).status);
    }
    expect(statuses).toEqual([400, 400, 400, 400, 400, 429]);
  });

  test("is the last one again once ten are open", async () => {
    const { server, ask } = await withOtp();
    server.app.logger.warn = () => undefined;
    const user = await server.user();
    for (let count = 0; count < 10; count++) {
      const values = {
        collectionRef: user.collection.id,
        recordRef: user.id,
        password: "x".repeat(8),
      };
      await server.app.save(server.app.newRecord("_otps", values));
    }
    const [last] = await server.app.findRecordsByFilter("_otps", "", {
      sort: "-created",
      limit: 1,
    });
    expect(await ask()).toBe(last!.id);
    expect(server.mailbox.mails).toEqual([]);
  });

  test("of another collection, of nobody, or expired is refused alike", async () => {
    const { server, ask, read } = await withOtp();
    await server.user();
    const otpId = await ask();
    const password = await read();
    await server.configure((auth) => {
      auth.otp.enabled = true;
      auth.mfa.enabled = true;
    }, SUPERUSERS);
    const refused = {
      status: 400,
      body: { data: {}, message: "Invalid or expired OTP.", status: 400 },
    };
    expect(await server.post("auth-with-otp", { otpId, password }, "", SUPERUSERS)).toEqual(
      refused,
    );
    expect(await server.post("auth-with-otp", { otpId: "missing", password })).toEqual(refused);
    const otp = await server.app.findRecordById("_otps", otpId);
    otp.setRaw("created", "2020-01-01 00:00:00.000Z");
    await server.app.save(otp);
    expect(await server.post("auth-with-otp", { otpId, password })).toEqual(refused);
  });
});

describe("the second factor", () => {
  const withMfa = async (rule = "") => {
    const server = await startAuth();
    await server.configure((auth) => {
      auth.otp.enabled = true;
      auth.mfa = { enabled: true, duration: 600, rule };
      auth.authAlert.enabled = false;
    });
    const user = await server.user({ verified: true });
    return { server, user };
  };

  test("is another method; handlers see the first step fail", async () => {
    const { server, user } = await withMfa();
    const seen: string[] = [];
    server.app.onRecordAuthRequest().bindFunc(async (event) => {
      await event.next().then(
        () => seen.push(`${event.authMethod} done`),
        (error: unknown) => {
          seen.push(`${event.authMethod} failed`);
          throw error;
        },
      );
    });
    const first = await server.signIn("user@example.com");
    expect(first).toMatchObject({
      status: 401,
      body: { mfaId: expect.stringMatching(/^[a-z0-9]{15}$/) },
    });
    const { mfaId } = first.body;
    const same = await server.post(`auth-with-password?mfaId=${String(mfaId)}`, {
      identity: "user@example.com",
      password: PASSWORD,
    });
    expect(same.body).toMatchObject({
      status: 400,
      message: "A different authentication method is required.",
    });
    const { body } = await server.post("request-otp", { email: "user@example.com" });
    const password = /<strong>(\d+)<\/strong>/.exec((await server.mailbox.next()).html)![1];
    const second = await server.post("auth-with-otp", { otpId: body["otpId"], password, mfaId });
    expect(second.body["record"]).toMatchObject({ id: user.id });
    expect(seen).toEqual(["password failed", "password failed", "otp done"]);
    expect(await server.app.countRecords("_mfas")).toBe(0);
  });

  test("is asked of those its rule matches", async () => {
    const { server } = await withMfa("verified = false");
    expect((await server.signIn("user@example.com")).status).toBe(200);
    await server.configure((auth) => {
      auth.mfa.rule = "verified = true";
    });
    expect((await server.signIn("user@example.com")).status).toBe(401);
  });

  test("is refused for a session that is missing, over, or someone else's", async () => {
    const { server } = await withMfa();
    const other = await server.user({ email: "other@example.com", verified: true });
    const session = async (recordRef: string, created = "") => {
      const record = server.app.newRecord("_mfas", {
        collectionRef: other.collection.id,
        recordRef,
        method: "otp",
      });
      if (created !== "") record.setRaw("created", created);
      await server.app.save(record);
      return record.id;
    };
    const tried = async (mfaId: unknown) =>
      (
        await server.post("auth-with-password", {
          identity: "user@example.com",
          password: PASSWORD,
          mfaId,
        })
      ).body["message"];
    expect(await tried("missing")).toBe("Invalid or expired MFA session.");
    expect(await tried(1)).toBe("Failed to read MFA Id.");
    expect(await tried(await session(other.id))).toBe("Invalid MFA session.");
    const old = await session(other.id, "2020-01-01 00:00:00.000Z");
    expect(await tried(old)).toBe("Invalid or expired MFA session.");
    expect(await server.app.countRecords("_mfas")).toBe(1);
  });
});

describe("verification", () => {
  test("verifies by the mail's link, which is sent once in two minutes", async () => {
    const server = await startAuth();
    const user = await server.user();
    expect((await server.post("request-verification", { email: "user@example.com" })).status).toBe(
      204,
    );
    const mail = await server.mailbox.next();
    expect(mail.subject).toBe("Verify your Acme email");
    await server.post("request-verification", { email: "user@example.com" });
    expect(
      (await server.post("request-verification", { email: "nobody@example.com" })).status,
    ).toBe(204);
    expect(server.mailbox.mails).toHaveLength(1);
    const token = tokenIn(mail.html);
    expect((await server.post("confirm-verification", { token })).status).toBe(204);
    expect((await server.stored(user)).getBool("verified")).toBe(true);
    expect((await server.signIn("user@example.com")).status).toBe(200);
  });

  test("drops links and sets a password nobody knows where passwords are off", async () => {
    const server = await startAuth();
    const user = await server.user();
    const before = await server.stored(user);
    await server.app.save(
      server.app.newRecord("_externalAuths", {
        collectionRef: user.collection.id,
        recordRef: user.id,
        provider: "google",
        providerId: "1",
      }),
    );
    await server.post("request-verification", { email: "user@example.com" });
    const token = tokenIn((await server.mailbox.next()).html);
    await server.configure((auth) => {
      auth.passwordAuth.enabled = false;
    });
    expect((await server.post("confirm-verification", { token })).status).toBe(204);
    const after = await server.stored(user);
    expect(after.getString("tokenKey")).not.toBe(before.getString("tokenKey"));
    expect(await server.app.countRecords("_externalAuths")).toBe(0);
    expect(await server.app.auth.verifyPassword(after, PASSWORD)).toBe(false);
  });

  test("tells what is wrong with a token", async () => {
    const server = await startAuth();
    const user = await server.user();
    const code = async (token: string) =>
      (await server.post("confirm-verification", { token })).body["data"];
    const claims = (values: object) =>
      `e30.${Buffer.from(JSON.stringify(values)).toString("base64url")}.x`;
    expect(await code("")).toMatchObject({ token: { code: "validation_required" } });
    expect(await code("x")).toMatchObject({ token: { code: "validation_invalid_token_claims" } });
    expect(await code(claims({ email: "user@example.com" }))).toMatchObject({
      token: { code: "validation_invalid_token" },
    });
    await server.post("request-verification", { email: "user@example.com" });
    const token = tokenIn((await server.mailbox.next()).html);
    user.set("emailVisibility", true);
    await server.app.save(user);
    expect((await server.post("confirm-verification", { token })).status).toBe(204);
  });
});

describe("a password reset", () => {
  test("ends everything that was there before, and proves the address", async () => {
    const server = await startAuth();
    const user = await server.user();
    const signedIn = await server.signIn("user@example.com");
    await server.post("request-password-reset", { email: "user@example.com" });
    const token = tokenIn((await server.mailbox.next()).html);
    const short = await server.post("confirm-password-reset", {
      token,
      password: "short",
      passwordConfirm: "other",
    });
    expect(short.body["data"]).toMatchObject({
      password: { code: "validation_length_out_of_range", params: { min: 8, max: 255 } },
      passwordConfirm: { code: "validation_values_mismatch" },
    });
    const long = "x".repeat(75);
    const refused = await server.post("confirm-password-reset", {
      token,
      password: long,
      passwordConfirm: long,
    });
    expect(refused.body).toMatchObject({
      message: "Failed to set new password.",
      data: { password: {} },
    });
    const form = { token, password: "new password", passwordConfirm: "new password" };
    expect((await server.post("confirm-password-reset", form)).status).toBe(204);
    expect((await server.stored(user)).getBool("verified")).toBe(true);
    expect((await server.post("auth-refresh", {}, String(signedIn.body["token"]))).status).toBe(
      401,
    );
    expect((await server.post("confirm-password-reset", form)).body["data"]).toMatchObject({
      token: { code: "validation_invalid_token" },
    });
    expect((await server.signIn("user@example.com", "new password")).status).toBe(200);
  });

  test("is not sent to the installer's account", async () => {
    const server = await startAuth();
    server.app.logger.error = () => undefined;
    await server.app.save(
      server.app.newRecord(SUPERUSERS, {
        email: "__pbinstaller@example.com",
        password: "1234567890",
      }),
    );
    const counts = countEvents(server.app, "onMailerRecordPasswordResetSend", "onMailerSend");
    await server.post(
      "request-password-reset",
      { email: "__pbinstaller@example.com" },
      "",
      SUPERUSERS,
    );
    await expect.poll(() => counts["onMailerRecordPasswordResetSend"]).toBe(0);
    expect(counts["onMailerSend"]).toBe(0);
  });
});

describe("an e-mail change", () => {
  test("is confirmed from the new address with the password, and ends the old tokens", async () => {
    const server = await startAuth();
    const user = await server.user();
    const other = await server.user({ email: "taken@example.com" });
    const token = String((await server.signIn("user@example.com")).body["token"]);
    const ask = (newEmail: string) => server.post("request-email-change", { newEmail }, token);
    expect((await ask("user@example.com")).body["data"]).toMatchObject({
      newEmail: { code: "validation_not_in_invalid" },
    });
    expect((await ask("taken@example.com")).body["data"]).toMatchObject({
      newEmail: { code: "validation_invalid_new_email" },
    });
    expect((await ask("new@example.com")).status).toBe(204);
    const change = tokenIn((await server.mailbox.next()).html);
    const confirm = (password: string) =>
      server.post("confirm-email-change", { token: change, password });
    expect((await confirm("wrong")).body["data"]).toMatchObject({
      password: { code: "validation_invalid_password" },
    });
    other.set("email", "new@example.com");
    await server.app.save(other);
    expect((await confirm(PASSWORD)).body["data"]).toMatchObject({
      token: { code: "validation_invalid_token_email" },
    });
    other.set("email", "taken@example.com");
    await server.app.save(other);
    expect((await confirm(PASSWORD)).status).toBe(204);
    expect((await server.stored(user)).getBool("verified")).toBe(true);
    expect((await server.post("auth-refresh", {}, token)).status).toBe(401);
    expect((await server.signIn("new@example.com")).status).toBe(200);
  });
});

describe("an impersonation", () => {
  test("gives superusers a token that cannot be renewed", async () => {
    const server = await startAuth();
    const user = await server.user();
    const root = server.app.newRecord(SUPERUSERS, {
      email: "root@example.com",
      password: "1234567890",
    });
    await server.app.save(root);
    const token = newAuthToken(root);
    const act = (body: unknown, as = token) => server.post(`impersonate/${user.id}`, body, as);
    const { body } = await act({ duration: 100 });
    const { exp, refreshable } = JSON.parse(
      Buffer.from(String(body["token"]).split(".")[1]!, "base64url").toString(),
    ) as Record<string, number>;
    expect(refreshable).toBe(false);
    expect(Math.abs(exp! - Date.now() / 1000 - 100)).toBeLessThan(5);
    const refreshed = await server.post("auth-refresh", {}, String(body["token"]));
    expect(refreshed.body["token"]).toBe(body["token"]);
    expect((await act({ duration: -1 })).body["data"]).toMatchObject({
      duration: { code: "validation_min_greater_equal_than_required" },
    });
    expect((await act({ duration: 1.5 })).body).toMatchObject({
      message: "An error occurred while loading the submitted data.",
    });
    expect((await act({}, String(body["token"]))).status).toBe(403);
    expect((await act({}, "")).status).toBe(401);
    expect((await server.post("impersonate/missing", {}, token)).status).toBe(404);
  });
});

describe("the alert", () => {
  test("tells of a new place, not of the first one, and keeps five places", async () => {
    const server = await startAuth();
    await server.user();
    const from = (agent: string) =>
      server.ask("POST /api/collections/users/auth-with-password", {
        body: { identity: "user@example.com", password: PASSWORD },
        headers: { "user-agent": agent },
      });
    await from("first");
    expect(server.mailbox.mails).toEqual([]);
    await from("first");
    for (const agent of ["<b>2</b>", "3", "4", "5", "6"]) await from(agent);
    expect(server.mailbox.mails).toHaveLength(5);
    expect(server.mailbox.mails[0]!.html).toMatch(
      /<em>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z - 127\.0\.0\.1 &lt;b&gt;2&lt;\/b&gt;<\/em>/,
    );
    const origins = await server.app.findRecordsByFilter("_authOrigins", "");
    expect(origins).toHaveLength(5);
    // md5("127.0.0.16")
    expect(origins.map((origin) => origin.getString("fingerprint"))).toContain(
      "a663106b5547d3d53f6762a076971516",
    );
  });

  test("that cannot be sent leaves the place unknown and the sign-in successful", async () => {
    const server = await startAuth();
    await server.user();
    await server.signIn("user@example.com");
    server.app.logger.error = server.app.logger.warn = () => undefined;
    server.app.onMailerRecordAuthAlertSend("users").bindFunc(() => {
      throw new Error("no mail today");
    });
    const answer = await server.ask("POST /api/collections/users/auth-with-password", {
      body: { identity: "user@example.com", password: PASSWORD },
      headers: { "user-agent": "new" },
    });
    expect(answer.status).toBe(200);
    expect(await server.app.countRecords("_authOrigins")).toBe(1);
  });
});

describe("the list of superusers' addresses", () => {
  test("keeps out superusers from elsewhere, by token and by sign-in", async () => {
    const server = await startAuth();
    const root = server.app.newRecord(SUPERUSERS, {
      email: "root@example.com",
      password: "1234567890",
    });
    await server.app.save(root);
    const settings = currentSettings(server.app);
    settings.data.superuserIPs = ["10.0.0.0/8"];
    await server.app.save(settings);
    const form = { identity: "root@example.com", password: "1234567890" };
    expect((await server.post("auth-with-password", form, "", SUPERUSERS)).status).toBe(403);
    expect((await server.ask("GET /api/settings", { token: newAuthToken(root) })).status).toBe(403);
    settings.data.superuserIPs = ["127.0.0.0/8"];
    await server.app.save(settings);
    expect((await server.post("auth-with-password", form, "", SUPERUSERS)).status).toBe(200);
  });
});

describe("the hourly clean-up", () => {
  test("removes what has expired, also where the method is off", async () => {
    const server = await startAuth();
    const user = await server.user();
    const names = { _mfas: { method: "otp" }, _otps: { password: "12345678" } };
    for (const [name, values] of Object.entries(names)) {
      for (const created of ["2020-01-01 00:00:00.000Z", undefined]) {
        const record = server.app.newRecord(name, {
          collectionRef: user.collection.id,
          recordRef: user.id,
          ...values,
        });
        if (created) record.setRaw("created", created);
        await server.app.save(record);
      }
    }
    for (const id of ["__pbMFACleanup__", "__pbOTPCleanup__"]) {
      const entry = server.app.crons.find(id)!;
      expect(entry.expression).toBe("0 * * * *");
      await server.app.crons.run(entry);
    }
    expect(await server.app.countRecords("_mfas")).toBe(1);
    expect(await server.app.countRecords("_otps")).toBe(1);
  });
});
