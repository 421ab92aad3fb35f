import { constants, PerformanceObserver } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";

/** What part of the time collecting young objects may take before they are given more room. */
const DEAR = 0.1;
const WINDOW_MS = 1000;

/**
 * From now on the young generation of this process grows only while it would pay. V8 doubles it, up to 64 MiB, when
 * much of it has survived, and a start with all its modules is enough for half of that; then a large file that moves
 * leaves as many bytes of dead pieces lying about. What growing saves is time under load, when many requests are at
 * work at once and survive each collection: so that time is measured.
 *
 * Call it before anything large is loaded.
 */
export function restrainYoungGeneration(): void {
  mayGrow(false);
  let since = performance.now();
  let spent = 0;
  const observer = new PerformanceObserver((list) => {
    spent += youngTime(list.getEntries());
    const now = performance.now();
    if (now - since < WINDOW_MS) return;
    mayGrow(spent / (now - since) > DEAR);
    since = now;
    spent = 0;
  });
  observer.observe({ entryTypes: ["gc"] });
}

/** V8 reads this flag whenever it has collected. */
function mayGrow(yes: boolean): void {
  setFlagsFromString(`--semi-space-growth-factor=${yes ? 2 : 1}`);
}

interface Collection {
  /** Milliseconds. */
  readonly duration: number;
  readonly detail?: unknown;
}

function youngTime(entries: readonly Collection[]): number {
  let total = 0;
  for (const { duration, detail } of entries) {
    if ((detail as { kind: number }).kind === constants.NODE_PERFORMANCE_GC_MINOR)
      total += duration;
  }
  return total;
}
