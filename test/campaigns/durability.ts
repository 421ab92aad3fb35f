import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CampaignOptions, type CampaignResult, hasBudget } from "./campaign.ts";
import { findUnsafeAnswers } from "./durable-answers.ts";
import { requireStrace } from "./strace.ts";
import { parseTrace } from "./trace.ts";
import { watchedCore } from "./watched-core.ts";
import { watchedServer } from "./watched-server.ts";
import type { WatchedWriter, WriteTask } from "./watched.ts";

export const summary =
  "every answered write was synced to the disk before its answer left (needs strace; --over core|http)";

const WRITERS: Readonly<Record<string, WatchedWriter>> = { core: watchedCore, http: watchedServer };

/** Mutants by `writer:defect`. */
export const mutants = Object.entries(WRITERS).flatMap(([name, writer]) =>
  writer.mutants.map((mutant) => `${name}:${mutant}`),
);

/** Writes of one watched process: its trace is held in memory. */
const ROUND_CASES = 300;

export async function run(options: CampaignOptions): Promise<CampaignResult> {
  requireStrace();
  const [mutated, mutant = ""] = options.mutant?.split(":") ?? [];
  const only = mutated ?? options.extra.get("over");
  const writers = Object.entries(WRITERS).filter(([name]) => only === undefined || name === only);
  const started = performance.now();
  const failures: string[] = [];
  let cases = 0;
  let syncs = 0;
  for (let round = 0; failures.length === 0 && hasBudget(options, started, cases); round++) {
    const [name, writer] = writers[round % writers.length]!;
    const count = Math.min(ROUND_CASES, options.cases - cases);
    const found = await watch(writer, { count, seed: options.seed + round, mutant });
    failures.push(...found.failures.map((failure) => `${name}: ${failure}`));
    syncs += found.syncs;
    cases += count;
    options.print(`${name}: ${count} writes, ${found.syncs} syncs of the log`);
  }
  return { cases, failures, figures: { "syncs per write": (syncs / cases).toFixed(3) } };
}

async function watch(
  writer: WatchedWriter,
  task: WriteTask,
): Promise<{ failures: string[]; syncs: number }> {
  const folder = mkdtempSync(join(tmpdir(), "generatio-durability-"));
  try {
    const markers = await writer.write(folder, task);
    const calls = parseTrace(readFileSync(join(folder, "trace"), "latin1"));
    const isLog = (path: string) => path.endsWith("/data.db-wal");
    const isSync = (name: string) => name === "fsync" || name === "fdatasync";
    return {
      failures: findUnsafeAnswers(calls, {
        markers,
        isLog,
        // Node connects a child's output by a pair of sockets.
        isAnswer: (target) => /^(UNIX|socket|pipe|TCP)/.test(target),
      }),
      syncs: calls.filter(({ name, target }) => isSync(name) && isLog(target)).length,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
