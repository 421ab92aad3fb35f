import type { ThumbCrop, ThumbSize } from "./thumb-size.ts";

export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The steps from an upright image to its thumb: cut, scale, cut. */
export interface ThumbPlan {
  readonly cutBefore?: Area;
  readonly scaled: Size;
  readonly cutAfter?: Area;
}

/** Smaller images are scaled before they are cut, which keeps more of their few pixels. */
const SMALL_SIDE = 100;
/** Pixels that an image may have between scaling and cutting. */
const MAX_SCALED = 100_000_000;

/** Plans a thumb to the pixel as PocketBase makes it (the rules of Go's imaging library: Resize, Fit, Fill). */
export function planThumb(image: Size, { width, height, mode }: ThumbSize): ThumbPlan {
  if (width === 0 || height === 0) return { scaled: keepRatio(image, { width, height }) };
  const box = { width, height };
  if (mode === "fit") return { scaled: fit(image, box) };
  if (image.width === width && image.height === height) return { scaled: box };
  const isLow = image.width / image.height < width / height;
  const scaled = keepRatio(image, isLow ? { width, height: 0 } : { width: 0, height });
  const isSmall = image.width < SMALL_SIDE || image.height < SMALL_SIDE;
  if (isSmall && scaled.width * scaled.height <= MAX_SCALED)
    return { scaled, cutAfter: anchor(scaled, box, mode) };
  const cut = isLow
    ? { width: image.width, height: round((image.width * height) / width) }
    : { width: round((image.height * width) / height), height: image.height };
  return { cutBefore: anchor(image, cut, mode), scaled: box };
}

/** The side that is 0 follows from the other. */
function keepRatio(image: Size, { width, height }: Size): Size {
  return width === 0
    ? { width: round((height * image.width) / image.height), height }
    : { width, height: round((width * image.height) / image.width) };
}

/** Never larger than the image; the shorter side is rounded down. */
function fit(image: Size, box: Size): Size {
  if (image.width <= box.width && image.height <= box.height) return image;
  const ratio = image.width / image.height;
  const inside =
    ratio > box.width / box.height
      ? { width: box.width, height: Math.trunc(box.width / ratio) }
      : { width: Math.trunc(box.height * ratio), height: box.height };
  return inside.width === 0 || inside.height === 0 ? keepRatio(image, inside) : inside;
}

/** The part of an image that a crop keeps; no more than there is. */
function anchor(image: Size, part: Size, crop: ThumbCrop): Area {
  const width = Math.min(part.width, image.width);
  const height = Math.min(part.height, image.height);
  const free = image.height - height;
  const tops = { top: 0, center: Math.trunc(free / 2), bottom: free };
  return { left: Math.trunc((image.width - width) / 2), top: tops[crop], width, height };
}

function round(side: number): number {
  return Math.floor(Math.max(1, side) + 0.5);
}
