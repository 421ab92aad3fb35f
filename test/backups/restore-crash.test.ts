import { expect, test } from "vitest";
import { run } from "../campaigns/restore-crash.ts";

const BUDGET = { minutes: 1, seed: 20, extra: new Map<string, string>(), print: () => undefined };

test("a server killed while it restores holds the old data or the backup, whole", async () => {
  const { failures, figures } = await run({ ...BUDGET, cases: 3, mutant: undefined });
  expect(failures).toEqual([]);
  expect(figures["kills"]).toBeGreaterThanOrEqual(3);
}, 120_000);
