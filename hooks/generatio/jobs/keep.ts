import { type App, NotFoundError, type RecordModel } from "generatio";
import { imageCount, type Parameters } from "../models/parameters.ts";
import type { Product } from "../product.ts";
import type { MicroDollars } from "../spending/money.ts";
import { bookUsage } from "../spending/usage.ts";
import { policyFailure, setFailure } from "./failure.ts";
import type { Done } from "./follow.ts";
import { storeImages } from "./image-record.ts";
import { isSettled, JOBS, warningsOf } from "./job.ts";
import { isBlackedOut, isMarked, noteFlags } from "./result-flags.ts";
import { type FetchedPicture, fetchPictures, type LostPicture } from "./results.ts";
import { settleJob } from "./settle.ts";

/**
 * Copies the results into the server's own storage and ends the job: pictures, state and cost are written
 * together or not at all. A picture that the provider delivered is paid, whether or not it could be kept.
 */
export async function keepResult(
  product: Product,
  job: RecordModel,
  done: Done,
  signal: AbortSignal,
): Promise<void> {
  const results = await fetchPictures(product, done.pictures, signal);
  const fetched = results.filter((result) => "bytes" in result);
  const lost = results.filter((result) => "reason" in result);
  const pictures = fetched.filter((picture) => !isBlackedOut(picture));
  const blocked = fetched.length - pictures.length;
  try {
    const keeping = { job, done, pictures, lost, blocked };
    await product.app.runInTransaction((tx) => keep(product, tx, keeping));
  } catch (error) {
    product.app.logger.error("pictures could not be kept", { jobId: job.id, error });
    const all = done.pictures.map(() => ({ reason: "the server could not store it" }));
    await product.app.runInTransaction((tx) =>
      keep(product, tx, { job, done, pictures: [], lost: all, blocked: 0 }),
    );
  }
}

const BLOCKED = "The provider's safety checker has blacked out a picture.";

interface Keeping {
  readonly job: RecordModel;
  readonly done: Done;
  readonly pictures: readonly FetchedPicture[];
  readonly lost: readonly LostPicture[];
  /** Those of which the vendor's safety checker has left nothing. */
  readonly blocked: number;
}

async function keep(product: Product, tx: App, keeping: Keeping): Promise<void> {
  const { job, done, pictures, lost, blocked } = keeping;
  const [stored] = await tx.findRecordsByIds(JOBS, [job.id]);
  if (stored && isSettled(stored)) {
    const facts = { jobId: job.id, pictures: pictures.length };
    return tx.logger.warn("a result came after its job was settled: waste", facts);
  }
  // With its account there is nobody left to keep it for; it is paid all the same.
  if (!stored) return settleGone(product, tx, keeping);
  const folderId = await liveFolder(tx, job.getString("folder_id"));
  await storeImages(tx, { job, done, pictures, folderId });
  const cost = costOf(keeping);
  const reasons = lost.map(({ reason }) => `A picture could not be fetched: ${reason}.`);
  const notes = done.note === undefined ? [] : [done.note];
  const warnings = [...warningsOf(job), ...notes, ...reasons, ...(blocked > 0 ? [BLOCKED] : [])];
  if (warnings.length > 0) job.set("warnings", warnings);
  if (pictures.length === 0) setFailure(job, nothingKept(keeping, reasons));
  await noteFlags(tx, job, { blocked, kept: pictures.filter(isMarked).length });
  const state = pictures.length > 0 ? "succeeded" : "failed";
  await settleJob(product, tx, { job, ending: { state, cost, images: pictures.length } });
  await bookUsage(tx, {
    userId: job.getString("user_id"),
    provider: job.getString("provider"),
    model: job.getString("model"),
    funding: job.getString("funding"),
    images: pictures.length,
    cost,
    waste: Math.round((cost / countOf(keeping)) * (lost.length + blocked)),
  });
}

/** Everything that the provider has made, and takes money for. */
function countOf({ pictures, lost, blocked }: Keeping): number {
  return pictures.length + lost.length + blocked;
}

function costOf(keeping: Keeping): MicroDollars {
  const { job, done } = keeping;
  if (done.cost !== undefined) return done.cost;
  const parameters = (job.getJson("params") ?? {}) as Parameters;
  // As it was when it was ordered. Jobs of before that was written down: what is held for each.
  const price = job.getNumber("price") || job.getNumber("hold") / imageCount(parameters);
  return Math.round(price * countOf(keeping));
}

function settleGone(product: Product, tx: App, keeping: Keeping): Promise<void> {
  const { job, pictures } = keeping;
  tx.logger.warn("a job is gone", { jobId: job.id, pictures: pictures.length });
  const ending = { state: "failed", cost: costOf(keeping), images: 0 } as const;
  return settleJob(product, tx, { job, ending });
}

function nothingKept({ lost, blocked }: Keeping, reasons: readonly string[]) {
  if (lost.length === 0 && blocked > 0) return policyFailure(BLOCKED);
  return {
    code: "external_error",
    status: 502,
    message: `The picture was made, but it could not be fetched. ${reasons[0] ?? ""}`.trim(),
    data: {},
  } as const;
}

/** The folder may have been deleted while the job ran: the picture is then kept without one. */
async function liveFolder(tx: App, id: string): Promise<string> {
  if (id === "") return "";
  try {
    const folder = await tx.findRecordById("folders", id);
    return folder.getString("deleted_at") === "" ? id : "";
  } catch (error) {
    if (error instanceof NotFoundError) return "";
    throw error;
  }
}
