import type { RecordModel } from "generatio";
import type { Product } from "../product.ts";
import type { PlainToken } from "../tokens/secret.ts";
import { runJob } from "./run.ts";

/** Puts a job in line unless it is there already. @param token copied: the job may outlive the session */
export function startJob(product: Product, job: RecordModel, token: PlainToken): void {
  if (product.jobs.has(job.id)) return;
  const own = token.copy();
  product.jobs.start({
    jobId: job.id,
    userId: job.getString("user_id"),
    priority: job.getNumber("priority"),
    rank: job.getNumber("rank"),
    run: (control) => runJob(product, job.id, own, control),
    discard: () => own.wipe(),
  });
}
