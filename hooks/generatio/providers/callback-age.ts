/** Callbacks older or younger than this, in seconds, are refused: what was overheard is soon worthless. */
const TOLERANCE_SECONDS = 300;

/** @param timestamp Unix seconds, as vendors write them in a header */
export function isOfNow(timestamp: string | undefined, now: number = Date.now()): boolean {
  if (timestamp === undefined || !/^\d{1,12}$/.test(timestamp)) return false;
  return Math.abs(now / 1000 - Number(timestamp)) <= TOLERANCE_SECONDS;
}
