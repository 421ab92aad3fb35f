import { expect, test } from "vitest";
import { formatBytes } from "../../../../src/ui/admin/records/field-types/format-bytes.ts";
import {
  movePoint,
  parsePoint,
  toPoint,
} from "../../../../src/ui/admin/records/field-types/geo.ts";
import {
  fromLocalInput,
  toLocalInput,
} from "../../../../src/ui/admin/records/field-types/stored-date.ts";

test.for([
  ["52.52, 13.405", { lat: 52.52, lon: 13.405 }],
  [" -33.9;151.2 ", { lat: -33.9, lon: 151.2 }],
  ["91, 0", undefined],
  ["Berlin", undefined],
] as const)("a pasted place %j", ([text, point]) => {
  expect(parsePoint(text)).toEqual(point);
});

test("over the date line a point goes round, at a pole it ends", () => {
  expect(movePoint({ lon: 179.9, lat: 89.9 }, 0.2, 0.2)).toEqual({ lon: -179.9, lat: 90 });
  expect(movePoint({ lon: 0.1, lat: 0 }, 0.2, -0.3)).toEqual({ lon: 0.3, lat: -0.3 });
});

test("what is no point is 0/0, as in PocketBase", () => {
  expect(toPoint(null)).toEqual({ lon: 0, lat: 0 });
  expect(toPoint({ lon: "7", lat: 3 })).toEqual({ lon: 0, lat: 3 });
});

test("a date goes to the browser's input and back", () => {
  for (const stored of ["2026-11-21 10:30:00.000Z", "2026-01-01 00:00:05.000Z", ""]) {
    expect(fromLocalInput(toLocalInput(stored))).toBe(stored);
  }
  expect(toLocalInput("nonsense")).toBe("");
});

test.for([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [1400, "1.4 kB"],
  [5_242_880, "5.2 MB"],
] as const)("%i bytes", ([bytes, text]) => {
  expect(formatBytes(bytes, "en")).toBe(text);
});
