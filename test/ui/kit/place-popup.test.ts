import { expect, test } from "vitest";
import { moveItem } from "../../../src/ui/kit/move-item.ts";
import { placePopup } from "../../../src/ui/kit/place-popup.ts";

const WINDOW = { width: 400, height: 300 };
const POPUP = { width: 100, height: 80 };

test.for([
  ["below", { left: 50, top: 20, width: 60, height: 30 }, { left: 50, top: 54 }],
  [
    "above when there is no room below",
    { left: 50, top: 250, width: 60, height: 30 },
    { left: 50, top: 166 },
  ],
  [
    "inside at the right edge",
    { left: 380, top: 20, width: 20, height: 30 },
    { left: 292, top: 54 },
  ],
] as const)("a popup goes %s", ([, anchor, place]) => {
  expect(placePopup(anchor, POPUP, { window: WINDOW })).toEqual(place);
});

test("a popup may be in line with the end of its anchor", () => {
  const anchor = { left: 200, top: 20, width: 60, height: 30 };
  expect(placePopup(anchor, POPUP, { window: WINDOW, align: "end" })).toEqual({
    left: 160,
    top: 54,
  });
});

test("a popup higher than the window begins at its top", () => {
  const anchor = { left: 0, top: 100, width: 10, height: 10 };
  expect(placePopup(anchor, { width: 50, height: 500 }, { window: WINDOW }).top).toBe(8);
});

test.for<[number, number, string]>([
  [0, 2, "bca"],
  [2, 0, "cab"],
  [1, 1, "abc"],
])("moving %i to %i", ([from, to, expected]) => {
  expect(moveItem([..."abc"], from, to).join("")).toBe(expected);
});
