import { describe, expect, it } from "vitest";
import { pauseBeforeLook, pauseBeforeRetry } from "../../../../hooks/generatio/jobs/cadence.ts";

const MIDDLE = 0.5;

const alone = (look: number, random = MIDDLE, position?: number) =>
  pauseBeforeLook(look, { position, isRung: false }, random);

describe("looks at a queue", () => {
  it("are quick at first and patient later", () => {
    const pauses = Array.from({ length: 60 }, (_, look) => alone(look));
    expect(pauses.slice(0, 7)).toEqual([250, 250, 500, 500, 500, 500, 1000]);
    expect([pauses[15], pauses[16], pauses[45], pauses[46], pauses[59]]).toEqual([
      1000, 2000, 2000, 3000, 3000,
    ]);
  });

  it("are rare far back in the line", () => {
    expect([20, 21].map((position) => alone(3, MIDDLE, position))).toEqual([500, 5000]);
  });

  it("spread by a fifth to either side", () => {
    expect([alone(60, 0), alone(60, 0.999)]).toEqual([2400, 3599]);
  });

  it("are rare where the vendor calls back, however far back in the line", () => {
    const pauses = [0, 1, 2, 3, 100].map((look) =>
      pauseBeforeLook(look, { position: 50, isRung: true }, MIDDLE),
    );
    expect(pauses).toEqual([1000, 5000, 15_000, 30_000, 30_000]);
  });
});

describe("repetitions", () => {
  it("double from one second up to a minute", () => {
    const pauses = [1, 2, 3, 6, 7, 20].map((attempt) =>
      pauseBeforeRetry(attempt, undefined, MIDDLE),
    );
    expect(pauses).toEqual([1000, 2000, 4000, 32_000, 60_000, 60_000]);
  });

  it("wait at least as long as the server asks", () => {
    expect(pauseBeforeRetry(1, 7000, MIDDLE)).toBe(7000);
    expect(pauseBeforeRetry(3, 100, MIDDLE)).toBe(4000);
  });
});
