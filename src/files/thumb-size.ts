/** Which part of an image survives when its sides do not fit. */
export type ThumbCrop = "center" | "top" | "bottom";

/** A thumb format (PocketBase: ThumbSizeRegex). */
export interface ThumbSize {
  /** Pixels; 0 follows from the other side. */
  readonly width: number;
  readonly height: number;
  /** `fit`: all of the image inside the box; a crop fills the box. */
  readonly mode: "fit" | ThumbCrop;
}

const MODES = { "": "center", t: "top", b: "bottom", f: "fit" } as const;

/** Reads `100x100`, `0x50`, `50x0`, `10x20t`, `10x20b`, `10x20f`; undefined for anything else. */
export function parseThumbSize(text: string): ThumbSize | undefined {
  const [, width, height, mode = ""] = /^(\d+)x(\d+)([tbf]?)$/.exec(text) ?? [];
  if (width === undefined || height === undefined) return undefined;
  const size = {
    width: Number(width),
    height: Number(height),
    mode: MODES[mode as keyof typeof MODES],
  };
  return size.width === 0 && size.height === 0 ? undefined : size;
}
