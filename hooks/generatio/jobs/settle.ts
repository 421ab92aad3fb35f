import type { App, RecordModel } from "generatio";
import { imageCount, type Parameters } from "../models/parameters.ts";
import type { Product } from "../product.ts";
import type { Hold } from "../spending/ledger.ts";
import type { MicroDollars } from "../spending/money.ts";
import { finish, isSettled, JOBS, saveJob } from "./job.ts";

/** How a job ended. */
export interface Ending {
  readonly state: "succeeded" | "failed" | "canceled" | "expired";
  readonly cost: MicroDollars;
  /** Pictures kept. */
  readonly images: number;
}

/** Of a job that came to nothing. */
export const NOTHING_TAKEN = { cost: 0, images: 0 } as const;

/**
 * Step 11: writes the end of a job, and what it really cost in place of what was held, together. A job that
 * was settled before stays as it is.
 *
 * @param app a transaction, or the app itself
 */
export function settleJob(
  { ledger }: Product,
  app: App,
  { job, ending }: { job: RecordModel; ending: Ending },
): Promise<void> {
  return app.runInTransaction(async (tx) => {
    const [stored] = await tx.findRecordsByIds(JOBS, [job.id]);
    if (stored && isSettled(stored)) return;
    finish(job, ending.state, ending.cost);
    // Gone with its account, or by a superuser: the money is settled all the same.
    if (stored) await saveJob(tx, job);
    await ledger.settle(tx, subjectOf(job), {
      taken: (hold) => takenOf(hold, job, ending),
      payee: `provider/${job.getString("provider")}`,
    });
  });
}

/** Dollars are what the provider takes; of what the user pays with, only for pictures that are there. */
function takenOf({ unit, amount }: Hold, job: RecordModel, { cost, images }: Ending): number {
  if (unit === "usd_micros") return cost;
  const wanted = imageCount((job.getJson("params") ?? {}) as Parameters);
  return Math.min(amount, Math.round((amount / wanted) * images));
}

/** Whose money it is. */
export function subjectOf(job: RecordModel) {
  return { userId: job.getString("user_id"), jobId: job.id, model: job.getString("model") };
}
