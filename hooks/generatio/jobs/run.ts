import type { RecordModel } from "generatio";
import { recordEvent } from "../moderation/events.ts";
import type { Product } from "../product.ts";
import type { Outcome, Provider, ProviderContext, ProviderHandle } from "../providers/provider.ts";
import { ProviderError } from "../providers/provider.ts";
import type { PlainToken } from "../tokens/secret.ts";
import { type Cause, fallbacksOf, isFault, isReasonToFailOver, turnToNext } from "./fail-over.ts";
import { setFailure, toFailure } from "./failure.ts";
import { CanceledError, DeadlineError, type Done, followToEnd, submitOnce } from "./follow.ts";
import { expire, handleOf, isOver, JOBS, saveJob, setHandle } from "./job.ts";
import { keepResult } from "./keep.ts";
import { keyFor } from "./key.ts";
import { callbackUrlOf, contextOf, wholeRequestOf } from "./request.ts";
import type { JobControl } from "./runner.ts";
import { NOTHING_TAKEN, saveHeld, settleJob } from "./settle.ts";

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
    await begin({ product, job, provider, context, control, deadline });
  } finally {
    token.wipe();
  }
}

/** Follows what was sent before; else sends it, to another model when this one is known not to work. */
async function begin(run: Run): Promise<void> {
  const { product, job } = run;
  const isNew = !handleOf(job) && job.getString("submitted_at") === "";
  const { health } = product;
  const isWell = isNew && health.isWorthAsking(job.getString("provider"), job.getString("model"));
  if (isNew && !isWell && (await goOnElsewhere(run, "circuit"))) return;
  const handle = handleOf(job) ?? (await submitUnlessSent(run));
  if (handle) await complete(run, handle);
}

/** Turns to the job's next model and brings it to its end there. @returns false when there is none */
async function goOnElsewhere(run: Run, cause: Cause): Promise<boolean> {
  const { product, control, deadline } = run;
  if (fallbacksOf(run.job).length === 0 || control.cancel.aborted) return false;
  const job = await turnToNext(product, run.job.id, cause);
  if (!job) return false;
  const provider = product.providers.get(job.getString("provider"));
  const isSame = provider?.id === run.provider.id;
  const token = isSame ? run.context.token.copy() : keyFor(product, job);
  if (!provider) throw new Error(`no provider ${job.getString("provider")}`);
  // Locked just now: nothing was sent, and the job waits for its user's next session.
  if (!token) return true;
  try {
    const context = contextOf(product, token, control.stop);
    const next = { product, job, provider, context, control, deadline };
    const handle = await submit(next);
    if (handle) await complete(next, handle);
    return true;
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
    note(run, reason);
    if (mayBeTaken) return markUnknown(run, reason);
    await failOrGoOn(run, error);
    return undefined;
  }
  return takeAnswer(run, outcome);
}

/** The request was taken: whatever goes wrong from here on does not undo that. */
async function takeAnswer(run: Run, outcome: Outcome): Promise<ProviderHandle | undefined> {
  const { product, job, context } = run;
  if (outcome.state === "done") {
    note(run, "ok");
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
    note(run, "ok");
    await keepResult(product, job, done, context.signal);
  } catch (error) {
    // The server is going down: the job stays as it is, to be followed again.
    if (context.signal.aborted) return;
    note(run, error);
    await failOrGoOn(run, error);
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

/** What became of a request, for who chooses the next model. */
function note({ product, job, context }: Run, outcome: unknown): void {
  if (context.signal.aborted) return;
  const isBad = outcome !== "ok" && isFault(outcome);
  // A refusal is an answer: the vendor works.
  product.health.record(job.getString("provider"), job.getString("model"), isBad ? "fault" : "ok");
}

async function failOrGoOn(run: Run, error: unknown): Promise<void> {
  if (isReasonToFailOver(run.job, error)) {
    logFailure(run, error);
    if (await goOnElsewhere(run, error)) return;
  }
  await fail(run, error);
}

async function fail(run: Run, error: unknown): Promise<void> {
  const { product, job } = run;
  setFailure(job, toFailure(error));
  logFailure(run, error);
  if (error instanceof ProviderError && error.kind === "moderation") {
    await recordEvent(product.app, {
      userId: job.getString("user_id"),
      jobId: job.id,
      stage: "provider",
      action: "blocked",
      categories: [error.vendorCode ?? "content_policy"],
      prompt: job.getString("prompt"),
    });
  }
  if (error instanceof DeadlineError && error.mayFinish) {
    expire(job);
    await saveHeld(product, product.app, job);
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
    await saveHeld(product, tx, job);
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
