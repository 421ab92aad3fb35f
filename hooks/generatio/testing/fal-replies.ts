import { encodeJpeg } from "../drawing/jpeg.ts";
import { emulatorOf, paintBlack, paintMosaic } from "../drawing/mosaic.ts";
import { encodePng } from "../drawing/png.ts";
import type { Reply } from "./emulation.ts";
import type { FalQueue, QueuedRequest } from "./fal-queue.ts";

const SMALL_RESULT_KEPT_MS = 3_600_000;
const LARGE_RESULT_KEPT_MS = 360_000;
const LARGE_RESULT_BYTES = 10_000;
const LOG_LINES = 4;
const FAL = emulatorOf("FAL");

/** What the vendor calls a request: owner and app, without the rest of the endpoint. */
export function requestUrls(origin: string, request: QueuedRequest) {
  const app = request.endpoint.split("/").slice(0, 2).join("/");
  const base = `${origin}/${app}/requests/${request.id}`;
  return { response_url: base, status_url: `${base}/status`, cancel_url: `${base}/cancel` };
}

export function statusReply(
  queue: FalQueue,
  request: QueuedRequest,
  options: { origin: string; logs: boolean; now: number },
): Reply {
  const state = queue.stateOf(request);
  const shared = {
    status: state,
    request_id: request.id,
    ...requestUrls(options.origin, request),
  };
  if (state === "IN_QUEUE")
    return { status: 202, body: { ...shared, queue_position: queue.positionOf(request) } };
  const logs = options.logs ? logsOf(request, options.now) : null;
  if (state === "IN_PROGRESS") return { status: 202, body: { ...shared, logs } };
  return { status: 200, body: { ...shared, logs, ...completion(request) } };
}

function completion(request: QueuedRequest): Record<string, unknown> {
  const metrics = { inference_time: ((request.endsAt ?? 0) - (request.startedAt ?? 0)) / 1000 };
  if (request.isCanceled)
    return { metrics: {}, error: "Request was cancelled", error_type: "request_cancelled" };
  if (request.ending.kind !== "error") return { metrics };
  return {
    metrics,
    error: `Invalid status code: ${request.ending.status}`,
    error_type: "model_error",
  };
}

/** Progress lines as a denoising loop prints them, more of them as time passes. */
function logsOf(request: QueuedRequest, now: number): unknown[] {
  const started = request.startedAt ?? now;
  const share = Math.min(1, (now - started) / Math.max(1, request.workMs));
  return Array.from({ length: Math.floor(share * LOG_LINES) }, (_, index) => ({
    message: `${Math.round(((index + 1) * 100) / LOG_LINES)}%|emulator| ${index + 1}/${LOG_LINES}`,
    level: "STDERR",
    source: "USER",
    timestamp: new Date(started + ((index + 1) * request.workMs) / LOG_LINES).toISOString(),
  }));
}

export function resultReply(
  queue: FalQueue,
  request: QueuedRequest,
  options: { origin: string; now: number },
): Reply {
  if (queue.stateOf(request) !== "COMPLETED")
    return { status: 400, body: { detail: "Request is still in progress" } };
  if (request.isCanceled) return { status: 400, body: { detail: "Request was cancelled" } };
  if (request.ending.kind === "error") return request.ending;
  const body = pictures(request, options.origin);
  const isLarge = JSON.stringify(body).length >= LARGE_RESULT_BYTES;
  const age = options.now - (request.endsAt ?? 0);
  if (age > (isLarge ? LARGE_RESULT_KEPT_MS : SMALL_RESULT_KEPT_MS)) {
    return { status: 404, body: { detail: "Request not found" } };
  }
  return { status: 200, body, headers: { "x-fal-request-id": request.id } };
}

function pictures(request: QueuedRequest, origin: string): Record<string, unknown> {
  const { input } = request;
  const extension = input.output_format === "png" ? "png" : "jpg";
  const images = Array.from({ length: pictureCount(request) }, (_, index) => ({
    url: `${origin}/files/${request.id}/${index}.${extension}`,
    ...input.image_size,
    content_type: `image/${input.output_format}`,
  }));
  if (request.isSingle) return { image: images[0], seed: seedOf(request) };
  return {
    images,
    timings: { inference: request.workMs / 1000 },
    seed: seedOf(request),
    has_nsfw_concepts: Array<boolean>(pictureCount(request)).fill(isNsfw(request)),
    prompt: input.prompt,
  };
}

/** The bytes of one picture of a request. */
export function fileReply(request: QueuedRequest, index: number): Reply {
  const { input } = request;
  if (index >= pictureCount(request)) return { status: 404, body: { detail: "Not found" } };
  const source = `${input.prompt}|${seedOf(request)}|${index}`;
  const mosaic = isNsfw(request)
    ? paintBlack(input.image_size, FAL)
    : paintMosaic(source, input.image_size, FAL);
  return {
    status: 200,
    body: input.output_format === "png" ? encodePng(mosaic) : encodeJpeg(mosaic),
    headers: { "content-type": `image/${input.output_format}` },
  };
}

/** How many pictures the request delivers, and is charged for. */
export function pictureCount(request: QueuedRequest): number {
  if (request.ending.kind !== "pictures") return 0;
  return request.ending.count ?? request.input.num_images;
}

function isNsfw(request: QueuedRequest): boolean {
  return request.ending.kind === "pictures" && request.ending.isNsfw;
}

/** Drawn by the vendor when none was given; here the same for the same request. */
function seedOf(request: QueuedRequest): number {
  return request.input.seed ?? Number.parseInt(request.id.replaceAll("-", "").slice(0, 8), 16);
}
