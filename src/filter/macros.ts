const DAY = 86_400_000;

/** What a macro stands for at a moment: a date text, or a whole number. */
export type Macro = (now: Date) => string | bigint;

/** Words that stand for a moment or a part of it, in UTC. */
export const MACROS: ReadonlyMap<string, Macro> = new Map<string, Macro>([
  ["@now", (now) => dateText(now)],
  ["@yesterday", (now) => dateText(new Date(now.getTime() - DAY))],
  ["@tomorrow", (now) => dateText(new Date(now.getTime() + DAY))],
  ["@second", (now) => BigInt(now.getUTCSeconds())],
  ["@minute", (now) => BigInt(now.getUTCMinutes())],
  ["@hour", (now) => BigInt(now.getUTCHours())],
  ["@day", (now) => BigInt(now.getUTCDate())],
  ["@month", (now) => BigInt(now.getUTCMonth() + 1)],
  ["@weekday", (now) => BigInt(now.getUTCDay())],
  ["@year", (now) => BigInt(now.getUTCFullYear())],
  ["@todayStart", (now) => dateText(utc(now, now.getUTCMonth(), now.getUTCDate()))],
  ["@todayEnd", (now) => dateText(endOf(utc(now, now.getUTCMonth(), now.getUTCDate())))],
  ["@monthStart", (now) => dateText(utc(now, now.getUTCMonth(), 1))],
  ["@monthEnd", (now) => dateText(endOf(utc(now, now.getUTCMonth() + 1, 0)))],
  ["@yearStart", (now) => dateText(utc(now, 0, 1))],
  ["@yearEnd", (now) => dateText(endOf(utc(now, 11, 31)))],
]);

/** `YYYY-MM-DD HH:MM:SS.mmmZ`, as dates are stored. */
export function dateText(date: Date): string {
  return date.toISOString().replace("T", " ");
}

function utc(now: Date, month: number, day: number): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), month, day));
}

function endOf(day: Date): Date {
  return new Date(day.getTime() + DAY - 1);
}
