/*
 * Dates are kept as PocketBase stores and sends them: UTC, `YYYY-MM-DD HH:MM:SS.mmmZ`, `""` for none. The
 * text sorts as the instants do, so nothing in the engine needs another representation.
 */

/** The present instant. */
export function currentDate(): string {
  return formatDate(Date.now());
}

/** @param time milliseconds since 1970-01-01 UTC; NaN gives `""` */
export function formatDate(time: number): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime()) || time === ZERO_TIME) return "";
  const iso = date.toISOString();
  const text = `${iso.slice(0, -14)} ${iso.slice(-13)}`;
  if (text.length === USUAL_LENGTH) return text;
  // Years outside 0000-9999 come as `+012345` and `-000001`; Go writes `12345` and `-0001`.
  return text.replace(/^(?:\+0*|(-)0*)(?=\d{4})/, "$1");
}

const USUAL_LENGTH = "YYYY-MM-DD HH:MM:SS.mmmZ".length;

/** Milliseconds since 1970-01-01 UTC of a stored date text; NaN when it is none. */
export function dateTime(text: string): number {
  const match = STORED.exec(text);
  return match ? timeOf({ ...NO_PARTS, ...numbers(match.groups!) }) : NaN;
}

/**
 * Reads a date from anything: texts in the layouts that PocketBase accepts (its own, RFC 3339, ISO 8601
 * without zone, RFC 1123, 822 and 850, ANSI C, Unix, Ruby, `02 Jan 2006` …), `Date` objects. A text without
 * a zone is UTC; fractions of a millisecond are cut. Everything else, numbers included, gives `""`.
 */
export function toDate(raw: unknown): string {
  if (typeof raw === "string") return parseDate(raw);
  return raw instanceof Date ? formatDate(raw.getTime()) : "";
}

function parseDate(text: string): string {
  if (CANONICAL.test(text)) return text === ZERO_TEXT ? "" : text;
  for (const layout of LAYOUTS) {
    const groups = layout.exec(text)?.groups;
    if (!groups) continue;
    const time = timeOf({ ...NO_PARTS, ...numbers(groups) });
    if (!Number.isNaN(time)) return formatDate(time);
  }
  return "";
}

interface Parts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
  /** Minutes east of UTC. */
  readonly offset: number;
}

const NO_PARTS: Parts = {
  year: 0,
  month: 1,
  day: 1,
  hour: 0,
  minute: 0,
  second: 0,
  millisecond: 0,
  offset: 0,
};

/** 0001-01-01 00:00 UTC, Go's zero time. */
const ZERO_TIME = -62_135_596_800_000;
const ZERO_TEXT = "0001-01-01 00:00:00.000Z";

/** Already in the stored form and surely a real day: the fast path of every row that is read. */
const CANONICAL =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8]) (?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

const STORED =
  /^(?<year>-?\d{4,})-(?<month>\d\d)-(?<day>\d\d) (?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)\.(?<fraction>\d{3})Z$/;

const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

const DATE = String.raw`(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)`;
/** Go reads one digit where an hour may have two, and a fraction after any seconds. */
const TIME = String.raw`(?<hour>\d{1,2}):(?<minute>\d\d):(?<second>\d\d)(?:[.,](?<fraction>\d+))?`;
const COLON_ZONE = String.raw`(?<sign>[+-])(?<zoneHours>\d\d):(?<zoneMinutes>\d\d)`;
const PLAIN_ZONE = String.raw`(?<sign>[+-])(?<zoneHours>\d\d)(?<zoneMinutes>\d\d)`;
/** Names carry no offset of their own, except `GMT` with hours. */
const ZONE_HOURS = "[+-]0*(?:1?\\d|2[0-4])";
const NAMED_ZONE = `(?:GMT(?<gmt>${ZONE_HOURS})?|ChST|MeST|WITA|[A-Z]{3}|[A-Z]{3,4}T|${ZONE_HOURS})`;
const MONTH = String.raw`(?<monthName>[A-Za-z]{3})`;
const WEEKDAY = "(?<weekday>[A-Za-z]{3})";
const LONG_WEEKDAY = "(?<weekday>[A-Za-z]{3,6}day)";

/** In the order they are tried (PocketBase: types.DateTime.Scan, then spf13/cast). */
const LAYOUTS: readonly RegExp[] = [
  `${DATE} +${TIME}Z`,
  DATE,
  `${DATE}T${TIME}(?:Z|${COLON_ZONE})`,
  `${DATE}T${TIME}`,
  String.raw`${WEEKDAY}, (?<day>\d\d) ${MONTH} (?<year>\d{4}) +${TIME} ${PLAIN_ZONE}`,
  String.raw`${WEEKDAY}, (?<day>\d\d) ${MONTH} (?<year>\d{4}) +${TIME} ${NAMED_ZONE}`,
  String.raw`(?<day>\d\d) ${MONTH} (?<shortYear>\d\d) (?<hour>\d{1,2}):(?<minute>\d\d) ${PLAIN_ZONE}`,
  String.raw`(?<day>\d\d) ${MONTH} (?<shortYear>\d\d) (?<hour>\d{1,2}):(?<minute>\d\d) ${NAMED_ZONE}`,
  String.raw`${LONG_WEEKDAY}, (?<day>\d\d)-${MONTH}-(?<shortYear>\d\d) +${TIME} ${NAMED_ZONE}`,
  `${DATE} +${TIME} ${PLAIN_ZONE} (?:${NAMED_ZONE})`,
  `${DATE}T${TIME}${PLAIN_ZONE}`,
  `${DATE} +${TIME}${PLAIN_ZONE}`,
  `${DATE} +${TIME}`,
  String.raw`${WEEKDAY} ${MONTH} +(?<day>\d{1,2}) +${TIME} (?<year>\d{4})`,
  String.raw`${WEEKDAY} ${MONTH} +(?<day>\d{1,2}) +${TIME} ${NAMED_ZONE} (?<year>\d{4})`,
  String.raw`${WEEKDAY} ${MONTH} (?<day>\d\d) +${TIME} ${PLAIN_ZONE} (?<year>\d{4})`,
  `${DATE} +${TIME}${COLON_ZONE}`,
  String.raw`(?<day>\d\d) ${MONTH} (?<year>\d{4})`,
  `${DATE} +${TIME} ${COLON_ZONE}`,
  `${DATE} +${TIME} ${PLAIN_ZONE}`,
  String.raw`(?<hour>\d{1,2}):(?<minute>\d\d)(?<half>AM|PM)`,
  String.raw`${MONTH} +(?<day>\d{1,2}) +${TIME}`,
].map((source) => new RegExp(`^${source}$`));

/** The numbers behind a layout's groups; NaN where a name is unknown. */
function numbers(groups: Readonly<Record<string, string | undefined>>): Partial<Parts> {
  const parts: Record<string, number> = {};
  for (const name of ["year", "month", "day", "hour", "minute", "second"]) {
    if (groups[name] !== undefined) parts[name] = Number(groups[name]);
  }
  const { weekday, monthName, shortYear, fraction, half, sign, gmt } = groups;
  if (weekday !== undefined && !isWeekday(weekday)) parts["day"] = NaN;
  if (monthName !== undefined) parts["month"] = MONTHS.indexOf(monthName.toLowerCase()) + 1;
  if (shortYear !== undefined)
    parts["year"] = Number(shortYear) + (Number(shortYear) >= 69 ? 1900 : 2000);
  if (fraction !== undefined) parts["millisecond"] = Number(fraction.padEnd(3, "0").slice(0, 3));
  if (half !== undefined) parts["hour"] = hourOfHalf(parts["hour"] ?? 0, half);
  if (sign !== undefined) {
    const minutes = Number(groups["zoneHours"]) * 60 + Number(groups["zoneMinutes"]);
    parts["offset"] = isZone(groups) ? (sign === "-" ? -minutes : minutes) : NaN;
  }
  // Go shows the time in the zone `GMT+2` without having moved it there, and cast reads that clock.
  else if (gmt !== undefined) parts["offset"] = -Number(gmt) * 60;
  return parts;
}

/** Whether it is the right one for the date is not asked. */
function isWeekday(name: string): boolean {
  return WEEKDAYS.some(
    (day) => day === name.toLowerCase() || day.slice(0, 3) === name.toLowerCase(),
  );
}

function isZone(groups: Readonly<Record<string, string | undefined>>): boolean {
  return Number(groups["zoneHours"]) <= 24 && Number(groups["zoneMinutes"]) <= 60;
}

function hourOfHalf(hour: number, half: string): number {
  if (hour > 12) return NaN;
  return (hour % 12) + (half === "PM" ? 12 : 0);
}

/** The instant, or NaN when there is no such day or time. */
function timeOf(parts: Parts): number {
  const { year, month, day, hour, minute, second, millisecond, offset } = parts;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (month < 1 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return NaN;
  if (!(hour < 24 && minute < 60 && second < 60)) return NaN;
  return date.getTime() + ((hour * 60 + minute - offset) * 60 + second) * 1000 + millisecond;
}
