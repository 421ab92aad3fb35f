import { planThumb } from "./thumb-geometry.ts";
import type { ThumbSize } from "./thumb-size.ts";

/** Larger originals are not decoded: a few kilobytes can unfold to gigabytes. */
const MAX_PIXELS = 100_000_000;
/** Longest side of a thumb. */
const MAX_SIDE = 8192;

/** Formats that a client may ask for instead of the original's. */
export type ThumbFormat = "webp" | "avif";

/** What a client may wish for. */
export interface ThumbOutput {
  readonly format?: ThumbFormat | undefined;
  /** 1 to 100, of such a format; its usual one otherwise. */
  readonly quality?: number | undefined;
}

export interface ThumbImage {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

/**
 * Draws a thumb: turned upright, first frame of animations, JPEG and GIF as such, all else as PNG
 * (PocketBase: tools/filesystem, CreateThumb). Only as many bytes and pixels are read as needed.
 *
 * @throws Error when it is no image that can be read, or too large
 */
export async function drawThumb(
  original: Uint8Array,
  size: ThumbSize,
  options: { readonly contentType: string } & ThumbOutput,
): Promise<ThumbImage> {
  // Loaded with the first thumb: most starts never need it.
  const { default: sharp } = await import("sharp");
  // Several images at a time make better use of the cores than several threads for one.
  sharp.concurrency(1);
  const image = sharp(original, {
    limitInputPixels: MAX_PIXELS,
    pages: 1,
    failOn: "error",
  }).autoOrient();
  const { cutBefore, scaled, cutAfter } = planThumb((await image.metadata()).autoOrient, size);
  if (Math.max(scaled.width, scaled.height, size.width, size.height) > MAX_SIDE && !cutAfter)
    throw new Error(`thumbs have at most ${MAX_SIDE} pixels per side`);
  if (cutBefore) image.extract(cutBefore);
  image.resize({ ...scaled, fit: "fill", kernel: "linear" });
  if (cutAfter) image.extract(cutAfter);
  const format = options.format ?? formatOf(options.contentType);
  const quality = options.format && options.quality ? { quality: options.quality } : {};
  const bytes = await image.toFormat(format, { ...OUTPUT[format], ...quality }).toBuffer();
  return { bytes, contentType: `image/${format}` };
}

const OUTPUT = {
  // As good as PocketBase makes them.
  jpeg: { quality: 95 },
  // The scaled image has more colours than the original's palette.
  gif: { reuse: false },
  png: {},
  webp: {},
  avif: {},
};

function formatOf(contentType: string): "jpeg" | "gif" | "png" {
  if (contentType === "image/jpeg") return "jpeg";
  return contentType === "image/gif" ? "gif" : "png";
}
