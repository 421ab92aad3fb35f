import type { RecordModel } from "generatio";
import { createLimiter } from "../limiter.ts";
import type { Product } from "../product.ts";
import { type Outcome, ProviderError } from "../providers/provider.ts";
import type { PlainToken } from "../tokens/secret.ts";
import { handleOf, JOBS } from "./job.ts";
import { keyFor } from "./key.ts";
import { keepResult } from "./keep.ts";
import { contextOf } from "./request.ts";
import { NOTHING_TAKEN, settleJob } from "./settle.ts";

/**
 * Looks once after the jobs that expired while their provider was still at work. A result that came late is
 * kept and paid like any other; a failure gives back what was held.
 */
export async function adoptLate(product: Product, signal: AbortSignal): Promise<void> {
  const filter = 'state = "expired" && hold > 0 && provider_request_id != ""';
  const late = await product.app.findRecordsByFilter(JOBS, filter);
  // A slow vendor, or one job that cannot be looked after, does not hold up the others.
  const line = createLimiter({ running: AT_ONCE, waiting: late.length });
  await Promise.all(late.map((job) => line.run(() => lookAfter(product, job, signal))));
}

const AT_ONCE = 16;

async function lookAfter(product: Product, job: RecordModel, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const token = keyFor(product, job);
  if (!token) return;
  try {
    await adopt(product, { job, token, signal });
  } catch (error) {
    if (signal.aborted) return;
    product.app.logger.error("a late job could not be looked after", { jobId: job.id, error });
  } finally {
    token.wipe();
  }
}

async function adopt(
  product: Product,
  late: { job: RecordModel; token: PlainToken; signal: AbortSignal },
): Promise<void> {
  const { job, signal } = late;
  const outcome = await look(product, late);
  if (outcome === "over") {
    const ending = { state: "expired", ...NOTHING_TAKEN } as const;
    await settleJob(product, product.app, { job, ending });
  } else if (outcome?.state === "done") {
    job.load({ error_code: "", error_message: "", error_info: null });
    await keepResult(product, job, outcome, signal);
  }
}

/** @returns `over` when nothing will come any more; undefined when nothing could be learnt */
async function look(
  product: Product,
  { job, token, signal }: { job: RecordModel; token: PlainToken; signal: AbortSignal },
): Promise<Outcome | "over" | undefined> {
  const provider = product.providers.get(job.getString("provider"));
  const handle = handleOf(job);
  if (!provider || !handle) return "over";
  try {
    return await provider.poll(handle, contextOf(product, token, signal));
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    const isOver = error.isFinal || error.kind === "failed" || error.kind === "missing";
    return isOver || error.kind === "canceled" ? "over" : undefined;
  }
}
