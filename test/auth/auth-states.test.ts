import { describe, expect, test } from "vitest";
import * as campaign from "../campaigns/auth-states.ts";

// A glance; `npm run campaign -- auth-states --controls` looks longer, and plants every defect.
const OPTIONS = {
  minutes: 1,
  cases: 60,
  seed: 7,
  mutant: undefined,
  extra: new Map<string, string>(),
  print: () => undefined,
};

describe("a walk over auth actions and cached tokens", () => {
  test("finds every token to be what the model says", async () => {
    const { failures, cases } = await campaign.run(OPTIONS);
    expect(failures).toEqual([]);
    expect(cases).toBe(60);
  }, 60_000);

  test("catches a cache that keeps changed records", async () => {
    const mutant = "cache keeps changed records";
    expect(campaign.mutants).toContain(mutant);
    const { failures } = await campaign.run({ ...OPTIONS, cases: 300, mutant });
    expect(failures.length).toBeGreaterThan(0);
  }, 60_000);
});
