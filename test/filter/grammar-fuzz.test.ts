import { describe, expect, it } from "vitest";
import type { CampaignOptions } from "../campaigns/campaign.ts";
import { mutants, run } from "../campaigns/grammar-fuzz.ts";

const options = (seed: number, cases: number, mutant?: string): CampaignOptions => ({
  minutes: 1,
  cases,
  seed,
  mutant,
  extra: new Map(),
  print: () => {},
});

describe("random texts", () => {
  it("are answered or refused, in time and without a word about the database", async () => {
    const result = await run(options(1, 1500));
    expect(result.failures).toEqual([]);
    expect(Number(result.figures["answered"])).toBeGreaterThan(300);
    expect(Number(result.figures["refused"])).toBeGreaterThan(300);
  });

  it.each(mutants)("show the defect %s", async (mutant) => {
    const result = await run(options(3, 3000, mutant));
    expect(result.failures).not.toEqual([]);
  });
});
