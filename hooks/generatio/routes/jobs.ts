import { Readable } from "node:stream";
import type { RequestEvent } from "generatio";
import { z } from "zod";
import { callerOf, userOf } from "../caller.ts";
import { ProductError } from "../errors.ts";
import { encodeJob } from "../families/custom-job.ts";
import { cancelJob } from "../jobs/cancel.ts";
import { jobEvents } from "../jobs/event-frames.ts";
import { findOwnJob } from "../jobs/job.ts";
import { listJobs } from "../jobs/list.ts";
import { moveJob } from "../jobs/move.ts";
import { reportJob, reportJobs } from "../jobs/report.ts";
import { orderAgain } from "../pipeline/pipeline.ts";
import type { Product } from "../product.ts";
import { parseInput } from "../validation.ts";
import type { RouteGroup } from "./group.ts";
import { pageQuery, queryOf } from "./page-query.ts";

const STATES = ["queued", "running", "succeeded", "failed", "canceled", "expired"] as const;
const MAX_CANCELS = 200;

const listQuery = z.object({
  state: z
    .string()
    .default("")
    .transform((text) => text.split(",").filter(Boolean))
    .pipe(z.array(z.enum(STATES))),
  batch: z.string().max(50).default(""),
  since: z
    .string()
    .default("")
    .refine((text) => text === "" || !Number.isNaN(Date.parse(text)), "must be a date")
    .transform((text) => (text === "" ? "" : new Date(text).toISOString().replace("T", " "))),
  ...pageQuery.shape,
});

const cancelBody = z.object({
  ids: z.array(z.string().max(50)).max(MAX_CANCELS).default([]),
  batch_id: z.string().max(50).default(""),
  all_queued: z.boolean().default(false),
});

const moveBody = z
  .object({
    to: z.enum(["front", "back"]).optional(),
    /** In one's own line, from 0. */
    position: z.int().min(0).max(1_000_000).optional(),
  })
  .refine(({ to, position }) => (to === undefined) !== (position === undefined), {
    path: ["position"],
    message: "must be given, or to, and not both",
  });

/** The user's jobs: what they are doing, taking them back, trying again. */
export function addJobRoutes(group: RouteGroup, product: Product): void {
  group.get("/jobs", async (event) => {
    const user = userOf(event);
    const { state, batch, since, page, perPage } = parseInput(listQuery, queryOf(event, listQuery));
    const query = { states: state, batchId: batch, since, page, perPage };
    const { jobs, total } = await listJobs(product, user.id, query);
    const items = (await reportJobs(product, jobs)).map(encodeJob);
    return { items, page, perPage, totalItems: total, totalPages: Math.ceil(total / perPage) };
  });

  group.get("/jobs/{id}", async (event) => show(product, await ownJobId(product, event)));

  group.get("/jobs/{id}/events", async (event) => {
    const jobId = await ownJobId(product, event);
    event.setHeader("Cache-Control", "no-store");
    event.setHeader("X-Accel-Buffering", "no");
    const read = async () => {
      const report = await reportJob(product, jobId);
      return { data: encodeJob(report), isOver: report.finished !== "" };
    };
    const frames = jobEvents(product.watch.open(jobId), read);
    return event.stream(200, "text/event-stream", Readable.from(frames));
  });

  group.post("/jobs/{id}/cancel", async (event) => {
    const job = await findOwnJob(product.app, userOf(event).id, event.params["id"] ?? "");
    await cancelJob(product, job);
    return show(product, job.id);
  });

  group.post("/jobs/{id}/retry", async (event) => {
    const jobId = await orderAgain(product, callerOf(event), event.params["id"] ?? "");
    return event.json(202, await show(product, jobId));
  });

  group.post("/jobs/{id}/move", async (event) => {
    const job = await findOwnJob(product.app, userOf(event).id, event.params["id"] ?? "");
    const { to, position } = parseInput(moveBody, await event.body());
    const wanted = position ?? (to === "front" ? 0 : Number.MAX_SAFE_INTEGER);
    await moveJob(product, job, wanted);
    return show(product, job.id);
  });

  group.post("/jobs/cancel", async (event) => {
    const body = parseInput(cancelBody, await event.body());
    return cancelMany(product, userOf(event).id, body);
  });
}

async function ownJobId(product: Product, event: RequestEvent): Promise<string> {
  const job = await findOwnJob(product.app, userOf(event).id, event.params["id"] ?? "");
  return job.id;
}

async function show(product: Product, jobId: string): Promise<Record<string, unknown>> {
  return encodeJob(await reportJob(product, jobId));
}

/** Takes back what can be taken back, and says of the rest why not. */
async function cancelMany(
  product: Product,
  userId: string,
  wanted: z.infer<typeof cancelBody>,
): Promise<{ canceled: string[]; failed: { id: string; error: string; message: string }[] }> {
  const ids = new Set(wanted.ids);
  if (wanted.batch_id !== "" || wanted.all_queued) {
    const states = wanted.all_queued ? ["queued"] : ["queued", "running"];
    const query = { states, batchId: wanted.batch_id, since: "", page: 1, perPage: MAX_CANCELS };
    for (const job of (await listJobs(product, userId, query)).jobs) ids.add(job.id);
  }
  const canceled: string[] = [];
  const failed: { id: string; error: string; message: string }[] = [];
  const cancelOne = async (id: string) => {
    try {
      await cancelJob(product, await findOwnJob(product.app, userId, id));
      canceled.push(id);
    } catch (error) {
      if (!(error instanceof ProductError)) throw error;
      failed.push({ id, error: error.code, message: error.message });
    }
  };
  await Promise.all([...ids].map(cancelOne));
  return { canceled, failed };
}
