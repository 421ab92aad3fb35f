import type { App, RecordModel } from "generatio";
import { notFound } from "../errors.ts";
import type { Model, Task } from "../models/model.ts";
import type { Parameters } from "../models/parameters.ts";
import type { ProviderHandle } from "../providers/provider.ts";
import type { MicroDollars } from "../spending/money.ts";
import type { Verdict } from "../pipeline/moderate.ts";
import type { Fallback } from "./fail-over.ts";

/*
 * A job is one paid request to a provider, a row of `jobs`:
 *
 *   queued → running → succeeded | failed | canceled | expired
 *        ↘ unknown (the answer to the paid request was lost: it may have been taken)
 *
 * A queued job without `submitted_at` waits for its turn and nothing was sent. An expired one whose money is
 * still held can succeed late, once.
 */
export const JOBS = "jobs";

/** A picture that goes into a job: a record with a file. */
export interface InputRef {
  readonly collection: string;
  readonly id: string;
}

export interface JobInputs {
  readonly image: InputRef;
  readonly mask?: InputRef;
}

/** What a job is opened with. */
export interface JobOrder {
  readonly userId: string;
  readonly model: Model;
  readonly task: Task;
  /** Undefined for a picture of a text. */
  readonly inputs: JobInputs | undefined;
  /** As typed. */
  readonly prompt: string;
  /** As it is sent. */
  readonly promptUsed: string;
  readonly parameters: Parameters;
  readonly folderId: string;
  readonly funding: string;
  readonly estimate: MicroDollars;
  /** Of one picture. */
  readonly price: MicroDollars;
  /** Where to go when the model does not work. */
  readonly fallbacks: readonly Fallback[];
  /** What was found out about the prompt. */
  readonly moderation: Verdict;
  /** Empty when the client sent none. */
  readonly idempotencyKey: string;
  readonly requestHash: string;
  readonly priority: number;
  /** The job this is another try of; empty for none. */
  readonly retriedFrom: string;
  readonly warnings: readonly string[];
  /** Empty for a single job. */
  readonly batchId: string;
  readonly batchIndex: number;
}

let lastRank = 0;

/** Behind everything that was ordered before: the time, but never twice the same. */
function newRank(): number {
  lastRank = Math.max(Date.now(), lastRank + 1);
  return lastRank;
}

export function newJob(app: App, order: JobOrder): RecordModel {
  return app.newRecord(JOBS, {
    user_id: order.userId,
    state: "queued",
    provider: order.model.provider,
    model: order.model.id,
    task: order.task,
    ...(order.inputs ? { inputs: order.inputs } : {}),
    prompt: order.prompt,
    prompt_used: order.promptUsed,
    params: order.parameters,
    folder_id: order.folderId,
    funding: order.funding,
    hold: order.estimate,
    price: order.price,
    moderation: order.moderation,
    ...(order.fallbacks.length > 0 ? { fallbacks: order.fallbacks } : {}),
    idempotency_key: order.idempotencyKey,
    request_hash: order.requestHash,
    priority: order.priority,
    rank: newRank(),
    retried_from: order.retriedFrom,
    batch_id: order.batchId,
    batch_index: order.batchIndex,
    ...(order.warnings.length > 0 ? { warnings: order.warnings } : {}),
  });
}

/** The pictures that go into a job; undefined when it makes one of a text. */
export function inputsOf(job: RecordModel): JobInputs | undefined {
  return (job.getJson("inputs") ?? undefined) as JobInputs | undefined;
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
  state: "succeeded" | "failed" | "canceled" | "expired",
  actual: MicroDollars,
): void {
  job.load({ state, hold: 0, actual, queue_position: 0, finished_at: new Date().toISOString() });
}

/** Its time is over for its user, but the provider may still deliver: the money stays held for that. */
export function expire(job: RecordModel): void {
  job.load({ state: "expired", queue_position: 0, finished_at: new Date().toISOString() });
}

/** States of which something is still to be expected. */
export const UNFINISHED = 'state = "queued" || state = "running" || state = "unknown"';

const UNFINISHED_STATES: ReadonlySet<string> = new Set(["queued", "running", "unknown"]);

export function isOver(job: RecordModel): boolean {
  return !UNFINISHED_STATES.has(job.getString("state"));
}

/** What its user should know beside the pictures. */
export function warningsOf(job: RecordModel): string[] {
  const warnings = job.getJson("warnings");
  return Array.isArray(warnings) ? warnings.map(String) : [];
}

/** Nothing is held for it any more: a result that comes now is not taken. */
export function isSettled(job: RecordModel): boolean {
  return isOver(job) && job.getNumber("hold") === 0;
}

/** @throws ProductError `not_found`, also for the jobs of others */
export async function findOwnJob(app: App, userId: string, jobId: string): Promise<RecordModel> {
  const [job] = await app.findRecordsByIds(JOBS, [jobId]);
  if (job?.getString("user_id") !== userId) throw notFound("There is no such job.");
  return job;
}
