import { dayOf } from "./ledger.ts";

/** The time that a limit counts: a calendar day or month, UTC. */
export type Window = "day" | "month";

/** The first day of the present window, `YYYY-MM-DD`. */
export function windowStart(window: Window, now: number = Date.now()): string {
  const today = dayOf(now);
  return window === "day" ? today : `${today.slice(0, 8)}01`;
}

/** When the present window is over, ISO 8601. */
export function windowEnd(window: Window, now: number = Date.now()): string {
  const start = new Date(`${windowStart(window, now)}T00:00:00Z`);
  if (window === "day") start.setUTCDate(start.getUTCDate() + 1);
  else start.setUTCMonth(start.getUTCMonth() + 1);
  return start.toISOString();
}
