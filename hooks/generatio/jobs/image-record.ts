import { type App, type RecordModel, type UploadedFile, uploadFromBytes } from "generatio";
import { customAlphabet } from "nanoid";
import type { Parameters } from "../models/parameters.ts";
import type { Done } from "./follow.ts";
import { inputsOf } from "./job.ts";
import type { FetchedPicture } from "./results.ts";

export const IMAGES = "images";

const newRecordId = customAlphabet("abcdefghijklmnopqrstuvwxyz0123456789", 15);

export interface Storing {
  readonly job: RecordModel;
  readonly done: Done;
  readonly pictures: readonly FetchedPicture[];
  /** Empty for none. */
  readonly folderId: string;
}

/**
 * Writes the records and files of a job's pictures. The bytes stay as they came. Of bytes that the user has
 * already the record says so, and the file is a link to the one that is there.
 */
export async function storeImages(tx: App, storing: Storing): Promise<void> {
  const originals = await findOriginals(tx, storing);
  for (const picture of storing.pictures) {
    const { sha256 } = picture.facts;
    const image = await newImage(tx, storing, { picture, original: originals.get(sha256) });
    await tx.save(image);
    if (!originals.has(sha256)) originals.set(sha256, image);
  }
}

/** The user's first picture of the same bytes, by their hash. */
async function findOriginals(
  tx: App,
  { job, pictures }: Storing,
): Promise<Map<string, RecordModel>> {
  const params: Record<string, string> = { userId: job.getString("user_id") };
  const hashes = pictures.map(({ facts }, index) => {
    params[`hash${index}`] = facts.sha256;
    return `sha256 = {:hash${index}}`;
  });
  if (hashes.length === 0) return new Map();
  const filter = `user_id = {:userId} && duplicate_of = "" && (${hashes.join(" || ")})`;
  const found = await tx.findRecordsByFilter(IMAGES, filter, { params, sort: "-created" });
  // The oldest comes last, and stays.
  return new Map(found.map((image) => [image.getString("sha256"), image]));
}

async function newImage(
  tx: App,
  { job, done, folderId }: Storing,
  { picture, original }: { picture: FetchedPicture; original: RecordModel | undefined },
): Promise<RecordModel> {
  const { bytes, header, source, index, facts } = picture;
  const id = newRecordId();
  const slug = job.getString("model").replaceAll(/[^a-z0-9]+/g, "-");
  const file = uploadFromBytes(`${slug}-${index + 1}.${header.extension}`, bytes);
  return tx.newRecord(IMAGES, {
    id,
    url: `/api/files/${IMAGES}/${id}/${file.name}`,
    user_id: job.getString("user_id"),
    prompt: job.getString("prompt"),
    prompt_used: job.getString("prompt_used"),
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
    file: original ? await linkedTo(tx, original, file) : file,
    duplicate_of: original?.id ?? "",
    width: header.width,
    height: header.height,
    mime: header.contentType,
    bytes: bytes.length,
    sha256: facts.sha256,
    blurhash: facts.blurhash,
    nsfw: source.isNsfw,
    provider: job.getString("provider"),
    job_id: job.id,
    task: job.getString("task"),
    parent_id: await parentOf(tx, job),
  });
}

/** The picture that it was made from, while it is there. */
async function parentOf(tx: App, job: RecordModel): Promise<string> {
  const image = inputsOf(job)?.image;
  if (image?.collection !== IMAGES) return "";
  const [parent] = await tx.findRecordsByIds(IMAGES, [image.id]);
  return parent?.id ?? "";
}

/** The same upload, which the storage need not write again when it can link. */
async function linkedTo(tx: App, original: RecordModel, file: UploadedFile): Promise<UploadedFile> {
  const key = [original.collection.id, original.id, original.getString("file")].join("/");
  const onDisk = await tx.files.onDisk(key);
  return onDisk ? { ...file, onDisk } : file;
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
