import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CampaignOptions, CampaignResult } from "./campaign.ts";
import { hasBudget } from "./campaign.ts";
import { findUnsafeAnswers } from "./durable-answers.ts";
import { parseTrace } from "./trace.ts";

export const summary =
  "every answered write was synced to the disk before its answer left (needs strace)";

export const mutants = [
  "durability-normal",
  "synchronous-off",
  "auxiliary-role",
  "answer-first",
  "answer-inside",
  "answer-undone",
];

/** Writes of one watched process: its trace is held in memory. */
const ROUND_CASES = 300;

export async function run(options: CampaignOptions): Promise<CampaignResult> {
  requireStrace();
  const started = performance.now();
  const failures: string[] = [];
  let cases = 0;
  let syncs = 0;
  while (failures.length === 0 && hasBudget(options, started, cases)) {
    const count = Math.min(ROUND_CASES, options.cases - cases);
    const round = await watch(count, options.seed + cases, options.mutant ?? "");
    failures.push(...round.failures);
    syncs += round.syncs;
    cases += count;
    options.print(`${cases} writes, ${syncs} syncs of the log`);
  }
  return { cases, failures, figures: { "syncs per write": (syncs / cases).toFixed(3) } };
}

async function watch(count: number, seed: number, mutant: string) {
  const folder = mkdtempSync(join(tmpdir(), "generatio-durability-"));
  try {
    const trace = join(folder, "trace");
    const program = join(import.meta.dirname, "durability-child.ts");
    const args = [program, join(folder, "data.db"), String(count), String(seed), mutant];
    await runUnderStrace(trace, args);
    const calls = parseTrace(readFileSync(trace, "latin1"));
    const failures = findUnsafeAnswers(calls, {
      markers: Array.from({ length: count }, (_, index) => `MARK-${index}-END`),
      isLog: (path) => path.endsWith("/data.db-wal"),
      // Node connects a child's output by a pair of sockets.
      isAnswer: (target) => /^(UNIX|socket|pipe|TCP)/.test(target),
    });
    const isSync = (name: string) => name === "fsync" || name === "fdatasync";
    const syncs = calls.filter(
      ({ name, target }) => isSync(name) && target.endsWith("-wal"),
    ).length;
    return { failures, syncs };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const TRACED = "write,writev,pwrite64,pwritev,sendto,sendmsg,fsync,fdatasync";
/** Longer than a page of the log, so that nothing is left out. */
const MAX_STRING = "65536";

async function runUnderStrace(trace: string, args: readonly string[]): Promise<void> {
  const options = ["-f", "-yy", "-xx", "-s", MAX_STRING, "-e", `trace=${TRACED}`, "-o", trace];
  const child = spawn("strace", [...options, process.execPath, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  child.stdout.resume();
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`the watched program ended with status ${code}`);
}

function requireStrace(): void {
  if (spawnSync("strace", ["--version"]).status === 0) return;
  throw new Error(
    "This campaign watches system calls: install strace (Debian: apt-get install strace).",
  );
}
