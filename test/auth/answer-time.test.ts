import { expect, test } from "vitest";
import { checkFloorMs, waitForAnswerTime } from "../../src/auth/answer-time.ts";
import { passwordCost } from "../../src/auth/passwords.ts";
import type { RequestEvent } from "../../src/http/event.ts";
import { MIN_COST } from "../../src/lib/password.ts";
import { startAuth } from "./fixture.ts";

test("a wait ends at its time and not on the millisecond before, whenever it began", async () => {
  for (let round = 0; round < 50; round++) {
    const started = performance.now() - round / 50;
    await waitForAnswerTime({ state: { started } } as RequestEvent, 5);
    expect(performance.now() - started).toBeGreaterThanOrEqual(5);
  }
});

test("a refused sign-in takes as long as one that is known to take longer", async () => {
  const server = await startAuth();
  await server.user();
  for (const email of ["user@example.com", "never@example.com"]) {
    for (let round = 0; round < 10; round++) {
      const started = performance.now();
      expect((await server.signIn(email, "wrong")).status).toBe(400);
      expect(performance.now() - started).toBeGreaterThanOrEqual(checkFloorMs(MIN_COST));
    }
  }
});

test("a one-time password for nobody is refused as slowly as a wrong one for somebody", async () => {
  const server = await startAuth();
  await server.configure((auth) => {
    auth.otp.enabled = true;
  });
  await server.user();
  const floor = checkFloorMs(passwordCost(server.app.findCollection("_otps")));
  for (const email of ["user@example.com", "never@example.com"]) {
    const { otpId } = (await server.post("request-otp", { email })).body;
    const started = performance.now();
    const refused = await server.post("auth-with-otp", { otpId, password: "wrong" });
    expect(refused).toMatchObject({ status: 400, body: { message: "Invalid or expired OTP." } });
    expect(performance.now() - started).toBeGreaterThanOrEqual(floor);
  }
});
