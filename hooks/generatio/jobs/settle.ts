import type { App, RecordModel } from "generatio";
import { imageCount, type Parameters } from "../models/parameters.ts";
import type { Product } from "../product.ts";
import { creditsFor } from "../spending/credits.ts";
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
  product: Product,
  app: App,
  { job, ending }: { job: RecordModel; ending: Ending },
): Promise<void> {
  return app.runInTransaction(async (tx) => {
    const [stored] = await tx.findRecordsByIds(JOBS, [job.id]);
    if (stored && isSettled(stored)) return;
    finish(job, ending.state, ending.cost);
    // Gone with its account, or by a superuser: the money is settled all the same.
    if (stored) await saveJob(tx, job);
    await product.ledger.settle(tx, subjectOf(job), {
      taken: (hold) => takenOf(product, hold, { job, ending }),
      payee: `provider/${job.getString("provider")}`,
    });
  });
}

/** Writes a job whose money stays held. Gone with its account it has nobody to be held for: it is given back. */
export function saveHeld(product: Product, app: App, job: RecordModel): Promise<void> {
  return app.runInTransaction(async (tx) => {
    const [stored] = await tx.findRecordsByIds(JOBS, [job.id]);
    if (stored) return saveJob(tx, job);
    return settleJob(product, tx, { job, ending: { state: "expired", ...NOTHING_TAKEN } });
  });
}

/** Dollars are what the provider takes; of what the user pays with, only for pictures that are there. */
function takenOf(
  { settings }: Product,
  { unit, amount }: Hold,
  { job, ending: { cost, images } }: { job: RecordModel; ending: Ending },
): number {
  if (unit === "usd_micros") return cost;
  // Held for the dearest of several models, and made by another.
  const wasTurned = unit === "credits" && job.getString("requested_model") !== "";
  if (wasTurned) {
    const each = creditsFor(job.getNumber("price"), settings.creditMicros);
    return Math.min(amount, each * images);
  }
  const wanted = imageCount((job.getJson("params") ?? {}) as Parameters);
  return Math.min(amount, Math.round((amount / wanted) * images));
}

/** Whose money it is. It counts for the model that was asked for, whichever has made the pictures. */
export function subjectOf(job: RecordModel) {
  const model = job.getString("requested_model") || job.getString("model");
  return { userId: job.getString("user_id"), jobId: job.id, model };
}
