import type { Product } from "../product.ts";
import type { PlainToken } from "../tokens/secret.ts";
import { setFailure } from "./failure.ts";
import { finish, JOBS, saveJob, UNFINISHED } from "./job.ts";
import { startJob } from "./start.ts";

/** What is not over by then will not be adopted any more. */
const ABANDONED_AFTER_MS = 24 * 3_600_000;

/**
 * At the start of the server: a job whose request was on its way when the last run ended may have been
 * taken. It is never sent again.
 */
export async function markInterrupted({ app }: Product): Promise<void> {
  const filter = 'state = "queued" && provider_request_id = ""';
  for (const job of await app.findRecordsByFilter(JOBS, filter)) {
    setFailure(job, {
      code: "external_error",
      status: 502,
      message:
        "The server stopped while the request was sent. The picture may still have been made and paid for.",
      data: {},
    });
    job.set("state", "unknown");
    await saveJob(app, job);
  }
}

/** Takes up the jobs that wait for their user's key. @param token stays the caller's */
export async function resumeJobs(
  product: Product,
  userId: string,
  token: PlainToken,
): Promise<void> {
  const filter =
    'user_id = {:userId} && (state = "queued" || state = "running") && provider_request_id != ""';
  const waiting = await product.app.findRecordsByFilter(JOBS, filter, { params: { userId } });
  for (const job of waiting) startJob(product, job, token);
}

/** Ends what nobody came back for. */
export async function expireAbandoned({ app, jobs }: Product): Promise<void> {
  const before = new Date(Date.now() - ABANDONED_AFTER_MS).toISOString().replace("T", " ");
  const filter = `(${UNFINISHED}) && created < {:before}`;
  for (const job of await app.findRecordsByFilter(JOBS, filter, { params: { before } })) {
    if (jobs.isRunning(job.id)) continue;
    setFailure(job, {
      code: "external_error",
      status: 504,
      message: "The provider did not deliver within a day.",
      data: {},
    });
    finish(job, "expired", 0);
    await saveJob(app, job);
  }
}
