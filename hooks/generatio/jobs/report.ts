import type { App, RecordModel } from "generatio";
import { ProductError } from "../errors.ts";
import { toDollars } from "../spending/money.ts";
import { failureOf } from "./failure.ts";
import { JOBS } from "./job.ts";
import { findPictures } from "./keep.ts";

/** What document 000 answers to a generate request, and a little more. */
export interface GenerateAnswer {
  readonly images: readonly ImageAnswer[];
  /** US dollars. */
  readonly cost: number;
  readonly model: string;
  readonly job_id: string;
  readonly warnings?: readonly string[];
}

interface ImageAnswer {
  readonly id: string;
  readonly url: string;
  readonly thumbnail_url: string;
  readonly width: number;
  readonly height: number;
}

const THUMBNAIL = "512x512f";

/**
 * Tells how a job ended; the same whenever it is asked.
 *
 * @throws ProductError when it failed, or when there is nothing to tell yet
 */
export async function reportJob(app: App, jobId: string): Promise<GenerateAnswer> {
  const job = await app.findRecordById(JOBS, jobId);
  switch (job.getString("state")) {
    case "succeeded":
      return toAnswer(job, await findPictures(app, jobId));
    case "queued":
    case "running":
      throw stillAtWork(jobId);
    default:
      throw failureOf(job);
  }
}

function toAnswer(job: RecordModel, pictures: readonly RecordModel[]): GenerateAnswer {
  const warnings = job.getJson("warnings");
  return {
    images: pictures.map((picture) => ({
      id: picture.id,
      url: picture.getString("url"),
      thumbnail_url: `${picture.getString("url")}?thumb=${THUMBNAIL}`,
      width: picture.getNumber("width"),
      height: picture.getNumber("height"),
    })),
    cost: toDollars(job.getNumber("actual")),
    model: job.getString("model"),
    job_id: job.id,
    ...(Array.isArray(warnings) ? { warnings: warnings.map(String) } : {}),
  };
}

function stillAtWork(jobId: string): ProductError {
  return new ProductError(
    "external_error",
    "The picture is not done yet. It appears among the images when it is.",
    { status: 504, extra: { job_id: jobId } },
  );
}
