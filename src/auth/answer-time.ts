import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { RequestEvent } from "../http/event.ts";
import { MIN_COST } from "../lib/password.ts";

/** Longer than what is done for a known address before its answer, unless the machine is overloaded. */
export const LOOKUP_FLOOR_MS = 60;

/** The same where a hash is made and a row is written. */
export const WRITE_FLOOR_MS = 150;

/** A comparison with bcrypt's lowest cost takes about half of this. */
const CHEAPEST_CHECK_MS = 2.5;

/** Nobody is kept longer, whatever the comparison costs. */
const LONGEST_MS = 10_000;

/** What a timer may be late by, and more. */
const TIMER_SLACK_MS = 2;

/** Longer than finding a record and comparing its password. @param cost bcrypt's: each step doubles the time */
export function checkFloorMs(cost: number): number {
  return Math.min(10 + CHEAPEST_CHECK_MS * 2 ** (cost - MIN_COST), LONGEST_MS);
}

/**
 * Wraps an action: whatever comes of it, its answer leaves after the same time, so that the time does not tell
 * whether somebody has an address. Nothing that differs comes after the wait.
 */
export function answeredAfter(floorMs: number, action: (event: RequestEvent) => Promise<void>) {
  return async (event: RequestEvent): Promise<void> => {
    try {
      await action(event);
    } finally {
      await waitForAnswerTime(event, floorMs);
    }
  };
}

/**
 * Waits until this time after the request's start. To the microsecond: a timer would end on the millisecond that
 * its own start gives it, and so let through what it should hide.
 */
export async function waitForAnswerTime(event: RequestEvent, floorMs: number): Promise<void> {
  const end = event.state.started + floorMs;
  const rest = end - performance.now() - TIMER_SLACK_MS;
  if (rest > 0) await sleep(rest);
  while (performance.now() < end) await nextTurn();
}
