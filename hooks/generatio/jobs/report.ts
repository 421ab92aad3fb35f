import type { RecordModel } from "generatio";
import type { ProductError } from "../errors.ts";
import type { MicroDollars } from "../spending/money.ts";
import { failureOf } from "./failure.ts";
import { inputsOf, isOver, JOBS, warningsOf } from "./job.ts";
import type { Product } from "../product.ts";
import { findPictures, IMAGES } from "./image-record.ts";

/** How clients see the states of a job: one whose fate is unknown is still running to them. */
export type ShownState = "queued" | "running" | "succeeded" | "failed" | "canceled" | "expired";

/** How a job stands, for any dialect; the same whenever it is asked. */
export interface JobReport {
  readonly id: string;
  readonly state: ShownState;
  readonly provider: string;
  readonly model: string;
  /** As typed. */
  readonly prompt: string;
  /** As sent. */
  readonly promptUsed: string;
  readonly parameters: unknown;
  readonly task: string;
  /** The model that was asked for, when it did not work and another one was turned to; empty otherwise. */
  readonly requestedModel: string;
  /** Ids of the pictures that went in. */
  readonly inputs: { readonly image?: string; readonly mask?: string };
  readonly batchId: string;
  readonly retriedFrom: string;
  readonly funding: string;
  /** How many requests are in front: of the same user here, or of anybody at the provider. */
  readonly queuePosition: number;
  /** What is left, by the model's usual speed; 0 when it is over. */
  readonly etaMs: number;
  /** ISO 8601. */
  readonly created: string;
  /** Empty until it is over. */
  readonly finished: string;
  /** What is held for it. */
  readonly hold: MicroDollars;
  /** Empty until it has succeeded. */
  readonly pictures: readonly PictureReport[];
  readonly cost: MicroDollars;
  readonly warnings: readonly string[];
  /** Why it failed, or why its fate is unknown. */
  readonly failure: ProductError | undefined;
}

export interface PictureReport {
  readonly id: string;
  /** A path on this server. */
  readonly url: string;
  readonly thumbnailUrl: string;
  readonly width: number;
  readonly height: number;
}

const THUMBNAIL = "512x512f";

export async function reportJob(product: Product, jobId: string): Promise<JobReport> {
  const job = await product.app.findRecordById(JOBS, jobId);
  const pictures =
    job.getString("state") === "succeeded" ? await findPictures(product.app, jobId) : [];
  return toReport(product, job, pictures);
}

/** The same for several jobs, in two queries. */
export async function reportJobs(
  product: Product,
  jobs: readonly RecordModel[],
): Promise<JobReport[]> {
  const done = jobs.filter((job) => job.getString("state") === "succeeded");
  const wanted = done.map((_job, index) => `job_id = {:job${index}}`).join(" || ");
  const params = Object.fromEntries(done.map((job, index) => [`job${index}`, job.id]));
  const pictures =
    done.length === 0
      ? []
      : await product.app.findRecordsByFilter(IMAGES, wanted, { params, sort: "batch_number" });
  const byJob = Map.groupBy(pictures, (picture) => picture.getString("job_id"));
  return jobs.map((job) => toReport(product, job, byJob.get(job.id) ?? []));
}

/** @param pictures of the job, in order */
export function toReport(
  product: Product,
  job: RecordModel,
  pictures: readonly RecordModel[],
): JobReport {
  const queuePosition = product.jobs.aheadOf(job.id) ?? job.getNumber("queue_position");
  return {
    id: job.id,
    state: shownState(job),
    provider: job.getString("provider"),
    model: job.getString("model"),
    prompt: job.getString("prompt"),
    promptUsed: job.getString("prompt_used"),
    parameters: job.getJson("params") ?? {},
    task: job.getString("task") || "generate",
    requestedModel: job.getString("requested_model"),
    inputs: Object.fromEntries(
      Object.entries(inputsOf(job) ?? {}).map(([name, { id }]) => [name, id]),
    ),
    batchId: job.getString("batch_id"),
    retriedFrom: job.getString("retried_from"),
    funding: job.getString("funding"),
    queuePosition,
    etaMs: isOver(job) ? 0 : etaMs(product, job, queuePosition),
    created: toIso(job.getString("created")),
    finished: toIso(job.getString("finished_at")),
    hold: job.getNumber("hold"),
    pictures: pictures.map(toPicture),
    cost: job.getNumber("actual"),
    warnings: warningsOf(job),
    failure: job.getString("error_code") === "" ? undefined : failureOf(job),
  };
}

function etaMs({ catalogue }: Product, job: RecordModel, position: number): number {
  return (catalogue.byId(job.getString("model"))?.typicalMs ?? 0) * (position + 1);
}

/** PocketBase writes a blank where ISO 8601 has a T. */
function toIso(date: string): string {
  return date.replace(" ", "T");
}

function toPicture(picture: RecordModel): PictureReport {
  const url = picture.getString("url");
  return {
    id: picture.id,
    url,
    thumbnailUrl: `${url}?thumb=${THUMBNAIL}`,
    width: picture.getNumber("width"),
    height: picture.getNumber("height"),
  };
}

function shownState(job: RecordModel): ShownState {
  const state = job.getString("state");
  return state === "unknown" ? "running" : (state as ShownState);
}
