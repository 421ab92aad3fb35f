import { createHash } from "node:crypto";
import type { RecordModel } from "generatio";
import { invalidField, ProductError } from "../errors.ts";
import { JOBS, newJob } from "../jobs/job.ts";
import { type GenerateAnswer, reportJob } from "../jobs/report.ts";
import { startJob } from "../jobs/start.ts";
import { findLiveFolder } from "../library/folders.ts";
import { findModel } from "../models/catalogue.ts";
import type { Model } from "../models/model.ts";
import {
  imageCount,
  type Parameters,
  parametersSchema,
  withDefaults,
} from "../models/parameters.ts";
import { findPreferences } from "../preferences.ts";
import type { Product } from "../product.ts";
import type { PlainToken } from "../tokens/secret.ts";
import { parseInput } from "../validation.ts";

/** A request for pictures by a user whose key is unlocked. */
export interface GenerateOrder {
  readonly userId: string;
  /** The user's provider key; stays the caller's. */
  readonly token: PlainToken;
  readonly model: string;
  readonly prompt: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Empty for none. */
  readonly folderId: string;
  /** A repetition with the same key is the same request; empty for none. */
  readonly idempotencyKey: string;
}

/**
 * Makes pictures: checks the order, opens a job for it, and waits for the job as long as a request may last.
 * The job goes on when nobody waits any more.
 *
 * @throws ProductError; with `job_id` once there is a job
 */
export async function generate(product: Product, order: GenerateOrder): Promise<GenerateAnswer> {
  const requestHash = hashOf(order);
  const repeated = await findRepeated(product, order, requestHash);
  if (repeated) return waitAndReport(product, repeated.id);
  const model = validModel(order);
  const parameters = await validParameters(product, order, model);
  if (order.folderId !== "") {
    await findLiveFolder(product.app, order.userId, order.folderId, "collection_id");
  }
  const job = newJob(product.app, {
    userId: order.userId,
    model,
    prompt: order.prompt,
    parameters,
    folderId: order.folderId,
    estimate: model.price * imageCount(parameters),
    idempotencyKey: order.idempotencyKey,
    requestHash,
  });
  const opened = await openOnce(product, order, job);
  if (opened === job) startJob(product, job, order.token);
  return waitAndReport(product, opened.id);
}

async function waitAndReport(product: Product, jobId: string): Promise<GenerateAnswer> {
  await product.jobs.wait(jobId, product.settings.syncWaitMs);
  return reportJob(product.app, jobId);
}

function validModel({ model: name, prompt }: GenerateOrder): Model {
  const model = findModel(name);
  if (!model) throw invalidField("model", "is not a known model", "validation_unknown_model");
  if (prompt.length > model.promptMax) {
    throw invalidField(
      "prompt",
      `must have at most ${model.promptMax} characters`,
      "validation_too_long",
    );
  }
  return model;
}

/** What the user asked for, over the saved preferences, over the documented defaults. */
async function validParameters(
  product: Product,
  order: GenerateOrder,
  model: Model,
): Promise<Parameters> {
  const asked = parseInput(parametersSchema(model), order.parameters, "parameters");
  const preferences = await findPreferences(product.app, order.userId, model);
  return withDefaults(model, { ...preferences, ...asked });
}

/** @throws ProductError `conflict` when the key was used for another request */
async function findRepeated(
  { app }: Product,
  order: GenerateOrder,
  requestHash: string,
): Promise<RecordModel | undefined> {
  const { userId, idempotencyKey: key } = order;
  if (key === "") return undefined;
  const [job] = await app.findRecordsByFilter(
    JOBS,
    "user_id = {:userId} && idempotency_key = {:key}",
    {
      params: { userId, key },
      limit: 1,
    },
  );
  if (job && job.getString("request_hash") !== requestHash) {
    throw new ProductError("conflict", "The Idempotency-Key was used for another request.");
  }
  return job;
}

/** Of two equal requests at the same moment only one gets a job of its own; the other waits for that. */
async function openOnce(
  product: Product,
  order: GenerateOrder,
  job: RecordModel,
): Promise<RecordModel> {
  try {
    await product.app.save(job);
    return job;
  } catch (error) {
    const earlier = await findRepeated(product, order, job.getString("request_hash"));
    if (!earlier) throw error;
    return earlier;
  }
}

function hashOf({ model, prompt, parameters, folderId }: GenerateOrder): string {
  const text = JSON.stringify([model, prompt, Object.entries(parameters).toSorted(), folderId]);
  return createHash("sha256").update(text).digest("hex");
}
