import type { RecordModel } from "generatio";
import type { Product } from "../product.ts";
import type { Outcome, Provider, ProviderContext, ProviderHandle } from "../providers/provider.ts";
import { ProviderError } from "../providers/provider.ts";
import type { PlainToken } from "../tokens/secret.ts";
import { setFailure, toFailure } from "./failure.ts";
import { CanceledError, DeadlineError, type Done, followToEnd, submitOnce } from "./follow.ts";
import { expire, handleOf, isOver, JOBS, saveJob, setHandle } from "./job.ts";
import { keepResult } from "./keep.ts";
import { callbackUrlOf, contextOf, wholeRequestOf } from "./request.ts";
import type { JobControl } from "./runner.ts";
import { NOTHING_TAKEN, settleJob } from "./settle.ts";

interface Run {
  readonly product: Product;
  readonly job: RecordModel;
  readonly provider: Provider;
  readonly context: ProviderContext;
  readonly control: JobControl;
  /** Unix milliseconds. */
  readonly deadline: number;
}

/**
 * Brings a job to its end: submits it unless it was submitted before, follows it, keeps the pictures, books
 * the cost. Whatever happens is written to the job. @param token wiped at the end
 */
export async function runJob(
  product: Product,
  jobId: string,
  token: PlainToken,
  control: JobControl,
): Promise<void> {
  try {
    // As it is now: it may have waited long, and may be gone with its user's account.
    const [job] = await product.app.findRecordsByIds(JOBS, [jobId]);
    if (!job || isOver(job)) return;
    const provider = product.providers.get(job.getString("provider"));
    if (!provider) throw new Error(`no provider ${job.getString("provider")}`);
    const context = contextOf(product, token, control.stop);
    const deadline = Date.now() + product.settings.falTimeoutMs;
    const run = { product, job, provider, context, control, deadline };
    const handle = handleOf(job) ?? (await submitUnlessSent(run));
    if (handle) await complete(run, handle);
  } finally {
    token.wipe();
  }
}

/** A job without a handle that was about to be sent once may have been taken: it is never sent again. */
function submitUnlessSent(run: Run): Promise<ProviderHandle | undefined> {
  const wasSent = run.job.getString("submitted_at") !== "";
  return wasSent ? Promise.resolve(undefined) : submit(run);
}

/** @returns undefined when the job is over, or its fate unknown */
async function submit(run: Run): Promise<ProviderHandle | undefined> {
  const { product, job } = run;
  // Found again without a handle after a crash, it may have been taken, and is never sent again.
  job.set("submitted_at", new Date().toISOString());
  await saveJob(product.app, job);
  const untilDeadline = AbortSignal.timeout(Math.max(0, run.deadline - Date.now()));
  const signal = AbortSignal.any([run.context.signal, untilDeadline]);
  let outcome: Outcome;
  try {
    const context = { ...run.context, signal };
    outcome = await submitOnce(run.provider, await wholeRequestOf(product, job), context);
  } catch (error) {
    const mayBeTaken = error instanceof ProviderError ? error.sent === "unknown" : signal.aborted;
    const reason = untilDeadline.aborted ? new DeadlineError({ mayFinish: true }) : error;
    if (mayBeTaken) return markUnknown(run, reason);
    await fail(run, error);
    return undefined;
  }
  return takeAnswer(run, outcome);
}

/** The request was taken: whatever goes wrong from here on does not undo that. */
async function takeAnswer(run: Run, outcome: Outcome): Promise<ProviderHandle | undefined> {
  const { product, job, context } = run;
  if (outcome.state === "done") {
    // The answer was the result.
    job.load({ state: "running", provider_request_id: outcome.requestId ?? "" });
    await keepResult(product, job, outcome, context.signal);
    return undefined;
  }
  setHandle(job, outcome.handle);
  setProgress(job, outcome);
  await saveJob(product.app, job);
  return outcome.handle;
}

async function complete(run: Run, handle: ProviderHandle): Promise<void> {
  const { product, job, context } = run;
  try {
    const done = await followToEnd(run.provider, handle, context, {
      deadline: run.deadline,
      cancel: run.control.cancel,
      bell: run.control.bell,
      isRung: callbackUrlOf(product, job) !== undefined,
      onProgress: (outcome) => saveProgress(run, outcome),
    });
    await keepResult(product, job, done, context.signal);
  } catch (error) {
    // The server is going down: the job stays as it is, to be followed again.
    if (!context.signal.aborted) await fail(run, error);
  }
}

/** Tells the owner, through the job's record, how far it is. */
async function saveProgress({ product, job }: Run, outcome: Unfinished): Promise<void> {
  if (setProgress(job, outcome)) await saveJob(product.app, job);
}

type Unfinished = Exclude<Outcome, Done>;

/** @returns whether it is news */
function setProgress(job: RecordModel, outcome: Unfinished): boolean {
  const position = outcome.state === "queued" ? (outcome.position ?? 0) : 0;
  const isNew =
    job.getString("state") !== outcome.state || job.getNumber("queue_position") !== position;
  job.load({ state: outcome.state, queue_position: position });
  return isNew;
}

async function fail(run: Run, error: unknown): Promise<void> {
  const { product, job } = run;
  setFailure(job, toFailure(error));
  logFailure(run, error);
  if (error instanceof DeadlineError && error.mayFinish) {
    expire(job);
    await saveJob(product.app, job);
  } else {
    const ending = { state: endingOf(error), ...NOTHING_TAKEN };
    await settleJob(product, product.app, { job, ending });
  }
}

function endingOf(error: unknown): "canceled" | "expired" | "failed" {
  if (error instanceof CanceledError) return "canceled";
  return error instanceof DeadlineError ? "expired" : "failed";
}

/**
 * The request may have been taken and paid. It is never sent again; what is held stays held.
 *
 * @returns the handle when the vendor has called back meanwhile: then it was taken
 */
async function markUnknown(run: Run, error: unknown): Promise<ProviderHandle | undefined> {
  const { product, job } = run;
  const reason = toFailure(error);
  logFailure(run, error);
  return product.app.runInTransaction(async (tx) => {
    const [stored] = await tx.findRecordsByIds(JOBS, [job.id]);
    const handle = stored && handleOf(stored);
    if (handle) {
      setHandle(job, handle);
      return handle;
    }
    setFailure(job, {
      ...reason,
      code: "external_error",
      status: reason.status === 504 ? 504 : 502,
      message: "The provider's answer was lost. The picture may still have been made and paid for.",
    });
    job.set("state", "unknown");
    await saveJob(tx, job);
    return undefined;
  });
}

// What the user or their account is the cause of is no news for the operator.
const USERS_AFFAIR: ReadonlySet<string> = new Set([
  "auth",
  "credits",
  "moderation",
  "rate_limit",
  "validation",
]);

function logFailure({ product, job, context }: Run, error: unknown): void {
  const { logger } = product.app;
  if (error instanceof CanceledError) return;
  const facts = {
    jobId: job.id,
    provider: job.getString("provider"),
    model: job.getString("model"),
  };
  if (error instanceof ProviderError) {
    const level = USERS_AFFAIR.has(error.kind) ? "info" : "warn";
    logger[level]("job failed", { ...facts, kind: error.kind, reason: reasonsOf(error) });
  } else if (error instanceof DeadlineError || context.signal.aborted) {
    logger.warn("job failed", { ...facts, reason: reasonsOf(error) });
  } else {
    logger.error("job failed", { ...facts, error });
  }
}

/** The messages from the outermost error to the one it began with. */
function reasonsOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const inner = reasonsOf(error.cause);
  return (inner ? `${error.message} ${inner}` : error.message).replaceAll(/\s+/g, " ");
}
