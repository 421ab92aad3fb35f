import type { RecordModel } from "generatio";
import { invalidField, notFound } from "../errors.ts";
import { IMAGES } from "../jobs/image-record.ts";
import { type InputRef, inputsOf } from "../jobs/job.ts";
import { findUpload, keepUpload, storeUpload, UPLOADS } from "../library/uploads.ts";
import type { Model, Size, Task } from "../models/model.ts";
import { download, DownloadError } from "../pictures/download.ts";
import { readPictureHeader } from "../pictures/header.ts";
import { MAX_PIXELS } from "../pictures/picture-tasks.ts";
import type { Product } from "../product.ts";
import { type PictureSource, type SentBytes, toSentBytes } from "./picture-source.ts";
import type { PictureWish } from "./request.ts";

/** A picture that is here and may be used. */
export interface TakenPicture extends Size {
  readonly collection: typeof IMAGES | typeof UPLOADS;
  readonly id: string;
  /** What it was made from; empty when it was sent. */
  readonly prompt: string;
}

/** What goes into a model. */
export interface TakenPictures {
  readonly image: TakenPicture;
  readonly mask?: TakenPicture;
}

/**
 * A part of step 4: the pictures that a wish names, checked and here. What came with the request or from the web
 * is stored without its metadata.
 *
 * @returns undefined for a wish that needs none
 * @throws ProductError naming what is wrong
 */
export async function takePictures(
  product: Product,
  user: RecordModel,
  { wish, model }: { wish: PictureWish; model: Model },
): Promise<TakenPictures | undefined> {
  const { task = "generate", pictures } = wish;
  if (task === "generate") return undefined;
  if (!pictures) throw invalidField("image", "is required", "validation_required");
  if (pictures.mask && model.input?.mask === undefined) {
    throw invalidField("mask", `is not understood by ${model.displayName}`);
  }
  if (!pictures.mask && model.input?.needsMask) {
    throw invalidField("mask", "is required", "validation_required");
  }
  const image = await take(product, user, { source: pictures.image, field: "image" });
  if (!pictures.mask) return { image };
  const mask = await take(product, user, { source: pictures.mask, field: "mask" });
  if (mask.width !== image.width || mask.height !== image.height) {
    throw invalidField("mask", `must be ${image.width}x${image.height} pixels, as the picture is`);
  }
  return { image, mask };
}

/** The same pictures again, as a job has them. */
export function sourcesOf(job: RecordModel): Pick<PictureWish, "task" | "pictures"> {
  const inputs = inputsOf(job);
  if (!inputs) return {};
  const sourceOf = ({ collection, id }: InputRef): PictureSource =>
    collection === IMAGES ? { kind: "image", id } : { kind: "upload", id };
  const { image, mask } = inputs;
  return {
    task: job.getString("task") as Task,
    pictures: { image: sourceOf(image), ...(mask ? { mask: sourceOf(mask) } : {}) },
  };
}

interface Named {
  readonly source: PictureSource;
  readonly field: string;
}

function take(
  product: Product,
  user: RecordModel,
  { source, field }: Named,
): Promise<TakenPicture> {
  switch (source.kind) {
    case "image":
      return takeOwn(product, user, { id: source.id, field });
    case "upload":
      return takeUpload(product, user, { id: source.id, field });
    case "bytes":
      return takeBytes(product, user, { sent: source.sent, field });
    case "address":
      return takeFromWeb(product, user, { url: source.url, field });
  }
}

/** Deleted pictures and those in deleted folders are not there for their user. */
async function takeOwn(
  { app }: Product,
  user: RecordModel,
  { id, field }: { id: string; field: string },
): Promise<TakenPicture> {
  const filter =
    'id = {:id} && user_id = {:userId} && deleted_at = "" && folder_id.deleted_at = "" && file != ""';
  const options = { params: { id, userId: user.id }, limit: 1 };
  const [image] = await app.findRecordsByFilter(IMAGES, filter, options);
  if (!image) throw notFound("There is no such picture.", field);
  return toTaken(IMAGES, image);
}

async function takeUpload(
  { app }: Product,
  user: RecordModel,
  { id, field }: { id: string; field: string },
): Promise<TakenPicture> {
  const [upload] = await app.findRecordsByIds(UPLOADS, [id]);
  if (upload?.getString("user_id") !== user.id) {
    throw notFound("The picture that was sent is not there any more.", field);
  }
  await keepUpload(app, upload);
  return toTaken(UPLOADS, upload);
}

async function takeBytes(
  { app, pictures }: Product,
  user: RecordModel,
  { sent, field }: { sent: SentBytes; field: string },
): Promise<TakenPicture> {
  const known = await findUpload(app, user.id, sent.sha256);
  if (known) return toTaken(UPLOADS, known);
  const declared = readPictureHeader(sent.bytes);
  if (!declared) throw invalidField(field, "must be a PNG, JPEG or WebP picture");
  if (declared.width * declared.height > MAX_PIXELS) {
    throw invalidField(field, `must have at most ${MAX_PIXELS / 1_000_000} megapixels`);
  }
  const bytes = await pictures.clean(sent.bytes).catch((error: unknown) => {
    app.logger.debug("a sent picture cannot be decoded", { error });
    return undefined;
  });
  // Turned upright, it may be as wide as it was high.
  const header = bytes && readPictureHeader(bytes);
  if (!header) throw invalidField(field, "cannot be decoded");
  const upload = await storeUpload(app, user.id, { bytes, header, sha256: sent.sha256 });
  return toTaken(UPLOADS, upload);
}

/** Somebody waits for the answer. */
const LONGEST_FETCH_MS = 20_000;

/** An address from outside, fetched with no exception for whatever the operator trusts. */
async function takeFromWeb(
  product: Product,
  user: RecordModel,
  { url, field }: { url: string; field: string },
): Promise<TakenPicture> {
  const patience = AbortSignal.timeout(LONGEST_FETCH_MS);
  const signal = AbortSignal.any([product.pictures.signal, patience]);
  const options = { trustedOrigins: new Set<string>(), signal };
  const bytes = await download(url, options).catch((error: unknown) => {
    if (!(error instanceof DownloadError || patience.aborted)) throw error;
    // What exactly was found there is nobody's business.
    product.app.logger.info("a picture could not be fetched", { reason: String(error) });
    throw invalidField(field, "cannot be fetched: it must be public, over https, and a picture");
  });
  return takeBytes(product, user, { sent: await toSentBytes(product, bytes), field });
}

function toTaken(collection: TakenPicture["collection"], record: RecordModel): TakenPicture {
  return {
    collection,
    id: record.id,
    width: record.getNumber("width"),
    height: record.getNumber("height"),
    prompt: collection === IMAGES ? record.getString("prompt") : "",
  };
}
