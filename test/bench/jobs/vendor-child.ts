/**
 * The program that plays the vendor for the bench of jobs: FAL's queue, with a known time for each picture. Told `bill`
 * it answers with when each request was taken and done.
 */
import { startFalEmulator } from "../../../hooks/generatio/testing/index.ts";

/** A paid request at the vendor. Unix milliseconds. */
export interface VendorTime {
  readonly prompt: string;
  readonly takenAt: number;
  readonly doneAt: number;
}

/** More than the server under test ever has there. */
const CONCURRENCY = 100_000;

const vendor = await startFalEmulator({
  workMs: Number(process.argv[2]),
  concurrency: CONCURRENCY,
});

process.on("message", () => {
  const times: VendorTime[] = vendor.accepted().map(({ input, createdAt, endsAt }) => ({
    prompt: input.prompt,
    takenAt: createdAt,
    doneAt: endsAt ?? Number.NaN,
  }));
  process.send?.(times);
});
process.on("disconnect", () => process.exit());
process.send?.(vendor.url);
