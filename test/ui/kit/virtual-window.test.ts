import { describe, expect, test } from "vitest";
import { nextOffset, spaceHeight, visibleRows } from "../../../src/ui/kit/virtual-window.ts";

const SHORT = { rowCount: 100, rowHeight: 40, viewHeight: 400 };
const LONG = { rowCount: 1_000_000, rowHeight: 40, viewHeight: 400 };

/** Scrolls through positions as a user would. */
function scroll(list: typeof LONG, positions: readonly number[]) {
  let past = { offset: 0, scrollTop: 0 };
  for (const scrollTop of positions) {
    past = { offset: nextOffset(list, scrollTop, past), scrollTop };
  }
  return { ...past, ...visibleRows(list, past.scrollTop, past.offset) };
}

describe("a list that fits", () => {
  test("shows the rows in sight and a few around", () => {
    expect(scroll(SHORT, [0])).toMatchObject({ first: 0, end: 18, top: 0 });
    expect(scroll(SHORT, [2000])).toMatchObject({ first: 42, end: 68, top: 42 * 40 });
    expect(scroll(SHORT, [3600])).toMatchObject({ end: 100 });
  });

  test("is as high as its rows", () => {
    expect(spaceHeight(SHORT)).toBe(4000);
  });
});

describe("a list of a million rows", () => {
  const range = spaceHeight(LONG) - LONG.viewHeight;

  test("is not higher than browsers can bear", () => {
    expect(spaceHeight(LONG)).toBeLessThan(16_000_000);
  });

  test("has its last row at the end and its first at the beginning", () => {
    const atEnd = scroll(LONG, [range]);
    expect(atEnd.end).toBe(1_000_000);
    const last = atEnd.top + (1_000_000 - atEnd.first) * LONG.rowHeight;
    expect(last).toBe(spaceHeight(LONG));
    expect(scroll(LONG, [range, 0])).toMatchObject({ first: 0, top: 0 });
  });

  test("moves by pixels in small steps, and to the proportional place in jumps", () => {
    const jumped = scroll(LONG, [range / 2]);
    expect(Math.abs(jumped.first - 500_000)).toBeLessThan(20);
    const stepped = scroll(LONG, [range / 2, range / 2 + 40]);
    expect(stepped.first - jumped.first).toBe(1);
    expect(stepped.top - jumped.top).toBe(40);
  });

  test("every row can be reached in small steps from a jump near it", () => {
    const seen = new Set<number>();
    const start = range / 3;
    for (let step = 0; step < 50; step++) {
      const positions = Array.from({ length: step + 1 }, (_, at) => start + at * 40);
      const { first, end } = scroll(LONG, positions);
      for (let row = first; row < end; row++) seen.add(row);
    }
    const rows = [...seen].toSorted((a, b) => a - b);
    expect(rows.at(-1)! - rows[0]!).toBe(rows.length - 1);
  });
});

test("an empty list has no rows", () => {
  expect(scroll({ ...SHORT, rowCount: 0 }, [0])).toMatchObject({ first: 0, end: 0 });
});
