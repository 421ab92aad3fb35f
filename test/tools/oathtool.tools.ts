import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { codeOf, findStep, newTotpSecret, stepOf } from "../../src/auth/extras/totp.ts";
import { startExtras } from "../auth/extras/fixture.ts";
import { oathCodes } from "./oathtool.ts";

const STEP = 30;
/** Seconds that the longest test may take, and some more. */
const NEEDED = 10;

test("64 secrets at 64 times show the codes that oathtool shows", () => {
  for (let index = 0; index < 64; index++) {
    const secret = newTotpSecret();
    // From 1970 into the 22nd century, on both sides of 2038.
    const second = index * 70_000_003 + index;
    expect([second, codeOf(secret, stepOf(second * 1000))]).toEqual([
      second,
      oathCodes(secret, second)[0],
    ]);
  }
});

test("200 steps in a row show the same codes", () => {
  const secret = newTotpSecret();
  const start = 1_750_000_000;
  const own = Array.from({ length: 200 }, (_, step) => codeOf(secret, stepOf(start * 1000) + step));
  expect(own).toEqual(oathCodes(secret, start, 200));
});

test.for([
  ["at the last moment of its step", 29.999, true],
  ["at the first of the next", 30, true],
  ["at the last of the next", 59.999, true],
  ["two steps later", 60, false],
  ["at the first moment of the step before", -30, true],
  ["a moment earlier", -30.001, false],
] as const)("a code is good %s: %d s after its step began", ([, offset, isGood]) => {
  const secret = newTotpSecret();
  const began = 57_000_000 * STEP;
  const code = oathCodes(secret, began)[0]!;
  const found = findStep(secret, code, (began + offset) * 1000);
  expect(found).toBe(isGood ? began / STEP : undefined);
});

test("an account set up with oathtool is entered with its next codes, each once, and not with old or far ones", async () => {
  await stepWithTime();
  const server = await startExtras({ totp: { enabled: true } });
  await server.user({ verified: true });
  const token = String((await server.signIn("user@example.com")).body["token"]);
  const { body } = await server.post("totp/enroll", {}, token);
  const secret = String(body["secret"]);
  const code = (steps: number): string =>
    oathCodes(secret, Math.floor(Date.now() / 1000) + steps * STEP)[0]!;
  const confirmed = await server.post("totp/confirm", { code: code(-1) }, token);
  expect(confirmed.status).toBe(204);
  const enter = async (typed: string): Promise<number> => {
    const { mfaId } = (await server.signIn("user@example.com")).body;
    return (await server.post("auth-with-totp", { mfaId, code: typed })).status;
  };
  const used = code(0);
  expect(await enter(code(3))).toBe(400);
  expect(await enter(used)).toBe(200);
  expect(await enter(used)).toBe(400);
  expect(await enter(code(1))).toBe(200);
  // Whoever was a step ahead has used up the present one too.
  expect(await enter(used)).toBe(400);
});

/** Waits until a step of the real clock has enough left of it for a test. */
async function stepWithTime(): Promise<void> {
  const left = STEP - ((Date.now() / 1000) % STEP);
  if (left < NEEDED) await sleep(left * 1000);
}
