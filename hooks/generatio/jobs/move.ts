import type { RecordModel } from "generatio";
import { ProductError } from "../errors.ts";
import type { Product } from "../product.ts";
import { JOBS, saveJob } from "./job.ts";

/**
 * Moves a waiting job within its user's own line; others are not affected.
 *
 * @param position from 0, the next; one beyond the end means the end
 * @throws ProductError `conflict` when it does not wait
 */
export async function moveJob(product: Product, job: RecordModel, position: number): Promise<void> {
  const place = product.jobs.move(job.id, position);
  if (!place) throw new ProductError("conflict", "The job does not wait for its turn here.");
  await product.app.runInTransaction(async (tx) => {
    const stored = await tx.findRecordById(JOBS, job.id);
    stored.load({ priority: place.priority, rank: place.rank });
    await saveJob(tx, stored);
  });
}
