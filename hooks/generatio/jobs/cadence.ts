// Pauses between two looks at a queue: quick while a fast model may already be done, then patient.
const STEPS: readonly { readonly looks: number; readonly pauseMs: number }[] = [
  { looks: 2, pauseMs: 250 },
  { looks: 4, pauseMs: 500 },
  { looks: 10, pauseMs: 1000 },
  { looks: 30, pauseMs: 2000 },
];
// Where the vendor calls back: looks find only what its call did not tell.
const RUNG_STEPS: typeof STEPS = [
  { looks: 1, pauseMs: 1000 },
  { looks: 1, pauseMs: 5000 },
  { looks: 1, pauseMs: 15_000 },
];
const PATIENT_MS = 3000;
const RUNG_PATIENT_MS = 30_000;
const FAR_BACK_MS = 5000;
const FAR_BACK_POSITION = 20;
const JITTER = 0.2;

/**
 * Milliseconds before the next look.
 *
 * @param look 0 for the first one
 * @param known how many requests are in front, when that is known, and whether the vendor calls at the end
 * @param random 0 ≤ n < 1: spreads the looks of jobs that began together by ±20 %
 */
export function pauseBeforeLook(
  look: number,
  { position, isRung }: { readonly position: number | undefined; readonly isRung: boolean },
  random: number,
): number {
  const isFarBack = !isRung && position !== undefined && position > FAR_BACK_POSITION;
  const base = isFarBack ? FAR_BACK_MS : stepPause(look, isRung);
  return Math.round(base * (1 - JITTER + 2 * JITTER * random));
}

function stepPause(look: number, isRung: boolean): number {
  let passed = 0;
  for (const step of isRung ? RUNG_STEPS : STEPS) {
    passed += step.looks;
    if (look < passed) return step.pauseMs;
  }
  return isRung ? RUNG_PATIENT_MS : PATIENT_MS;
}

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 60_000;

/** Milliseconds before repeating a request that failed: the server's wish, or doubling from one second. */
export function pauseBeforeRetry(
  attempt: number,
  retryAfterMs: number | undefined,
  random: number,
): number {
  const own = FIRST_RETRY_MS * 2 ** (attempt - 1) * (1 - JITTER + 2 * JITTER * random);
  return Math.min(LONGEST_RETRY_MS, Math.round(Math.max(own, retryAfterMs ?? 0)));
}
