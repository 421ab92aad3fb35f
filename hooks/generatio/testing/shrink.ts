import type { Size } from "../drawing/mosaic.ts";

const LEAST_PIXELS = 16;

/** A smaller picture of about the same shape. @param by 1 when absent */
export function shrunk({ width, height }: Size, by = 1): Size {
  const side = (pixels: number) => Math.max(LEAST_PIXELS, Math.round(pixels / by));
  return by === 1 ? { width, height } : { width: side(width), height: side(height) };
}
