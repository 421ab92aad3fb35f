import { type CampaignOptions, type CampaignResult, hasBudget } from "./campaign.ts";
import { Round, type Scale } from "./realtime-resume-round.ts";
import { Random } from "./random.ts";

export const summary =
  "over broken connections and killed servers every client sees every event its rules allow, once and in order (--full: one round of 200 clients, 100,000 commits, 20 kills)";

export const mutants = [
  "log-late",
  "replay-unjudged",
  "replay-drops-last",
  "replay-reversed",
  "position-ahead",
  "always-a-gap",
  "unordered",
  "plain-client",
];

/** Many rounds of this one, each over data of its own. */
const SMALL: Scale = {
  clients: 5,
  writers: 3,
  writes: 120,
  pauseMs: 60,
  kills: 3,
  breaks: 9,
  breakShare: 0.5,
  patienceMs: 8000,
};

const FULL: Scale = {
  clients: 200,
  writers: 32,
  writes: 100_000,
  pauseMs: 0,
  kills: 20,
  breaks: 60,
  breakShare: 0.3,
  patienceMs: 30_000,
};

/** Of a round: a loss at full size is hundreds of thousands of sentences. */
const MAX_FAILURES = 1000;

/** One case is one commit that was asked for. `--clients N`, `--writes N` and the like change the round. */
export async function run(options: CampaignOptions): Promise<CampaignResult> {
  const started = performance.now();
  const scale = scaleOf(options);
  const failures: string[] = [];
  const figures = {
    clients: scale.clients,
    writes: 0,
    kills: 0,
    "broken connections": 0,
    events: 0,
  };
  const times = { "seconds of writing": 0, "seconds until nothing was missing": 0 };
  while (failures.length === 0 && hasBudget(options, started, figures.writes)) {
    const writes = Math.min(scale.writes, options.cases - figures.writes);
    const round = new Round({
      scale: { ...scale, writes },
      random: new Random(options.seed + figures.writes),
      mutant: options.mutant ?? "",
      print: scale === SMALL ? () => undefined : options.print,
    });
    failures.push(...(await round.run()).slice(0, MAX_FAILURES));
    figures.writes += round.writes.length;
    figures.kills += round.kills;
    figures["broken connections"] += round.breaks;
    figures.events += round.events;
    times["seconds of writing"] += round.writingMs / 1000;
    times["seconds until nothing was missing"] += round.settlingMs / 1000;
    options.print(`${figures.writes} writes, ${figures.kills} kills, ${figures.events} events`);
    if (options.extra.has("full")) break;
  }
  const rounded = Object.entries(times).map(([name, value]) => [name, value.toFixed(1)]);
  const all = { ...figures, ...Object.fromEntries(rounded) };
  return { cases: figures.writes, failures, figures: all };
}

function scaleOf({ extra }: CampaignOptions): Scale {
  const base = extra.has("full") ? FULL : SMALL;
  const given = Object.keys(base).filter((key) => extra.has(key));
  if (given.length === 0) return base;
  return { ...base, ...Object.fromEntries(given.map((key) => [key, Number(extra.get(key))])) };
}
