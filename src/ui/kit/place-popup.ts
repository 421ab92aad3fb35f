/** Distances in CSS pixels from the top left of the window. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

const GAP = 4;
const EDGE = 8;

/**
 * Where a popup goes: below its anchor when it fits there, else above it, never out of the window.
 *
 * @param options.align which edges of anchor and popup are in line
 */
export function placePopup(
  anchor: Box,
  popup: Size,
  { window, align = "start" }: { readonly window: Size; readonly align?: "start" | "end" },
): { left: number; top: number } {
  const wanted = align === "start" ? anchor.left : anchor.left + anchor.width - popup.width;
  const left = Math.max(EDGE, Math.min(wanted, window.width - popup.width - EDGE));
  const below = anchor.top + anchor.height + GAP;
  const above = anchor.top - GAP - popup.height;
  const fitsBelow = below + popup.height <= window.height - EDGE;
  if (fitsBelow || above < EDGE) {
    return { left, top: Math.max(EDGE, Math.min(below, window.height - popup.height - EDGE)) };
  }
  return { left, top: above };
}
