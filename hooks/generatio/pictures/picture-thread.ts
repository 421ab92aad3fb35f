/*
 * The thread in which pictures are looked into: hashing and decoding megabytes would hold up every request.
 * Started by `picture-work.ts`; each message is a task, each answer names it.
 */
import { createHash } from "node:crypto";
import { parentPort } from "node:worker_threads";
import { encode } from "blurhash";
import sharp, { type Sharp } from "sharp";
import {
  MAX_PIXELS,
  type MaskForm,
  type PictureFacts,
  type PictureTask,
  type TaskAnswer,
  type TaskOutcome,
} from "./picture-tasks.ts";

// Several pictures at a time make better use of the cores than several threads for one.
sharp.concurrency(1);
sharp.cache(false);

parentPort?.on("message", (task: PictureTask) => {
  run(task).then(
    (outcome) => answer({ id: task.id, outcome }),
    (error: unknown) => answer({ id: task.id, problem: String(error) }),
  );
});

function answer(message: TaskAnswer): void {
  parentPort?.postMessage(message);
}

function run(task: PictureTask): Promise<TaskOutcome> {
  switch (task.name) {
    case "look":
      return look(task.bytes);
    case "clean":
      return clean(task.bytes);
    case "mask":
      return mask(task.bytes, task.form);
  }
}

async function look(bytes: Uint8Array): Promise<PictureFacts> {
  return {
    sha256: createHash("sha256").update(bytes).digest("hex"),
    ...(await glanceAt(bytes)),
  };
}

/** First frame only, upright, and never more pixels than are allowed. */
function decode(bytes: Uint8Array): Sharp {
  return sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: "error", pages: 1 }).autoOrient();
}

const BLURRED_SIDE = 32;

/** Of a channel, 0 to 255: what a JPEG leaves of black. */
const BLACK_BELOW = 2;

/** What can be said of a picture made very small. */
async function glanceAt(bytes: Uint8Array): Promise<Pick<PictureFacts, "blurhash" | "isBlack">> {
  try {
    const { data, info } = await decode(bytes)
      .resize(BLURRED_SIDE, BLURRED_SIDE, { fit: "inside" })
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const { width, height } = info;
    // More of them along the longer side.
    const [across, down] = width >= height ? ([4, 3] as const) : ([3, 4] as const);
    const blurhash = encode(new Uint8ClampedArray(data), width, height, across, down);
    return { blurhash, isBlack: isBlack(data) };
  } catch {
    return { blurhash: "", isBlack: false };
  }
}

/** @param rgba four bytes per pixel */
function isBlack(rgba: Buffer): boolean {
  return rgba.every((value, at) => at % 4 === 3 || value < BLACK_BELOW);
}

async function clean(bytes: Uint8Array): Promise<{ bytes: Uint8Array }> {
  const picture = decode(bytes);
  const { format } = await picture.metadata();
  // As good as the original: it is a source, not a thumbnail. Metadata is left out unless asked for.
  if (format === "jpeg") picture.jpeg({ quality: 95, chromaSubsampling: "4:4:4" });
  else if (format === "webp") picture.webp({ quality: 95 });
  else picture.png();
  return { bytes: await picture.toBuffer() };
}

const HALF = 128;

/** In the other form: white on black, or opaque with a hole. */
async function mask(bytes: Uint8Array, form: MaskForm): Promise<{ bytes: Uint8Array }> {
  const { data, info } = await decode(bytes)
    .toColourspace("srgb")
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const isPainted = paintedBy(data);
  const pixels = info.width * info.height;
  const channels = form === "white" ? 1 : 4;
  const made = Buffer.alloc(pixels * channels);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const painted = isPainted(pixel * 4);
    if (form === "white") made[pixel] = painted ? 255 : 0;
    else made[pixel * 4 + 3] = painted ? 0 : 255;
  }
  const raw = { width: info.width, height: info.height, channels } as const;
  return { bytes: await sharp(made, { raw }).png().toBuffer() };
}

/** A mask with a hole in it means the hole; any other its white part. @param rgba four bytes per pixel */
function paintedBy(rgba: Buffer): (at: number) => boolean {
  let hasHole = false;
  for (let at = 3; at < rgba.length && !hasHole; at += 4) hasHole = rgba[at]! < HALF;
  if (hasHole) return (at) => rgba[at + 3]! < HALF;
  return (at) => (rgba[at]! + rgba[at + 1]! + rgba[at + 2]!) / 3 >= HALF;
}
