/** Loaded into the server under test before its own code: tells the bench how late its event loop was. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { writeFileSync } from "node:fs";

const RESOLUTION_MS = 5;
const path = process.env["BENCH_LOOP_DELAY"] ?? "";

// A signal starts the measure anew, so that the start of the server is not in it; another one ends it.
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
let isMeasuring = false;
process.on("SIGUSR2", () => {
  if (isMeasuring) {
    const late = (percentile: number) => delay.percentile(percentile) / 1e6 - RESOLUTION_MS;
    writeFileSync(path, JSON.stringify({ p50: late(50), p99: late(99), max: late(100) }));
  } else {
    delay.enable();
  }
  isMeasuring = !isMeasuring;
});
