/** Degrees; north and east are positive. */
export interface GeoPoint {
  readonly lon: number;
  readonly lat: number;
}

/** A value of the API; 0/0 for what is none, as PocketBase has it. */
export function toPoint(value: unknown): GeoPoint {
  if (typeof value !== "object" || value === null) return { lon: 0, lat: 0 };
  const { lon, lat }: { lon?: unknown; lat?: unknown } = value;
  return { lon: typeof lon === "number" ? lon : 0, lat: typeof lat === "number" ? lat : 0 };
}

/** Latitude first, as maps write it. */
export function pointText({ lon, lat }: GeoPoint): string {
  return `${lat}, ${lon}`;
}

/** Reads `52.52, 13.405` as maps copy it. @returns undefined for anything else */
export function parsePoint(text: string): GeoPoint | undefined {
  const [, lat, lon] = /^\s*(-?\d+(?:\.\d+)?)\s*[,;\s]\s*(-?\d+(?:\.\d+)?)\s*$/.exec(text) ?? [];
  if (lat === undefined || lon === undefined) return undefined;
  const point = { lat: Number(lat), lon: Number(lon) };
  return Math.abs(point.lat) <= 90 && Math.abs(point.lon) <= 180 ? point : undefined;
}

/** Moves by degrees: over the date line it goes round, at a pole it ends. */
export function movePoint({ lon, lat }: GeoPoint, east: number, north: number): GeoPoint {
  const turned = lon + east;
  const around = turned > 180 ? turned - 360 : turned < -180 ? turned + 360 : turned;
  return { lon: tidy(around), lat: tidy(Math.max(-90, Math.min(90, lat + north))) };
}

/** Without the dust of binary fractions: a millionth of a degree is a tenth of a metre. */
export function tidy(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6;
}
