import { expect, test } from "vitest";
import { run } from "../campaigns/round-trips.ts";

const SEED = Number(process.env["ROUND_TRIPS_SEED"] ?? Math.floor(Math.random() * 1e9));

test(`one folder, written by both in turn and at once (ROUND_TRIPS_SEED=${SEED})`, async () => {
  const result = await run({
    minutes: 5,
    cases: 46,
    seed: SEED,
    mutant: undefined,
    extra: new Map(),
    print: () => undefined,
  });
  expect(result.failures).toEqual([]);
  expect(result.cases).toBeGreaterThanOrEqual(46);
}, 400_000);
