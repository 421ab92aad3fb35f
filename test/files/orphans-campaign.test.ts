import { expect, test } from "vitest";
import { run } from "../campaigns/files-orphans.ts";

const BUDGET = { minutes: 1, seed: 20, extra: new Map<string, string>(), print: () => undefined };

test("no kill leaves files that no row names, or rows without their files", async () => {
  const { failures, figures } = await run({ ...BUDGET, cases: 2, mutant: undefined });
  expect(failures).toEqual([]);
  expect(figures["answered"]).toBeGreaterThan(0);
}, 60_000);

test("what is left over would be found", async () => {
  const { failures } = await run({ ...BUDGET, cases: 4, mutant: "no-recovery" });
  expect(failures).not.toEqual([]);
}, 60_000);
