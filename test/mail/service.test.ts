import { describe, expect, test } from "vitest";
import { SUPERUSERS } from "../../src/auth/superusers.ts";
import { newAuthToken } from "../../src/auth/tokens.ts";
import { MailerRecordEvent } from "../../src/mail/events.ts";
import { startAuth } from "../auth/fixture.ts";

describe("a template", () => {
  test("is filled in one pass, values of the record escaped and hidden ones kept back", async () => {
    const server = await startAuth();
    const user = await server.user({ name: "<b>{APP_NAME}</b> & co", verified: true });
    await server.configure((auth) => {
      auth.verificationTemplate = {
        subject: "{APP_NAME} for {RECORD:name}",
        body: "{RECORD:name}|{RECORD:verified}|{RECORD:email}|{RECORD:tokenKey}|{RECORD:password}|{RECORD:nope}|{APP_URL}|{TOKEN}|{OTP}",
      };
    });
    await server.app.mail.sendVerification(await server.stored(user));
    const { subject, html, headers, from } = await server.mailbox.next();
    expect(subject).toBe("Acme for &lt;b&gt;{APP_NAME}&lt;/b&gt; &amp; co");
    expect(html).toMatch(
      /\n&lt;b&gt;\{APP_NAME\}&lt;\/b&gt; &amp; co\|true\|user@example\.com\|\{RECORD:tokenKey\}\|\{RECORD:password\}\|\{RECORD:nope\}\|http:\/\/localhost:8090\|[\w-]+\.[\w-]+\.[\w-]+\|\{OTP\}\r?\n/,
    );
    expect(headers.get("from")).toBe("Support <support@example.com>");
    expect(from).toBe("support@example.com");
  });
});

describe("the hooks", () => {
  test("run from the record's mail to the sending, and may change the message", async () => {
    const server = await startAuth();
    const user = await server.user();
    const seen: unknown[] = [];
    server.app.onMailerRecordEmailChangeSend("users").bindFunc(async (event) => {
      expect(event).toBeInstanceOf(MailerRecordEvent);
      seen.push([event.record.id, Object.keys(event.meta), event.message.to]);
      event.message.subject = "changed";
      await event.next();
    });
    server.app.onMailerSend().bindFunc(async (event) => {
      seen.push(event.message.subject);
      event.message.cc = [{ address: "copy@example.com" }];
      await event.next();
    });
    await server.app.mail.sendEmailChange(await server.stored(user), "new@example.com");
    expect(seen).toEqual([
      [user.id, ["token", "newEmail"], [{ address: "new@example.com" }]],
      "changed",
    ]);
    expect(await server.mailbox.next()).toMatchObject({
      subject: "changed",
      to: ["new@example.com", "copy@example.com"],
    });
  });

  test("may put another mailer in place, or keep the mail back", async () => {
    const server = await startAuth();
    const user = await server.user();
    const sent: string[] = [];
    server.app.onMailerSend().bindFunc(async (event) => {
      if (event.message.subject.includes("Reset")) return;
      event.mailer = { send: async (message) => void sent.push(message.subject) };
      await event.next();
    });
    await server.app.mail.sendVerification(await server.stored(user));
    await server.app.mail.sendPasswordReset(await server.stored(user));
    expect(sent).toEqual(["Verify your Acme email"]);
    expect(server.mailbox.mails).toEqual([]);
  });
});

describe("POST /api/settings/test/email", () => {
  const start = async () => {
    const server = await startAuth();
    const root = server.app.newRecord(SUPERUSERS, {
      email: "root@example.com",
      password: "1234567890",
    });
    await server.app.save(root);
    const send = (body: unknown, token = newAuthToken(root)) =>
      server.ask("POST /api/settings/test/email", { body, token });
    return { server, send };
  };

  test.for([
    ["verification", "Verify your Acme email", "confirm-verification/"],
    ["password-reset", "Reset your Acme password", "confirm-password-reset/"],
    ["email-change", "Confirm your Acme new email address", "confirm-email-change/"],
    ["otp", "OTP for Acme", "123456"],
    ["login-alert", "Login from a new location", "TEST_IP TEST_USER_AGENT"],
  ] as const)("sends the template %s", async ([template, subject, part]) => {
    const { server, send } = await start();
    expect(await send({ email: "me@example.com", template, collection: "users" })).toEqual({
      status: 204,
      body: {},
    });
    const mail = await server.mailbox.next();
    expect(mail).toMatchObject({ subject, to: ["me@example.com"] });
    expect(mail.html).toContain(part);
  });

  test("fills the record with its fields' names", async () => {
    const { server, send } = await start();
    await server.configure((auth) => {
      auth.otp.emailTemplate.subject = "{RECORD:name}";
    });
    await send({ email: "me@example.com", template: "otp", collection: "users" });
    expect((await server.mailbox.next()).subject).toBe("__pb_test_name__");
  });

  test("tells what is wrong", async () => {
    const { server, send } = await start();
    expect((await send({ email: "x", template: "x", collection: "nope" })).body).toEqual({
      status: 400,
      message: "Failed to send the test email.",
      data: {
        collection: {
          code: "validation_invalid_auth_collection",
          message: "Must be a valid auth collection id or name.",
        },
        email: { code: "validation_is_email", message: "Must be a valid email address." },
        template: { code: "validation_in_invalid", message: "Must be a valid value." },
      },
    });
    server.app.logger.error = () => undefined;
    server.app.onMailerSend().bindFunc(() => {
      throw new Error("the server said no");
    });
    expect((await send({ email: "me@example.com", template: "otp" })).body).toMatchObject({
      message: "Failed to send the test email. Raw error: \nthe server said no.",
    });
    expect((await send({}, "")).status).toBe(401);
  });
});
