/**
 * Long random campaigns: `npm run campaign -- NAME [--minutes N] [--cases N] [--seed S] [--mutant NAME |
 * --controls] [--KEY VALUE …]`. Exit status: 0 nothing found (with a mutant: it was caught), 1 something
 * found (a mutant escaped), 2 wrong use or a missing tool.
 */
import { readdirSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import type { Campaign, CampaignOptions, CampaignResult } from "./campaign.ts";

const MAX_FAILURES_PRINTED = 10;

const [name = "", ...args] = process.argv.slice(2);
const campaigns = await loadCampaigns();
const campaign = campaigns.get(name);
if (!campaign) {
  console.error(usage());
  process.exit(2);
}
const flags = parseFlags(args);
const options: CampaignOptions = {
  minutes: Number(flags.get("minutes") ?? 1),
  cases: Number(flags.get("cases") ?? Number.POSITIVE_INFINITY),
  seed: Number(flags.get("seed") ?? Math.floor(Math.random() * 2 ** 31)),
  mutant: flags.get("mutant"),
  extra: flags,
  print: (line) => console.log(`  ${line}`),
};
if (options.mutant !== undefined && !campaign.mutants.includes(options.mutant)) {
  console.error(`${name} has no mutant ${options.mutant}: it has ${campaign.mutants.join(", ")}`);
  process.exit(2);
}
try {
  const passed = flags.has("controls")
    ? await runControls(campaign, options)
    : await runOnce(campaign, options);
  process.exit(passed ? 0 : 1);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(2);
}

/** Without a defect nothing may be found, with each of them something must be. */
async function runControls(chosen: Campaign, base: CampaignOptions): Promise<boolean> {
  if (!(await runOnce(chosen, base))) return false;
  let escaped = 0;
  for (const mutant of chosen.mutants) {
    if (!(await runOnce(chosen, { ...base, mutant }))) escaped++;
  }
  console.log(`${chosen.mutants.length - escaped} mutants caught, ${escaped} escaped`);
  return escaped === 0;
}

async function runOnce(chosen: Campaign, chosenOptions: CampaignOptions): Promise<boolean> {
  const { mutant, seed } = chosenOptions;
  console.log(`campaign ${name}, seed ${seed}${mutant ? `, with the mutant ${mutant}` : ""}`);
  const started = performance.now();
  const result = await chosen.run(chosenOptions);
  const seconds = (performance.now() - started) / 1000;
  report(result, seconds, mutant ? 1 : MAX_FAILURES_PRINTED);
  if (!mutant) return result.failures.length === 0;
  console.log(result.failures.length > 0 ? `caught: ${mutant}` : `ESCAPED: ${mutant}`);
  return result.failures.length > 0;
}

function report(result: CampaignResult, seconds: number, maxFailures: number): void {
  for (const failure of result.failures.slice(0, maxFailures)) console.log(`  ${failure}`);
  for (const [figure, value] of Object.entries(result.figures))
    console.log(`  ${figure}: ${value}`);
  const { cases, failures } = result;
  console.log(`${cases} cases in ${seconds.toFixed(1)} s, ${failures.length} failures`);
}

/** Every file of this folder that exports `run`. */
async function loadCampaigns(): Promise<Map<string, Campaign>> {
  const found = new Map<string, Campaign>();
  for (const file of readdirSync(import.meta.dirname)) {
    if (!file.endsWith(".ts") || /^index\.ts$|-child\.ts$|\.test\.ts$/.test(file)) continue;
    const module: Partial<Campaign> = await import(
      pathToFileURL(join(import.meta.dirname, file)).href
    );
    const { run, mutants = [], summary = "" } = module;
    if (run) found.set(file.replace(/\.ts$/, ""), { run, mutants, summary });
  }
  return found;
}

function usage(): string {
  const rows = [...campaigns].map(([each, { summary }]) => `  ${each.padEnd(16)} ${summary}`);
  return `Usage: npm run campaign -- NAME [--minutes N] [--cases N] [--seed S] [--mutant NAME | --controls]\n${rows.join("\n")}`;
}

/** `--key value` or `--key=value`; a key without a value is `""`. */
function parseFlags(list: readonly string[]): Map<string, string> {
  const parsed = new Map<string, string>();
  for (let index = 0; index < list.length; index++) {
    const [key = "", inline] = list[index]!.replace(/^--/, "").split(/=(.*)/s);
    const next = list[index + 1];
    const takesNext = inline === undefined && next !== undefined && !next.startsWith("--");
    parsed.set(key, inline ?? (takesNext ? next : ""));
    if (takesNext) index++;
  }
  return parsed;
}
