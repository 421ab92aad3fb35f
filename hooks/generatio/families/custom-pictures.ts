import type { RequestEvent } from "generatio";
import { z } from "zod";
import { callerOf } from "../caller.ts";
import { invalidField } from "../errors.ts";
import type { Task } from "../models/model.ts";
import { decodePicture } from "../pipeline/picture-source.ts";
import { awaitReports, orderPictures, readReports } from "../pipeline/pipeline.ts";
import type { PictureOrder, WishedPictures } from "../pipeline/request.ts";
import type { Product } from "../product.ts";
import type { RouteGroup } from "../routes/group.ts";
import { parseInput } from "../validation.ts";
import { encodeJob } from "./custom-job.ts";

/** Forms have texts only. */
const fromText = (convert: (text: string) => unknown) => (value: unknown) =>
  typeof value === "string" ? convert(value) : value;

const FLAGS: Readonly<Record<string, boolean>> = { true: true, false: false };

const pictureBody = z.object({
  /** The server's choice when absent. */
  model: z.string().max(200).default(""),
  prompt: z.string().default(""),
  parameters: z.preprocess(fromText(parseJson), z.record(z.string(), z.unknown())).default({}),
  collection_id: z.string().max(100).nullish(),
  /** False waits for the pictures. */
  async: z.preprocess(
    fromText((text) => (Object.hasOwn(FLAGS, text) ? FLAGS[text] : text)),
    z.boolean().default(true),
  ),
  priority: z.preprocess(
    fromText((text) => (text === "" ? 0 : Number(text))),
    z.int().min(-10).max(10).default(0),
  ),
  failover: z
    .preprocess(
      fromText((text) => (Object.hasOwn(FLAGS, text) ? FLAGS[text] : text)),
      z.boolean(),
    )
    .optional(),
});

const TASKS = ["edit", "upscale", "remove-background", "variations"] as const;

/**
 * What can be done to a picture: JSON with the id of one's own, an https or a data address, or a form with a file.
 * Answers 202 with the job; with `async: false` when it is over.
 */
export function addCustomPictureRoutes(group: RouteGroup, product: Product): void {
  for (const task of TASKS) {
    group.post(`/generate/${task}`, async (event) => {
      let isAsync = true;
      const jobIds = await orderPictures(product, callerOf(event), async () => {
        const body = parseInput(pictureBody, await event.body());
        isAsync = body.async;
        return toOrder(task, body, await picturesOf(product, event));
      });
      if (isAsync) return event.json(202, (await readReports(product, jobIds)).map(encodeJob)[0]);
      const [report] = await awaitReports(product, jobIds);
      if (report?.failure) throw report.failure;
      return event.json(report?.finished === "" ? 202 : 200, report && encodeJob(report));
    });
  }
}

function toOrder(
  task: Task,
  body: z.infer<typeof pictureBody>,
  pictures: WishedPictures,
): PictureOrder {
  const { model, prompt, parameters, collection_id: folderId, priority, failover } = body;
  const wish = {
    task,
    pictures,
    model,
    prompt,
    parameters,
    folderId: folderId ?? "",
    ...(failover === undefined ? {} : { mayFailOver: failover }),
  };
  return { wishes: [wish], isBatch: false, priority, retriedFrom: "" };
}

async function picturesOf(product: Product, event: RequestEvent): Promise<WishedPictures> {
  const [values, files] = [await event.body(), await event.files()];
  const read = (field: string) =>
    decodePicture(product, field, { value: values[field], file: files.get(field)?.[0] });
  const [image, mask] = [await read("image"), await read("mask")];
  if (!image) throw invalidField("image", "is required", "validation_required");
  return { image, ...(mask ? { mask } : {}) };
}

/** Left as it is when it is none: then it is refused as what it is. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
