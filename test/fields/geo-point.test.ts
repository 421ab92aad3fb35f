import { expect, test } from "vitest";
import { fieldType } from "../../src/fields/index.ts";
import { RawJson } from "../../src/lib/json.ts";
import { makeField, prepare, problemOf, REQUIRED } from "./fixture.ts";

const ORIGIN = { lon: 0, lat: 0 };

// What PocketBase 0.40.4 makes of them.
test.each([
  [
    { lon: 1, lat: 2 },
    { lon: 1, lat: 2 },
  ],
  [{ lon: 1 }, { lon: 1, lat: 0 }],
  [
    { lon: null, lat: 3 },
    { lon: 0, lat: 3 },
  ],
  [
    { lon: 1e2, lat: 0.1 },
    { lon: 100, lat: 0.1 },
  ],
  [{ lon: "7" }, ORIGIN],
  [{ lon: "7", lat: 5 }, ORIGIN],
  [{ lat: 5, lon: "7" }, ORIGIN],
  [{ Lon: 1, LAT: 2 }, ORIGIN],
  [[1, 2], ORIGIN],
  ['{"lon":1,"lat":2,"x":3}', { lon: 1, lat: 2 }],
  [' {"lon":1} ', { lon: 1, lat: 0 }],
  ["null", ORIGIN],
  ["[1]", ORIGIN],
  ["x", ORIGIN],
  ["", ORIGIN],
  [1, ORIGIN],
  [true, ORIGIN],
  [null, ORIGIN],
])("%j becomes %j", (raw, point) => expect(prepare(makeField("geoPoint"), raw)).toEqual(point));

test("stored JSON and inherited keys are read as they should", () => {
  expect(prepare(makeField("geoPoint"), new RawJson('{"lon":1,"lat":2}'))).toEqual({
    lon: 1,
    lat: 2,
  });
  expect(prepare(makeField("geoPoint"), Object.create({ lon: 1, lat: 2 }))).toEqual(ORIGIN);
});

const LATITUDE = {
  code: "validation_invalid_latitude",
  message: "Latitude must be between -90 and 90 degrees.",
};
const LONGITUDE = {
  code: "validation_invalid_longitude",
  message: "Longitude must be between -180 and 180 degrees.",
};

test.each([
  [{}, ORIGIN, undefined],
  [{ required: true }, ORIGIN, REQUIRED],
  [{ required: true }, { lon: 1e-9 }, undefined],
  [{}, { lon: 180, lat: 90 }, undefined],
  [{}, { lon: -180, lat: -90 }, undefined],
  [{}, { lat: 91 }, LATITUDE],
  [{}, { lat: -90.5, lon: 1 }, LATITUDE],
  [{}, { lon: 181 }, LONGITUDE],
  [{}, { lon: -181 }, LONGITUDE],
  [{}, { lon: 181, lat: 91 }, LATITUDE],
])("with %j, %j is judged as PocketBase does", async (options, raw, problem) => {
  expect(await problemOf(makeField("geoPoint", options), raw)).toEqual(problem);
});

test("it is stored with the longitude first", () => {
  const field = makeField("geoPoint");
  expect(fieldType(field).toDatabase?.(field, prepare(field, { lat: 1e-7, lon: 1 }))).toBe(
    '{"lon":1,"lat":1e-7}',
  );
});
