import type { RequestEvent } from "generatio";
import { z } from "zod";
import { callerOf } from "../caller.ts";
import { invalidField, ProductError } from "../errors.ts";
import type { JobReport } from "../jobs/report.ts";
import type { Estimate } from "../pipeline/estimate.ts";
import { awaitReports, estimateOrder, orderPictures, readReports } from "../pipeline/pipeline.ts";
import type { PictureOrder } from "../pipeline/request.ts";
import type { Product } from "../product.ts";
import type { RouteGroup } from "../routes/group.ts";
import { toDollars } from "../spending/money.ts";
import { parseInput } from "../validation.ts";
import { encodeJob, encodePicture } from "./custom-job.ts";

const imageBody = z.object({
  model: z.string().min(1).max(200),
  // Passed on as typed, so that it is not trimmed; its length is the model's affair.
  prompt: z.string().regex(/\S/, "must not be blank"),
  parameters: z.record(z.string(), z.unknown()).default({}),
  collection_id: z.string().max(100).nullish(),
  /** Answers at once, with the job instead of the pictures. */
  async: z.boolean().default(false),
  priority: z.int().min(-10).max(10).default(0),
  /** Whether another model may be asked when this one does not work; the user's settings say so when absent. */
  failover: z.boolean().optional(),
  /** Who is to pay; the server chooses when absent. */
  funding: z.enum(["byok", "quota", "credits"]).optional(),
});

const part = imageBody
  .pick({ model: true, prompt: true, parameters: true, collection_id: true, failover: true })
  .partial();

const batchBody = z.object({
  items: z.array(part).min(1).max(100),
  /** What every item has that does not say it itself. */
  shared: part.default({}),
  /** One that fails leaves the others as they are. */
  on_error: z.literal("continue").default("continue"),
  priority: imageBody.shape.priority,
  funding: imageBody.shape.funding,
});

/** Document 000's way to ask for pictures. */
export function addCustomGenerateRoutes(group: RouteGroup, product: Product): void {
  group.post("/generate/image", async (event) => {
    let isAsync = prefersAsync(event);
    const [jobId = ""] = await orderPictures(product, callerOf(event), async () => {
      const body = parseInput(imageBody, await event.body());
      isAsync ||= body.async;
      return toOrder(body);
    });
    if (isAsync) return event.json(202, (await readReports(product, [jobId])).map(encodeJob)[0]);
    return (await awaitReports(product, [jobId])).map(encodeAnswer)[0];
  });

  group.post("/generate/batch", async (event) => {
    const jobIds = await orderPictures(product, callerOf(event), async () => {
      return toBatch(parseInput(batchBody, await event.body()));
    });
    const reports = await readReports(product, jobIds);
    const cost = reports.reduce((sum, { hold, cost: spent }) => sum + Math.max(hold, spent), 0);
    return event.json(202, {
      batch_id: reports[0]?.batchId ?? "",
      jobs: reports.map(encodeJob),
      estimate: { cost: toDollars(cost), currency: "USD" },
    });
  });

  group.post("/generate/estimate", async (event) => {
    const decode = async () => toOrder(parseInput(imageBody, await event.body()));
    return encodeEstimate(await estimateOrder(product, callerOf(event), decode));
  });
}

function toOrder(body: z.infer<typeof imageBody>): PictureOrder {
  const { model, prompt, parameters, collection_id, priority, funding, failover } = body;
  const wish = {
    model,
    prompt,
    parameters,
    folderId: collection_id ?? "",
    ...(failover === undefined ? {} : { mayFailOver: failover }),
  };
  return { wishes: [wish], isBatch: false, priority, retriedFrom: "", funding };
}

/** @throws ProductError for an item of which nobody says what it is to be */
function toBatch({ items, shared, priority, funding }: z.infer<typeof batchBody>): PictureOrder {
  const wishes = items.map((item, index) => {
    const { model, prompt, collection_id: folderId, failover } = { ...shared, ...item };
    const place = `items.${index}`;
    if (model === undefined) throw missing(`${place}.model`);
    if (prompt === undefined) throw missing(`${place}.prompt`);
    const parameters = { ...shared.parameters, ...item.parameters };
    const wish = { place, model, prompt, parameters, folderId: folderId ?? "" };
    return failover === undefined ? wish : { ...wish, mayFailOver: failover };
  });
  return { wishes, isBatch: true, priority, retriedFrom: "", funding };
}

function missing(field: string): ProductError {
  return invalidField(field, "is required", "validation_required");
}

/** `Prefer: respond-async` (RFC 7240 §4.1). */
function prefersAsync(event: RequestEvent): boolean {
  const wishes = (event.header("Prefer") ?? "").split(",").map((wish) => wish.trim().toLowerCase());
  if (!wishes.includes("respond-async")) return false;
  event.setHeader("Preference-Applied", "respond-async");
  return true;
}

/** What document 000 answers, and a little more. Money in US dollars. */
function encodeAnswer(report: JobReport): unknown {
  if (report.failure) throw report.failure;
  if (report.state !== "succeeded") throw stillAtWork(report);
  return {
    images: report.pictures.map(encodePicture),
    cost: toDollars(report.cost),
    model: report.model,
    job_id: report.id,
    ...(report.warnings.length > 0 ? { warnings: report.warnings } : {}),
  };
}

function encodeEstimate({ budget, ...estimate }: Estimate): unknown {
  const limit = budget?.hard ?? budget?.soft;
  return {
    cost: toDollars(estimate.cost),
    currency: "USD",
    unit: "usd",
    breakdown: estimate.parts.map(({ model, images, costPerImage }) => ({
      model,
      images,
      cost_per_image: toDollars(costPerImage),
    })),
    images: estimate.images,
    funding: estimate.funding,
    credits: estimate.credits,
    // In pictures of the plan, or in credits; what is spent with one's own key has no balance here.
    balance_after: estimate.balanceAfter ?? null,
    budget:
      budget && limit !== undefined
        ? { used: toDollars(budget.used), limit: toDollars(limit), resets_at: budget.resetsAt }
        : null,
    eta_ms: estimate.etaMs,
    warnings: estimate.warnings,
  };
}

function stillAtWork({ id }: JobReport): ProductError {
  return new ProductError(
    "external_error",
    "The picture is not done yet. It appears among the images when it is.",
    { status: 504, extra: { job_id: id } },
  );
}
