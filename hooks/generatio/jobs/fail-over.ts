import type { RecordModel } from "generatio";
import type { Parameters } from "../models/parameters.ts";
import type { Product } from "../product.ts";
import { ProviderError, type ProviderErrorKind } from "../providers/provider.ts";
import type { MicroDollars } from "../spending/money.ts";
import { DeadlineError } from "./follow.ts";
import { isOver, JOBS, saveJob, warningsOf } from "./job.ts";

/** A model that a job may go to when the one before did not work. */
export interface Fallback {
  readonly model: string;
  readonly params: Parameters;
  readonly price: MicroDollars;
  readonly warnings: readonly string[];
}

/** A try that came to nothing. */
export interface Tried {
  readonly provider: string;
  readonly model: string;
  /** Empty when it was not taken. */
  readonly request_id: string;
  readonly reason: string;
}

/** Why another model is to be asked. */
export type Cause = ProviderError | "circuit";

// Before anything was taken, what is wrong with this vendor may be right with the next.
const BEFORE: ReadonlySet<ProviderErrorKind> = new Set([
  "auth",
  "credits",
  "failed",
  "missing",
  "network",
  "rate_limit",
  "unavailable",
]);
// Once it was taken only the vendor's own word that it has failed counts.
const AFTER: ReadonlySet<ProviderErrorKind> = new Set(["failed", "unavailable"]);

/** Whether another model may be asked after this. Never when the request may still be worked on, or paid. */
export function isReasonToFailOver(job: RecordModel, error: unknown): error is ProviderError {
  if (!(error instanceof ProviderError) || error.sent === "unknown") return false;
  const wasTaken = job.getString("provider_request_id") !== "";
  return wasTaken ? error.isFinal && AFTER.has(error.kind) : BEFORE.has(error.kind);
}

/** Whether an error says that the vendor does not work, and not that somebody asked for something wrong. */
export function isFault(error: unknown): boolean {
  if (error instanceof DeadlineError) return true;
  return (
    error instanceof ProviderError &&
    ["failed", "network", "unavailable", "protocol"].includes(error.kind)
  );
}

/**
 * Turns a job to the next of its models. The paid request to it is still to be sent; the one before is known to have
 * come to nothing, so that a crash in between cannot make two of one.
 *
 * @returns the job as it is now; undefined when there is no other model, or nobody wants the job any more
 */
export function turnToNext(
  product: Product,
  jobId: string,
  cause: Cause,
): Promise<RecordModel | undefined> {
  return product.app.runInTransaction(async (tx) => {
    const [job] = await tx.findRecordsByIds(JOBS, [jobId]);
    if (!job || isOver(job)) return undefined;
    const fallbacks = fallbacksOf(job);
    const next = chooseNext(product, job, fallbacks);
    const model = next && product.catalogue.byId(next.model);
    if (!model) return undefined;
    const before = product.catalogue.byId(job.getString("model"))?.displayName ?? "The model";
    const note = `${before} did not work: ${model.displayName} was asked instead.`;
    job.load({
      requested_model: job.getString("requested_model") || job.getString("model"),
      tried: [...triedOf(job), toTried(job, cause)],
      fallbacks: fallbacks.filter((other) => other !== next),
      model: model.id,
      provider: model.provider,
      params: next.params,
      price: next.price,
      warnings: [...warningsOf(job), note, ...next.warnings],
      state: "queued",
      queue_position: 0,
      submitted_at: "",
      provider_request_id: "",
      status_url: "",
      response_url: "",
      cancel_url: "",
    });
    await saveJob(tx, job);
    return job;
  });
}

/** Of those for which there is a key the first that seems to work, else the first. */
function chooseNext(
  { health, catalogue, providers, settings, sessions }: Product,
  job: RecordModel,
  fallbacks: readonly Fallback[],
): Fallback | undefined {
  const providerOf = ({ model }: Fallback) => catalogue.byId(model)?.provider ?? "";
  const reachable = fallbacks.filter((fallback) => {
    const provider = providerOf(fallback);
    // What a user pays with a key of their own is never made with the server's.
    const hasOther =
      job.getString("funding") === "byok"
        ? sessions.hasKey(job.getString("user_id"), provider)
        : settings.serverKeys.has(provider);
    return providers.has(provider) && (hasOther || provider === job.getString("provider"));
  });
  const isWell = (fallback: Fallback) => health.isWorthAsking(providerOf(fallback), fallback.model);
  return reachable.find(isWell) ?? reachable[0];
}

function toTried(job: RecordModel, cause: Cause): Tried {
  return {
    provider: job.getString("provider"),
    model: job.getString("model"),
    request_id: job.getString("provider_request_id"),
    reason: cause === "circuit" ? cause : cause.kind,
  };
}

export function fallbacksOf(job: RecordModel): readonly Fallback[] {
  return listOf<Fallback>(job, "fallbacks");
}

export function triedOf(job: RecordModel): readonly Tried[] {
  return listOf<Tried>(job, "tried");
}

function listOf<T>(job: RecordModel, field: string): readonly T[] {
  const list = job.getJson(field);
  return Array.isArray(list) ? (list as T[]) : [];
}
