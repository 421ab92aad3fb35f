import type { App, RecordModel } from "generatio";
import type { Model } from "../models/model.ts";
import type { Parameters } from "../models/parameters.ts";
import type { ProviderHandle } from "../providers/provider.ts";
import type { MicroDollars } from "../spending/money.ts";

/*
 * A job is one paid request to a provider, a row of `jobs`:
 *
 *   queued → running → succeeded | failed | canceled | expired
 *        ↘ unknown (the answer to the paid request was lost: it may have been taken)
 */
export const JOBS = "jobs";

/** What a job is opened with. */
export interface JobOrder {
  readonly userId: string;
  readonly model: Model;
  /** As typed. */
  readonly prompt: string;
  /** As it is sent. */
  readonly promptUsed: string;
  readonly parameters: Parameters;
  readonly folderId: string;
  readonly funding: string;
  readonly estimate: MicroDollars;
  /** Empty when the client sent none. */
  readonly idempotencyKey: string;
  readonly requestHash: string;
}

export function newJob(app: App, order: JobOrder): RecordModel {
  return app.newRecord(JOBS, {
    user_id: order.userId,
    state: "queued",
    provider: order.model.provider,
    model: order.model.id,
    prompt: order.prompt,
    prompt_used: order.promptUsed,
    params: order.parameters,
    folder_id: order.folderId,
    funding: order.funding,
    hold: order.estimate,
    idempotency_key: order.idempotencyKey,
    request_hash: order.requestHash,
  });
}

/** How the job's request is known at its provider; undefined before that was answered. */
export function handleOf(job: RecordModel): ProviderHandle | undefined {
  const requestId = job.getString("provider_request_id");
  if (requestId === "") return undefined;
  return {
    requestId,
    statusUrl: job.getString("status_url"),
    responseUrl: job.getString("response_url"),
    cancelUrl: job.getString("cancel_url"),
  };
}

export function setHandle(job: RecordModel, handle: ProviderHandle): void {
  job.load({
    provider_request_id: handle.requestId,
    status_url: handle.statusUrl,
    response_url: handle.responseUrl,
    cancel_url: handle.cancelUrl,
  });
}

/**
 * Writes what the server itself knows. Not validated: what the job refers to (its folder, first of all) may
 * be gone by now, and must not keep the job from ending.
 */
export function saveJob(app: App, job: RecordModel): Promise<void> {
  return app.saveNoValidate(job);
}

/** The job is over: nothing is held for it any more. */
export function finish(
  job: RecordModel,
  state: "succeeded" | "failed" | "expired",
  actual: MicroDollars,
): void {
  job.load({ state, hold: 0, actual, queue_position: 0, finished_at: new Date().toISOString() });
}

/** States of which something is still to be expected. */
export const UNFINISHED = 'state = "queued" || state = "running" || state = "unknown"';
