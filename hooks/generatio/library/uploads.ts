import { type App, type RecordModel, uploadFromBytes } from "generatio";
import type { PictureHeader } from "../pictures/header.ts";

export const UPLOADS = "uploads";

const KEPT_MS = 7 * 86_400_000;
const AT_ONCE = 500;

/** A picture that a user sent, cleaned. */
export interface SentUpload {
  readonly bytes: Uint8Array;
  readonly header: PictureHeader;
  /** Of the bytes before they were cleaned. */
  readonly sha256: string;
}

/** Stores what a user sent; the same picture is stored once. */
export async function storeUpload(
  app: App,
  userId: string,
  { bytes, header, sha256 }: SentUpload,
): Promise<RecordModel> {
  const record = app.newRecord(UPLOADS, {
    user_id: userId,
    file: uploadFromBytes(`upload.${header.extension}`, bytes),
    width: header.width,
    height: header.height,
    sha256,
    last_used: new Date().toISOString(),
  });
  try {
    await app.save(record);
    return record;
  } catch (error) {
    // The same one came twice at a time.
    const other = await findUpload(app, userId, sha256);
    if (other) return other;
    throw error;
  }
}

/** A picture that the user has sent before, kept for another while. */
export async function findUpload(
  app: App,
  userId: string,
  sha256: string,
): Promise<RecordModel | undefined> {
  const filter = "user_id = {:userId} && sha256 = {:sha256}";
  const params = { userId, sha256 };
  const [found] = await app.findRecordsByFilter(UPLOADS, filter, { params, limit: 1 });
  if (found) await keepUpload(app, found);
  return found;
}

/** It was used just now. */
export async function keepUpload(app: App, upload: RecordModel): Promise<void> {
  upload.set("last_used", new Date().toISOString());
  await app.saveNoValidate(upload);
}

/** Deletes what has not been used for a week. @param now Unix milliseconds */
export async function forgetUploads(app: App, now: number = Date.now()): Promise<void> {
  const before = new Date(now - KEPT_MS).toISOString().replace("T", " ");
  const options = { params: { before }, limit: AT_ONCE };
  const old = await app.findRecordsByFilter(UPLOADS, "last_used < {:before}", options);
  for (const upload of old) await app.delete(upload);
}
