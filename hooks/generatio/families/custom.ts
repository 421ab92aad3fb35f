import type { RequestEvent } from "generatio";
import { z } from "zod";
import { callerOf } from "../caller.ts";
import { ProductError } from "../errors.ts";
import { toDollars } from "../spending/money.ts";
import type { JobReport } from "../jobs/report.ts";
import { awaitReport, orderPictures } from "../pipeline/pipeline.ts";
import type { PictureOrder } from "../pipeline/request.ts";
import type { Product } from "../product.ts";
import type { RouteGroup } from "../routes/group.ts";
import { parseInput } from "../validation.ts";

const imageBody = z.object({
  model: z.string().min(1).max(200),
  // Passed on as typed, so that it is not trimmed; its length is the model's affair.
  prompt: z.string().regex(/\S/, "must not be blank"),
  parameters: z.record(z.string(), z.unknown()).default({}),
  collection_id: z.string().max(100).nullish(),
});

/** Document 000's way to ask for pictures. */
export function addCustomGenerateRoutes(group: RouteGroup, product: Product): void {
  group.post("/generate/image", async (event) => {
    const jobId = await orderPictures(product, callerOf(event), () => decode(event));
    return encode(await awaitReport(product, jobId));
  });
}

async function decode(event: RequestEvent): Promise<PictureOrder> {
  const { model, prompt, parameters, collection_id } = parseInput(imageBody, await event.body());
  return { wish: { model, prompt, parameters, folderId: collection_id ?? "" } };
}

/** What document 000 answers, and a little more. Money in US dollars. */
function encode(report: JobReport): unknown {
  if (report.failure) throw report.failure;
  if (report.state !== "succeeded") throw stillAtWork(report);
  return {
    images: report.pictures.map(({ id, url, thumbnailUrl, width, height }) => ({
      id,
      url,
      thumbnail_url: thumbnailUrl,
      width,
      height,
    })),
    cost: toDollars(report.cost),
    model: report.model,
    job_id: report.id,
    ...(report.warnings.length > 0 ? { warnings: report.warnings } : {}),
  };
}

function stillAtWork({ id }: JobReport): ProductError {
  return new ProductError(
    "external_error",
    "The picture is not done yet. It appears among the images when it is.",
    { status: 504, extra: { job_id: id } },
  );
}
