import type { App, RecordModel } from "generatio";
import type { ProductError } from "../errors.ts";
import type { MicroDollars } from "../spending/money.ts";
import { failureOf } from "./failure.ts";
import { JOBS } from "./job.ts";
import { findPictures } from "./keep.ts";

/** How clients see the states of a job: one whose fate is unknown is still running to them. */
export type ShownState = "queued" | "running" | "succeeded" | "failed" | "canceled" | "expired";

/** How a job stands, for any dialect; the same whenever it is asked. */
export interface JobReport {
  readonly id: string;
  readonly state: ShownState;
  readonly model: string;
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

export async function reportJob(app: App, jobId: string): Promise<JobReport> {
  const job = await app.findRecordById(JOBS, jobId);
  const pictures = job.getString("state") === "succeeded" ? await findPictures(app, jobId) : [];
  return toReport(job, pictures);
}

function toReport(job: RecordModel, pictures: readonly RecordModel[]): JobReport {
  const warnings = job.getJson("warnings");
  return {
    id: job.id,
    state: shownState(job),
    model: job.getString("model"),
    pictures: pictures.map(toPicture),
    cost: job.getNumber("actual"),
    warnings: Array.isArray(warnings) ? warnings.map(String) : [],
    failure: job.getString("error_code") === "" ? undefined : failureOf(job),
  };
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
