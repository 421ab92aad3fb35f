import type { RecordModel } from "generatio";
import type { Product } from "../product.ts";
import type { PlainToken } from "../tokens/secret.ts";
import { runJob } from "./run.ts";

/** Starts a job that is not running yet. @param token copied: the job may outlive the session */
export function startJob(product: Product, job: RecordModel, token: PlainToken): void {
  if (product.jobs.isRunning(job.id)) return;
  const own = token.copy();
  product.jobs.start(job.id, (signal) => runJob(product, job, own, signal));
}
