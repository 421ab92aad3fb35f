import { describe, expect, it } from "vitest";
import { WrongTries } from "../../../../hooks/generatio/tokens/attempts.ts";

function setUp() {
  const clock = { now: 1_000_000 };
  return { clock, tries: new WrongTries({ allowed: 3, windowMs: 60_000, now: () => clock.now }) };
}

describe("WrongTries", () => {
  it("stops a user after the allowed number and says how long to wait", () => {
    const { clock, tries } = setUp();
    for (const passed of [0, 10_000, 10_000]) {
      clock.now += passed;
      expect(tries.waitMs("a")).toBe(0);
      tries.add("a");
    }
    expect(tries.waitMs("a")).toBe(40_000);
    clock.now += 40_000;
    expect(tries.waitMs("a")).toBe(0);
  });

  it("counts each user alone", () => {
    const { tries } = setUp();
    for (let user = 0; user < 1000; user++) {
      tries.add(`user${user}`);
      tries.add(`user${user}`);
    }
    expect(tries.waitMs("user7")).toBe(0);
  });

  it("forgets after a right password and after the window", () => {
    const { clock, tries } = setUp();
    for (let round = 0; round < 3; round++) tries.add("a");
    tries.clear("a");
    expect(tries.waitMs("a")).toBe(0);
    for (let round = 0; round < 3; round++) tries.add("a");
    clock.now += 60_001;
    tries.sweep();
    expect(tries.waitMs("a")).toBe(0);
  });
});
