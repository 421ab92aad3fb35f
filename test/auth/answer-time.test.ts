import { expect, test } from "vitest";
import { checkFloorMs, waitForAnswerTime } from "../../src/auth/answer-time.ts";
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
