import { expect, test } from "vitest";
import { type App, type EventName, EVENTS } from "../../src/index.ts";
import { lockResend } from "../../src/auth/resend-lock.ts";
import { startAuth } from "./fixture.ts";

/*
 * Two recorded scenarios were recorded in a PocketBase that had been changed from inside, by its own test, before
 * the request came; over HTTP alone their events cannot be the same (test/conformance/README.md). Here the same is
 * done from inside, and the events are the recorded ones.
 */

/** How often each event fires from now on, by PocketBase's names. */
function countAll(app: App): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of Object.keys(EVENTS) as EventName[]) {
    const title = name.replace(/^o/, "O");
    app.events[name].bind({
      priority: -99_999,
      func: (event) => {
        counts[title] = (counts[title] ?? 0) + 1;
        return event.next();
      },
    });
  }
  return counts;
}

// record_auth_otp_request: existing auth record with intercepted email (with < 9 non-expired)
test("a one-time password whose mail a handler kept back is made and not marked as sent", async () => {
  const server = await startAuth();
  await server.configure((auth) => {
    auth.otp.enabled = true;
  });
  await server.user();
  server.app.onMailerRecordOTPSend("users").bindFunc(() => undefined);
  const counts = countAll(server.app);
  const { status } = await server.post("request-otp", { email: "user@example.com" });
  expect(status).toBe(200);
  await expect.poll(() => counts["OnMailerRecordOTPSend"]).toBe(1);
  expect(counts).toEqual({
    OnMailerRecordOTPSend: 1,
    OnModelAfterCreateSuccess: 1,
    OnModelCreate: 1,
    OnModelCreateExecute: 1,
    OnModelValidate: 1,
    OnRecordAfterCreateSuccess: 1,
    OnRecordCreate: 1,
    OnRecordCreateExecute: 1,
    OnRecordRequestOTPRequest: 1,
    OnRecordValidate: 1,
  });
  expect(server.mailbox.mails).toEqual([]);
});

// record_auth_verification_request: existing auth record (after already sent)
test("a verification that was sent a moment ago is answered without any event", async () => {
  const server = await startAuth();
  lockResend(server.app, "Verification", await server.user());
  const counts = countAll(server.app);
  const { status } = await server.post("request-verification", { email: "user@example.com" });
  expect(status).toBe(204);
  expect(counts).toEqual({});
  expect(server.mailbox.mails).toEqual([]);
});
