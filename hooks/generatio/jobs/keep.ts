import { createHash } from "node:crypto";
import { type App, NotFoundError, type RecordModel, uploadFromBytes } from "generatio";
import { customAlphabet } from "nanoid";
import { imageCount, type Parameters } from "../models/parameters.ts";
import { download, DownloadError } from "../pictures/download.ts";
import { type PictureHeader, readPictureHeader } from "../pictures/header.ts";
import type { Product } from "../product.ts";
import type { ProviderPicture } from "../providers/provider.ts";
import type { MicroDollars } from "../spending/money.ts";
import { bookUsage } from "../spending/usage.ts";
import { setFailure } from "./failure.ts";
import type { Done } from "./follow.ts";
import { isSettled, JOBS, warningsOf } from "./job.ts";
import { settleJob, subjectOf } from "./settle.ts";

export const IMAGES = "images";

const MAX_PIXELS = 64_000_000;
const newRecordId = customAlphabet("abcdefghijklmnopqrstuvwxyz0123456789", 15);

/** A result whose bytes are here and were checked. */
interface FetchedPicture {
  readonly source: ProviderPicture;
  /** Its place in the provider's answer, from 0. */
  readonly index: number;
  readonly bytes: Buffer;
  readonly header: PictureHeader;
}

/** One that could not be had, and why. */
interface LostPicture {
  readonly reason: string;
}

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
  const results = await Promise.all(
    done.pictures.map((source, index) => fetchPicture(product, { source, index }, signal)),
  );
  const pictures = results.filter((result) => "bytes" in result);
  const lost = results.filter((result) => "reason" in result);
  try {
    await product.app.runInTransaction((tx) => keep(product, tx, { job, done, pictures, lost }));
  } catch (error) {
    product.app.logger.error("pictures could not be kept", { jobId: job.id, error });
    const all = done.pictures.map(() => ({ reason: "the server could not store it" }));
    await product.app.runInTransaction((tx) =>
      keep(product, tx, { job, done, pictures: [], lost: all }),
    );
  }
}

interface Keeping {
  readonly job: RecordModel;
  readonly done: Done;
  readonly pictures: readonly FetchedPicture[];
  readonly lost: readonly LostPicture[];
}

async function keep(product: Product, tx: App, keeping: Keeping): Promise<void> {
  const { job, done, pictures, lost } = keeping;
  const [stored] = await tx.findRecordsByIds(JOBS, [job.id]);
  if (stored && isSettled(stored)) {
    const facts = { jobId: job.id, pictures: pictures.length };
    return tx.logger.warn("a result came after its job was settled: waste", facts);
  }
  // With its account there is nobody left to keep it for; it is paid all the same.
  if (!stored) return settleGone(product, tx, keeping);
  const results = pictures.length + lost.length;
  const folderId = await liveFolder(tx, job.getString("folder_id"));
  for (const picture of pictures) await tx.save(newImage(tx, { job, done, picture, folderId }));
  const cost = costOf(keeping);
  const reasons = lost.map(({ reason }) => `A picture could not be fetched: ${reason}.`);
  const notes = done.note === undefined ? [] : [done.note];
  const warnings = [...warningsOf(job), ...notes, ...reasons];
  if (warnings.length > 0) job.set("warnings", warnings);
  if (pictures.length === 0) setFailure(job, nothingKept(reasons));
  const state = pictures.length > 0 ? "succeeded" : "failed";
  await settleJob(product, tx, { job, ending: { state, cost, images: pictures.length } });
  await bookUsage(tx, {
    userId: job.getString("user_id"),
    provider: job.getString("provider"),
    model: job.getString("model"),
    funding: job.getString("funding"),
    images: pictures.length,
    cost,
    waste: Math.round((cost / results) * lost.length),
  });
}

function costOf({ job, done, pictures, lost }: Keeping): MicroDollars {
  if (done.cost !== undefined) return done.cost;
  const parameters = (job.getJson("params") ?? {}) as Parameters;
  // As it was when it was ordered. Jobs of before that was written down: what is held for each.
  const price = job.getNumber("price") || job.getNumber("hold") / imageCount(parameters);
  return Math.round(price * (pictures.length + lost.length));
}

function settleGone({ ledger }: Product, tx: App, keeping: Keeping): Promise<void> {
  const { job, pictures } = keeping;
  tx.logger.warn("a job is gone", { jobId: job.id, pictures: pictures.length });
  const payee = `provider/${job.getString("provider")}`;
  return ledger.settle(tx, subjectOf(job), { taken: { usd_micros: costOf(keeping) }, payee });
}

function nothingKept(reasons: readonly string[]) {
  return {
    code: "external_error",
    status: 502,
    message: `The picture was made, but it could not be fetched. ${reasons[0] ?? ""}`.trim(),
    data: {},
  } as const;
}

async function fetchPicture(
  product: Product,
  place: { source: ProviderPicture; index: number },
  signal: AbortSignal,
): Promise<FetchedPicture | LostPicture> {
  const { trustedOrigins } = product.settings;
  try {
    const bytes = await download(place.source.url, { trustedOrigins, signal });
    const header = readPictureHeader(bytes);
    if (!header) return { reason: "it is no PNG, JPEG or WebP picture" };
    if (header.width * header.height > MAX_PIXELS) return { reason: "it has too many pixels" };
    return { ...place, bytes, header };
  } catch (error) {
    if (!(error instanceof DownloadError)) throw error;
    return { reason: error.message };
  }
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

function newImage(
  tx: App,
  from: { job: RecordModel; done: Done; picture: FetchedPicture; folderId: string },
): RecordModel {
  const { job, done, picture, folderId } = from;
  const { bytes, header, source, index } = picture;
  const id = newRecordId();
  const slug = job.getString("model").replaceAll(/[^a-z0-9]+/g, "-");
  const file = uploadFromBytes(`${slug}-${index + 1}.${header.extension}`, bytes);
  return tx.newRecord(IMAGES, {
    id,
    url: `/api/files/${IMAGES}/${id}/${file.name}`,
    user_id: job.getString("user_id"),
    prompt: job.getString("prompt"),
    request_id: job.getString("provider_request_id"),
    model: job.getString("model"),
    batch_number: index,
    image_size: { preset: presetOf(job), width: header.width, height: header.height },
    other_info: {
      provider: job.getString("provider"),
      source_url: source.url.startsWith("data:") ? "" : source.url,
      seed: done.seed ?? null,
      has_nsfw: source.isNsfw,
      inference_seconds: done.seconds ?? null,
      ...done.info,
    },
    folder_id: folderId,
    file,
    width: header.width,
    height: header.height,
    mime: header.contentType,
    bytes: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    provider: job.getString("provider"),
    job_id: job.id,
  });
}

function presetOf(job: RecordModel): string {
  const size = ((job.getJson("params") ?? {}) as Parameters)["image_size"];
  return typeof size === "string" ? size : "";
}

/** The pictures of a job, in the provider's order. */
export function findPictures(app: App, jobId: string): Promise<RecordModel[]> {
  const options = { params: { jobId }, sort: "batch_number" };
  return app.findRecordsByFilter(IMAGES, "job_id = {:jobId}", options);
}
