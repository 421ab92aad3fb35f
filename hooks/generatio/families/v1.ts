import type { RequestEvent, Router } from "generatio";
import type { z } from "zod";
import { answerErrors, type ErrorDialect } from "../answer-errors.ts";
import { callerOf } from "../caller.ts";
import { ProductError } from "../errors.ts";
import type { JobReport } from "../jobs/report.ts";
import { awaitReports, orderPictures } from "../pipeline/pipeline.ts";
import type { PictureOrder, PictureWish } from "../pipeline/request.ts";
import type { Product } from "../product.ts";
import { toDollars } from "../spending/money.ts";
import { parseInput } from "../validation.ts";
import {
  ImageGenerationRequest,
  type ImageGenerationResponse,
  MultipleImageRequest,
  type MultipleImageResponse,
} from "./v1-schemas.ts";

/** Document 003: one picture or several, styled, answered with 201. */
export function addV1GenerateRoutes(router: Router, product: Product): void {
  const group = router.group("/api/v1/generate").bind(answerErrors(dialect));

  group.post("/image", async (event) => {
    const jobIds = await orderPictures(product, callerOf(event), async () => {
      const body = parseInput(ImageGenerationRequest, await event.body());
      return toOrder([body.prompt], body, false);
    });
    const [report] = await awaitReports(product, jobIds);
    if (!report) throw new Error("an order without a job");
    return event.json(201, encode(report, originOf(event)));
  });

  group.post("/image/batch", async (event) => {
    const jobIds = await orderPictures(product, callerOf(event), async () => {
      const body = parseInput(MultipleImageRequest, await event.body());
      return toOrder(promptsOf(body), body, true);
    });
    const reports = await awaitReports(product, jobIds);
    return event.json(201, encodeBatch(reports, originOf(event)));
  });
}

/** `{error, message, …}`. Its clients know the code and the sentence for a login that does not hold. */
const dialect: ErrorDialect = ({ code, message, extra }, event) => {
  if (code !== "authentication_error") return { error: code, message, ...extra };
  return {
    error: "unauthorized",
    message: event.auth ? message : "Invalid or expired token",
    ...extra,
  };
};

function promptsOf(body: z.infer<typeof MultipleImageRequest>): readonly string[] {
  const count = body.count ?? body.variations ?? 1;
  return body.prompts ?? Array.from({ length: count }, () => body.prompt ?? "");
}

type Looks = Omit<z.infer<typeof ImageGenerationRequest>, "prompt">;

function toOrder(prompts: readonly string[], looks: Looks, isBatch: boolean): PictureOrder {
  const [width = 0, height = 0] = (looks.size ?? "").split("x").map(Number);
  const shared = {
    model: looks.model ?? "",
    parameters: {},
    folderId: "",
    ...(looks.enhance_prompt ? { rewriting: { kind: "style", style: looks.style } as const } : {}),
    ...(looks.size === undefined ? {} : { size: { width, height } }),
    ...(looks.aspect_ratio === undefined ? {} : { ratio: looks.aspect_ratio }),
  };
  const wishes: readonly PictureWish[] = prompts.map((prompt) => ({ prompt, ...shared }));
  return { wishes, isBatch, priority: 0, retriedFrom: "" };
}

/** @throws ProductError when there is no picture */
function encode(report: JobReport, origin: string): z.infer<typeof ImageGenerationResponse> {
  const [picture] = report.pictures;
  if (report.failure) throw report.failure;
  if (!picture) throw stillAtWork(report);
  return {
    success: true,
    image_url: `${origin}${picture.url}`,
    model: report.model,
    generation_time: secondsOf(report),
    cost: toDollars(report.cost),
    size: `${picture.width}x${picture.height}`,
    quality: "high",
    prompt_used: report.promptUsed,
    timestamp: report.finished,
    id: picture.id,
    job_id: report.id,
    warnings: [...report.warnings],
  };
}

function encodeBatch(
  reports: readonly JobReport[],
  origin: string,
): z.infer<typeof MultipleImageResponse> {
  const images: z.infer<typeof ImageGenerationResponse>[] = [];
  const errors: z.infer<typeof MultipleImageResponse>["errors"] = [];
  for (const [index, report] of reports.entries()) {
    try {
      images.push(encode(report, origin));
    } catch (error) {
      if (!(error instanceof ProductError)) throw error;
      errors.push({ index, error: error.code, message: error.message, job_id: report.id });
    }
  }
  return {
    success: images.length > 0,
    images,
    total: reports.length,
    succeeded: images.length,
    failed: errors.length,
    errors,
    total_cost: toDollars(reports.reduce((sum, { cost }) => sum + cost, 0)),
    total_time: Math.max(0, ...reports.map(secondsOf)),
    timestamp: new Date().toISOString(),
  };
}

/** From the request to the picture. */
function secondsOf({ created, finished }: JobReport): number {
  if (finished === "") return 0;
  return Math.max(0, Date.parse(finished) - Date.parse(created)) / 1000;
}

function stillAtWork({ id }: JobReport): ProductError {
  return new ProductError(
    "external_error",
    "The picture is not done yet. It appears among the images when it is.",
    { status: 504, extra: { job_id: id } },
  );
}

/** As the client sees this server. */
function originOf(event: RequestEvent): string {
  return `${event.isTls ? "https" : "http"}://${event.host}`;
}
