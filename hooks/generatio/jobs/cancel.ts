import type { RecordModel } from "generatio";
import { ProductError } from "../errors.ts";
import type { Product } from "../product.ts";
import { CANCELED, setFailure } from "./failure.ts";
import { isOver, JOBS } from "./job.ts";
import { NOTHING_TAKEN, settleJob } from "./settle.ts";

/** How long an answer waits for the provider's. */
const CANCEL_WAIT_MS = 5000;

/**
 * Takes a job back. One that waits, here or for its user's key, is over at once; one at work is cancelled at
 * its provider, and what that delivers all the same is kept and paid.
 *
 * @throws ProductError `conflict` when it is over, or when nobody knows what became of it
 */
export async function cancelJob(product: Product, job: RecordModel): Promise<void> {
  const isWaiting = product.jobs.withdraw(job.id) || !product.jobs.has(job.id);
  if (isWaiting) return end(product, job.id);
  product.jobs.requestCancel(job.id);
  await product.jobs.wait(job.id, CANCEL_WAIT_MS);
}

function end(product: Product, jobId: string): Promise<void> {
  return product.app.runInTransaction(async (tx) => {
    // Read again: it may have ended just now.
    const job = await tx.findRecordById(JOBS, jobId);
    if (isOver(job)) throw new ProductError("conflict", "The job is over.");
    if (job.getString("state") === "unknown") {
      throw new ProductError(
        "conflict",
        "The request may have been made: it cannot be taken back.",
      );
    }
    setFailure(job, CANCELED);
    await settleJob(product, tx, { job, ending: { state: "canceled", ...NOTHING_TAKEN } });
  });
}
