import { describe, expect, it } from "vitest";
import type { CampaignOptions } from "../campaigns/campaign.ts";
import { mutants, run } from "../campaigns/filter-property.ts";

const options = (seed: number, cases: number, mutant?: string): CampaignOptions => ({
  minutes: 1,
  cases,
  seed,
  mutant,
  extra: new Map(),
  print: () => {},
});

describe("compiled filters", () => {
  it("find what a slow evaluator finds, on random schemas and rows", async () => {
    const result = await run(options(1, 600));
    expect(result.failures).toEqual([]);
    expect(result.cases).toBe(600);
    expect(Number(result.figures["with matches"])).toBeGreaterThan(60);
  });

  it.each(mutants)("are seen to be wrong with the defect %s", async (mutant) => {
    const result = await run(options(5, 1500, mutant));
    expect(result.failures).not.toEqual([]);
  });
});
