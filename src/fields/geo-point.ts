import { GEO_POINT_COLUMN } from "../db/dialect/columns.ts";
import { problem } from "../lib/errors.ts";
import { RawJson } from "../lib/json.ts";
import { REQUIRED, UNSUPPORTED_TYPE } from "../lib/rules.ts";
import type { Field, FieldType } from "./field.ts";
import { describeOptions, FLAG_OPTION, TEXT_OPTION } from "./options.ts";
import { settingsProblems } from "./settings.ts";

interface GeoPointField extends Field {
  required: boolean;
}

/** Degrees. */
export interface GeoPoint {
  readonly lon: number;
  readonly lat: number;
}

const ORIGIN: GeoPoint = Object.freeze({ lon: 0, lat: 0 });

/** A point on the earth; 0/0 stands for none. */
export const geoPoint: FieldType<GeoPointField> = {
  type: "geoPoint",
  ...describeOptions({ help: TEXT_OPTION, required: FLAG_OPTION }),
  filterKind: "geo",
  isList: false,

  column: () => GEO_POINT_COLUMN,
  zero: () => ({ ...ORIGIN }),
  prepare: (_, raw) => toPoint(raw),
  toDatabase: (_, value) => JSON.stringify(toPoint(value)),
  equals: (a, b) => isPoint(a) && isPoint(b) && a.lon === b.lon && a.lat === b.lat,

  validate(field, value) {
    if (!isPoint(value)) return UNSUPPORTED_TYPE;
    if (value.lat === 0 && value.lon === 0) return field.required ? REQUIRED : undefined;
    if (value.lat < -90 || value.lat > 90) return INVALID_LATITUDE;
    if (value.lon < -180 || value.lon > 180) return INVALID_LONGITUDE;
    return undefined;
  },
  validateSettings: async (field) => settingsProblems(field),
};

const INVALID_LATITUDE = problem(
  "validation_invalid_latitude",
  "Latitude must be between -90 and 90 degrees.",
);
const INVALID_LONGITUDE = problem(
  "validation_invalid_longitude",
  "Longitude must be between -180 and 180 degrees.",
);

/** Reads an object or its JSON text; a part that is missing or null is 0, one of a wrong type spoils both. */
function toPoint(raw: unknown): GeoPoint {
  const source =
    typeof raw === "string" ? RawJson.parse(raw)?.value : raw instanceof RawJson ? raw.value : raw;
  if (typeof source !== "object" || source === null || Array.isArray(source)) return { ...ORIGIN };
  const part = (name: "lon" | "lat"): unknown =>
    Object.hasOwn(source, name) ? (Reflect.get(source, name) ?? 0) : 0;
  const point = { lon: part("lon"), lat: part("lat") };
  return isPoint(point) ? point : { ...ORIGIN };
}

function isPoint(value: unknown): value is GeoPoint {
  if (typeof value !== "object" || value === null || !("lon" in value) || !("lat" in value))
    return false;
  return Number.isFinite(value.lon) && Number.isFinite(value.lat);
}
