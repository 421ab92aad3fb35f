/**
 * The program that plays the vendors for the campaign `exactly-once`, and outlives every server. Told by
 * messages: `storms on` and `storms off`, and `bill`, which it answers with everything that it took.
 */
import type { BilledRequest } from "../../../hooks/generatio/testing/bill.ts";
import type { Emulation, Weather } from "../../../hooks/generatio/testing/emulation.ts";
import type { EmulatedRoute, Fault } from "../../../hooks/generatio/testing/faults.ts";
import {
  startFalEmulator,
  startOpenAiEmulator,
  startReplicateEmulator,
} from "../../../hooks/generatio/testing/index.ts";
import { Random } from "../random.ts";

/** Where the vendors are. */
export interface VendorOrigins {
  readonly fal: string;
  readonly replicate: string;
  readonly openAi: string;
}

/** What every vendor would put on its bill. */
export type Bills = Readonly<Record<keyof VendorOrigins, readonly BilledRequest[]>>;

export type VendorOrder = "storms on" | "storms off" | "bill";

/** Requests of one customer at work at the same time: more than the servers under test ever have. */
const CONCURRENCY = 1000;
const SHRINK = 16;
const WEATHER_MS = 1500;
/** Part of the time in which a vendor is in trouble. */
const STORM_SHARE = 0.12;

const random = new Random(Number(process.argv[2]));
const fal = await startFalEmulator({ queueMs: 20, workMs: 60, concurrency: CONCURRENCY });
const replicate = await startReplicateEmulator({ queueMs: 20, workMs: 60, shrink: SHRINK });
const openAi = await startOpenAiEmulator({ workMs: 100, shrink: SHRINK });
const all: readonly Emulation[] = [fal, replicate, openAi];
let storm: NodeJS.Timeout | undefined;

process.on("message", (order: VendorOrder) => {
  if (order === "storms on") storm = setInterval(changeWeather, WEATHER_MS);
  if (order === "storms off") endStorms();
  if (order === "bill") {
    process.send?.({ fal: fal.bill(), replicate: replicate.bill(), openAi: openAi.bill() });
  }
});
process.on("disconnect", () => process.exit());
const origins: VendorOrigins = { fal: fal.url, replicate: replicate.url, openAi: openAi.url };
process.send?.(origins);

function changeWeather(): void {
  for (const vendor of all) vendor.setWeather(random.chance(STORM_SHARE) ? stormy : drizzly);
}

function endStorms(): void {
  clearInterval(storm);
  for (const vendor of all) vendor.setWeather(undefined);
}

/** Most calls fail, in the ways of a vendor that is overloaded. */
const stormy: Weather = (route) => (random.chance(0.7) ? troubleOf(route) : undefined);

const drizzly: Weather = (route) => (random.chance(0.015) ? troubleOf(route) : undefined);

function troubleOf(route: EmulatedRoute): Fault {
  const kinds: readonly Fault[] = [
    { kind: "answer", status: 503, body: { detail: "Service unavailable" } },
    { kind: "answer", status: 500, body: { detail: "Internal error" } },
    { kind: "page", status: 502, html: "<html><h1>502 Bad Gateway</h1></html>" },
    { kind: "page", status: 504, html: "<html><h1>504 Gateway Timeout</h1></html>" },
    { kind: "drop" },
    { kind: "lose-answer" },
    { kind: "truncate" },
    { kind: "delay", milliseconds: random.integer(20, 400) },
  ];
  return random.pick(route === "file" ? kinds.slice(0, 5) : kinds);
}
