/**
 * The program that judges the campaign `exactly-once`: it reads the database while servers come and go, and
 * in the end the vendors' bills, the people's receipts and the stored files. It shares nothing with the
 * server but the disk.
 */
import { join } from "node:path";
import Database from "better-sqlite3";
import { judgeEnd, type Evidence } from "./end-checks.ts";
import { isHeld, LedgerReplay, type LedgerRow } from "./ledger-replay.ts";

/** `watch` begins; evidence ends, and is answered with a verdict. */
export type JudgeOrder = "watch" | Evidence;

export interface Verdict {
  readonly failures: readonly string[];
  readonly figures: Readonly<Record<string, number>>;
}

const dir = process.argv[2] ?? "";
const LOOK_EVERY_MS = 50;
const MOST_FAILURES = 20;

const replay = new LedgerReplay();
const failures: string[] = [];
let looks = 0;
let db: Database.Database | undefined;

process.on("message", (order: JudgeOrder) => {
  if (order === "watch") return void setInterval(look, LOOK_EVERY_MS);
  look();
  const end = judgeEnd({ db: open(), dir, replay, evidence: order });
  const verdict: Verdict = {
    failures: [...failures, ...replay.failures, ...end.failures],
    figures: { ...end.figures, "states of the database judged": looks },
  };
  process.send?.(verdict, () => process.exit());
});
process.on("disconnect", () => process.exit());

function open(): Database.Database {
  db ??= new Database(join(dir, "data.db"), { readonly: true, timeout: 5000 });
  return db;
}

/** One state of the database: what was added to the ledger since the last look, and the jobs it is about. */
function look(): void {
  if (failures.length >= MOST_FAILURES) return;
  const source = open();
  source.transaction(() => {
    const rows = newRows(source);
    if (rows.length === 0) return;
    looks++;
    for (const row of rows) replay.add(row);
    const touched = new Set(rows.map(({ job_id }) => job_id).filter((id) => id !== ""));
    const find = source.prepare<[string], { state: string; hold: number }>(
      "SELECT state, hold FROM jobs WHERE id = ?",
    );
    for (const jobId of touched) checkJob(jobId, find.get(jobId));
  })();
}

function newRows(source: Database.Database): LedgerRow[] {
  const hasLedger = source.prepare("SELECT 1 FROM sqlite_schema WHERE name = '_xLedger'").get();
  if (!hasLedger) return [];
  return source
    .prepare<[number], LedgerRow>("SELECT * FROM _xLedger WHERE position > ? ORDER BY position")
    .all(replay.position);
}

const UNFINISHED = new Set(["queued", "running", "unknown"]);

function checkJob(jobId: string, job: { state: string; hold: number } | undefined): void {
  const held = isHeld(replay.moneyOf(jobId) ?? new Map());
  if (!job) failures.push(`job ${jobId} has money and no row`);
  else if (held === "in part") failures.push(`job ${jobId} (${job.state}) is settled in part`);
  else if (held !== job.hold > 0) {
    failures.push(`job ${jobId} (${job.state}) says it holds ${job.hold}; the ledger: ${held}`);
  } else if (!held && UNFINISHED.has(job.state)) {
    failures.push(`job ${jobId} is ${job.state}, and settled`);
  }
}
