import type { JobReport, PictureReport } from "../jobs/report.ts";
import { toDollars } from "../spending/money.ts";

/** What `/api/custom` tells of a job. Money in US dollars. */
export function encodeJob(report: JobReport): Record<string, unknown> {
  const { failure } = report;
  return {
    job_id: report.id,
    batch_id: report.batchId,
    status: report.state,
    queue_position: report.queuePosition,
    eta_ms: report.etaMs,
    model: report.model,
    provider: report.provider,
    prompt: report.prompt,
    prompt_used: report.promptUsed,
    parameters: report.parameters,
    task: report.task,
    ...(report.requestedModel === "" ? {} : { requested_model: report.requestedModel }),
    inputs: report.inputs,
    funding: report.funding,
    estimate: toDollars(report.hold),
    cost: toDollars(report.cost),
    images: report.pictures.map(encodePicture),
    warnings: report.warnings,
    error: failure
      ? {
          error: failure.code,
          message: failure.message,
          status: failure.status,
          data: failure.data,
        }
      : null,
    retried_from: report.retriedFrom,
    created: report.created,
    finished: report.finished,
  };
}

export function encodePicture(picture: PictureReport): Record<string, unknown> {
  const { id, url, thumbnailUrl, width, height } = picture;
  return { id, url, thumbnail_url: thumbnailUrl, width, height };
}
