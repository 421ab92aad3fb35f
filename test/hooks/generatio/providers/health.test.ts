import { beforeEach, describe, expect, it } from "vitest";
import { ProviderHealth } from "../../../../hooks/generatio/providers/health.ts";

let now = 0;
let health: ProviderHealth;
beforeEach(() => {
  now = 1_000_000;
  health = new ProviderHealth({ now: () => now });
});

const record = (...outcomes: readonly ("ok" | "fault")[]) => {
  for (const outcome of outcomes) health.record("fal", "flux", outcome);
};
const circuit = () => health.all()[0]?.circuit;
const isWorthAsking = () => health.isWorthAsking("fal", "flux");
const FIVE = ["fault", "fault", "fault", "fault", "fault"] as const;

describe("a model", () => {
  it("of which nothing is known is worth asking", () => {
    expect([isWorthAsking(), health.all()]).toEqual([true, []]);
  });

  it("is left alone after five faults in a row, and not after four and a success", () => {
    record("fault", "fault", "fault", "fault", "ok", "fault", "fault", "fault", "fault");
    expect([circuit(), isWorthAsking()]).toEqual(["closed", true]);
    record("fault");
    expect([circuit(), isWorthAsking()]).toEqual(["open", false]);
  });

  it("has nothing to do with another of the same provider, or of the same name", () => {
    record(...FIVE);
    expect(health.isWorthAsking("fal", "other")).toBe(true);
    expect(health.isWorthAsking("replicate", "flux")).toBe(true);
  });

  it("is tried by one request after half a minute, and works again when that succeeds", () => {
    record(...FIVE);
    now += 29_999;
    expect(isWorthAsking()).toBe(false);
    now += 1;
    expect(circuit()).toBe("half-open");
    expect([isWorthAsking(), isWorthAsking()]).toEqual([true, false]);
    record("ok");
    expect([circuit(), isWorthAsking()]).toEqual(["closed", true]);
  });

  it("is left alone again when that fails", () => {
    record(...FIVE);
    now += 30_000;
    isWorthAsking();
    record("fault");
    expect(circuit()).toBe("open");
    now += 29_999;
    expect(isWorthAsking()).toBe(false);
  });

  it("is tried by another when nothing is heard of the first", () => {
    record(...FIVE);
    now += 30_000;
    isWorthAsking();
    now += 30_000;
    expect(isWorthAsking()).toBe(true);
  });

  it("is counted for ten minutes", () => {
    record("ok", "fault", "ok");
    expect(health.all()).toEqual([
      {
        provider: "fal",
        model: "flux",
        circuit: "closed",
        succeeded: 2,
        failed: 1,
        lastFaultAt: 1_000_000,
      },
    ]);
    now += 600_000;
    expect(health.all()[0]).toMatchObject({ succeeded: 0, failed: 0, lastFaultAt: 1_000_000 });
  });
});
