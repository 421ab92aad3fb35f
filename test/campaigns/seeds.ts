/**
 * The rows of the documents, each of which has to fail once its feature is switched off: `--controls` does that for
 * every kind of switch, and tells which rows did not notice.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CampaignOptions, CampaignResult } from "./campaign.ts";

export const summary = "every row of documents 000 and 003, and that it fails without its feature";

/** The kinds of switches (test/hooks/generatio/seeds/switch.ts). */
export const mutants: readonly string[] = ["route", "hook", "change", "model", "env", "answer"];

export async function run({ mutant, print }: CampaignOptions): Promise<CampaignResult> {
  const results = await runRows(mutant);
  const rows = results.filter(({ title }) => /^[A-Z]-\d+ /.test(title));
  const failed = rows.filter(({ status }) => status === "failed");
  const figures = { rows: rows.length, failed: failed.length };
  if (mutant === undefined) {
    const broken = results.filter(({ status }) => status === "failed");
    return { cases: rows.length, failures: broken.map(describe), figures };
  }
  const unnoticed = rows.filter(({ status }) => status !== "failed");
  for (const { title } of unnoticed) print(`did not notice: ${title}`);
  // A row that notices nothing is as bad as none: the mutant counts as caught only by all of them.
  const failures = unnoticed.length > 0 ? [] : failed.map(({ title }) => `noticed: ${title}`);
  return { cases: rows.length, failures, figures: { ...figures, unnoticed: unnoticed.length } };
}

interface RowResult {
  readonly title: string;
  readonly status: string;
  readonly failureMessages: readonly string[];
}

const ROOT = join(import.meta.dirname, "../..");

/** Runs the tests in a process of their own. @param off the kind of switch; none when absent */
async function runRows(off: string | undefined): Promise<RowResult[]> {
  const folder = mkdtempSync(join(tmpdir(), "generatio-seeds-"));
  const file = join(folder, "result.json");
  const vitest = join(ROOT, "node_modules/vitest/vitest.mjs");
  const args = [vitest, "run", "test/hooks/generatio/seeds.test.ts"];
  const child = spawn(process.execPath, [...args, "--reporter=json", `--outputFile=${file}`], {
    cwd: ROOT,
    env: { ...process.env, ...(off === undefined ? {} : { SEEDS_OFF: off }) },
    stdio: "ignore",
  });
  await new Promise((resolve) => child.once("exit", resolve));
  try {
    const report = JSON.parse(readFileSync(file, "utf8")) as {
      testResults: { assertionResults: RowResult[] }[];
    };
    return report.testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ status }) => status === "passed" || status === "failed");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function describe({ title, failureMessages }: RowResult): string {
  return `${title}: ${failureMessages[0]?.split("\n")[0] ?? ""}`;
}
