/**
 * Replays the recorded scenarios and queries of PocketBase against our pure engine (no hooks, no migrations of
 * the app) and counts by group what is answered alike: `npm run conformance [-- --group NAME] [--update]
 * [--verbose]`. The counts must not fall below `baseline.json`; `--update` raises it. The recordings are looked
 * for beside the repository, or where GENERATIO_CONFORMANCE says.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startAppHost } from "./app-host.ts";

interface Outcome {
  readonly group: string;
  readonly ok: boolean;
  /** What only the strict comparison found. */
  readonly strict?: string;
  readonly events?: string;
}

/** One of the recordings' own programs, and what it is called with. */
interface Replay {
  readonly program: string;
  readonly args: readonly string[];
}

/** Passed and total by group. */
type Counts = Record<string, { passed: number; total: number }>;

const ROOT = join(import.meta.dirname, "../..");
const RECORDINGS = process.env["GENERATIO_CONFORMANCE"] ?? join(ROOT, "../shared/conformance");
const BASELINE = join(import.meta.dirname, "baseline.json");

const { values: flags } = parseArgs({
  options: {
    group: { type: "string" },
    update: { type: "boolean", default: false },
    verbose: { type: "boolean", default: false },
  },
});
if (!existsSync(RECORDINGS)) {
  console.error(
    `The recordings are not at ${RECORDINGS}: set GENERATIO_CONFORMANCE to their folder.`,
  );
  process.exit(2);
}

const work = mkdtempSync(join(tmpdir(), "generatio-conformance-"));
const empty = join(work, "empty");
mkdirSync(empty);
try {
  const host = await startAppHost();
  const child = join(import.meta.dirname, "hosted-app-child.ts");
  const places = `--dir {dir} --http 127.0.0.1:{port} --migrationsDir ${empty}`;
  const scenarios: Replay = {
    program: "run.ts",
    args: [
      "--strict",
      `--events=${join(import.meta.dirname, "event-counter.ts")}`,
      `--server=${process.execPath} ${child} ${host.port} ${places} --hooksDir {hooks}`,
    ],
  };
  const serve = `${process.execPath} ${join(ROOT, "src/main.ts")} serve`;
  const queries: Replay = {
    program: "queries/run.ts",
    args: [`--server=${serve} ${places} --hooksDir ${empty}`],
  };
  const counts = { ...(await replay(scenarios)), ...(await replay(queries)) };
  await askFallenAgain(counts, { scenarios, queries });
  await host.close();
  process.exitCode = report(counts, readBaseline()) ? 0 : 1;
  if (flags.update && !flags.group) {
    writeFileSync(BASELINE, `${JSON.stringify(toBaseline(counts), null, 2)}\n`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** Runs it and counts the outcomes. */
async function replay({ program, args }: Replay): Promise<Counts> {
  const out = join(work, "outcomes.json");
  rmSync(out, { force: true });
  const more = [
    ...(flags.group ? ["--group", flags.group] : []),
    ...(flags.verbose ? ["--verbose"] : []),
  ];
  const child = spawn(
    process.execPath,
    [join(RECORDINGS, program), ...args, ...more, "--json", out],
    { stdio: ["ignore", flags.verbose ? "inherit" : "ignore", "inherit"] },
  );
  const [status] = await once(child, "close");
  // The group that was asked for is in the other recording.
  if (flags.group && status === 2) return {};
  if (status !== 0 && status !== 1) throw new Error(`${program} ended with status ${status}`);
  const counts: Counts = {};
  for (const outcome of JSON.parse(readFileSync(out, "utf8")) as Outcome[]) {
    const row = (counts[outcome.group] ??= { passed: 0, total: 0 });
    row.total++;
    if (outcome.ok && !outcome.strict && !outcome.events) row.passed++;
  }
  return counts;
}

/**
 * A server that did not start in time on a busy machine says nothing about its answers: the groups that fell
 * are replayed once more, and that counts.
 */
async function askFallenAgain(
  counts: Counts,
  { scenarios, queries }: Readonly<Record<"scenarios" | "queries", Replay>>,
): Promise<void> {
  const baseline = readBaseline();
  const fallen = Object.keys(counts).filter(
    (group) => counts[group]!.passed < (baseline[group] ?? 0),
  );
  for (const group of fallen) {
    console.log(`${group} fell to ${counts[group]!.passed}, asked again`);
    const isQuery = /^(filter_|rules_|sort$|paging$|fields$|expand$)/.test(group);
    const { program, args } = isQuery ? queries : scenarios;
    const again = await replay({ program, args: [...args, "--group", group] });
    if (again[group]) counts[group] = again[group];
  }
}

/** @returns false when a group passes less than the baseline says */
function report(counts: Counts, baseline: Readonly<Record<string, number>>): boolean {
  let fallen = 0;
  let passed = 0;
  let total = 0;
  for (const [group, row] of Object.entries(counts).toSorted(([a], [b]) => a.localeCompare(b))) {
    const before = baseline[group] ?? 0;
    const note =
      row.passed < before
        ? `  FELL from ${before}`
        : row.passed > before
          ? `  rose from ${before}`
          : "";
    console.log(`${group.padEnd(40)} ${String(row.passed).padStart(5)} / ${row.total}${note}`);
    if (row.passed < before) fallen++;
    passed += row.passed;
    total += row.total;
  }
  console.log(`${"all".padEnd(40)} ${String(passed).padStart(5)} / ${total}`);
  const groups = Object.keys(counts).length;
  console.log(`conformance: ${groups - fallen} groups passed, ${fallen} failed`);
  return fallen === 0 && total > 0;
}

function readBaseline(): Record<string, number> {
  return existsSync(BASELINE) ? JSON.parse(readFileSync(BASELINE, "utf8")) : {};
}

/** The baseline only rises. */
function toBaseline(counts: Counts): Record<string, number> {
  const before = readBaseline();
  const groups = [...new Set([...Object.keys(before), ...Object.keys(counts)])].toSorted();
  return Object.fromEntries(
    groups.map((group) => [group, Math.max(before[group] ?? 0, counts[group]?.passed ?? 0)]),
  );
}
