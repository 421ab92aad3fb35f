/** Browsers cut elements that are higher than some 16 to 33 million pixels. */
export const MAX_HEIGHT = 8_000_000;

export interface VirtualList {
  readonly rowCount: number;
  /** Pixels. */
  readonly rowHeight: number;
  /** Pixels of it that are seen. */
  readonly viewHeight: number;
}

export interface VirtualWindow {
  /** Rows from `first` up to, but without, `end` are rendered. */
  readonly first: number;
  readonly end: number;
  /** Where row `first` stands, in pixels from the top of the scrolled space. */
  readonly top: number;
}

const OVERSCAN = 8;

/** Height of the scrolled space: of all rows, or as much as a browser can bear. */
export function spaceHeight({ rowCount, rowHeight }: VirtualList): number {
  return Math.min(rowCount * rowHeight, MAX_HEIGHT);
}

/**
 * How far the rows are from where a scroll position alone would put them; zero as long as they fit into the
 * space. A longer list is pressed into it: jumps go to the proportional place, small steps move by pixels, as
 * everywhere.
 *
 * @param previous the offset before and the scroll position it belonged to
 */
export function nextOffset(
  list: VirtualList,
  scrollTop: number,
  previous: { readonly offset: number; readonly scrollTop: number },
): number {
  const excess = list.rowCount * list.rowHeight - spaceHeight(list);
  if (excess <= 0) return 0;
  const step = Math.abs(scrollTop - previous.scrollTop);
  const range = spaceHeight(list) - list.viewHeight;
  const atEdge = scrollTop <= 0 || scrollTop >= range - 1;
  if (step < list.viewHeight * 3 && !atEdge) {
    return Math.max(0, Math.min(excess, previous.offset));
  }
  return Math.round((scrollTop / range) * excess);
}

/** The rows that are rendered at a scroll position. */
export function visibleRows(list: VirtualList, scrollTop: number, offset: number): VirtualWindow {
  const { rowCount, rowHeight, viewHeight } = list;
  const at = scrollTop + offset;
  const first = Math.max(0, Math.min(rowCount, Math.floor(at / rowHeight)) - OVERSCAN);
  const end = Math.min(rowCount, Math.ceil((at + viewHeight) / rowHeight) + OVERSCAN);
  return { first, end, top: first * rowHeight - offset };
}
