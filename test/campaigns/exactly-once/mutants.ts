import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../server-process.ts";

interface Change {
  /** In `hooks/generatio`. */
  readonly file: string;
  readonly find: string;
  readonly put: string;
}

/** Defects to plant, each as changes of the product's own text. */
export const MUTANTS: Readonly<Record<string, readonly Change[]>> = {
  "release-skipped": [
    {
      file: "spending/ledger.ts",
      find: "for (const leg of legs) {",
      put: 'for (const leg of legs.filter(({ kind }) => kind !== "release")) {',
    },
  ],
  "one-leg-astray": [
    {
      file: "spending/ledger.ts",
      find: '{ kind: "release", amount: amount - captured, debit: source, credit: payer }',
      put: '{ kind: "release", amount: amount - captured, debit: "house", credit: payer }',
    },
  ],
  "settled-apart": [
    {
      file: "jobs/settle.ts",
      find: `return app.runInTransaction(async (tx) => {
    const [stored] = await tx.findRecordsByIds(JOBS, [job.id]);
    if (stored && isSettled(stored)) return;`,
      put: "return Promise.resolve(app).then(async (tx) => {const stored = true;",
    },
  ],
  "hold-forgotten": [
    {
      file: "pipeline/open.ts",
      find: "for (const hold of payment.holds(chargeOf(draft))) {",
      put: "for (const hold of payment.holds(chargeOf(draft)).slice(1)) {",
    },
  ],
  "sent-again-after-a-lost-answer": [
    {
      file: "jobs/follow.ts",
      find: 'error.sent === "no" ||',
      put: 'error.sent !== "yes" ||',
    },
  ],
  "sent-again-after-a-restart": [
    {
      file: "jobs/recover.ts",
      find: 'submitted_at != "" && provider_request_id = ""\'',
      put: 'submitted_at != "" && provider_request_id = "none"\'',
    },
    // The second of two locks.
    {
      file: "jobs/run.ts",
      find: 'const wasSent = run.job.getString("submitted_at") !== "";',
      put: "const wasSent = false;",
    },
  ],
  "captured-without-a-file": [
    {
      file: "jobs/keep.ts",
      find: 'const state = pictures.length > 0 ? "succeeded" : "failed";',
      put: 'const state = "succeeded";',
    },
  ],
  "adopted-after-the-refund": [
    {
      file: "jobs/adopt.ts",
      find: 'state = "expired" && hold > 0',
      put: 'state = "expired" && retried_from = ""',
    },
    {
      file: "jobs/keep.ts",
      find: "if (stored && isSettled(stored)) {",
      put: "if (stored && isSettled(stored) && pictures.length === 0) {",
    },
  ],
  "sent-again-after-a-callback": [
    {
      file: "jobs/claim.ts",
      find: "setHandle(stored, provider.handleOf(requestId, model));",
      put: 'stored.set("submitted_at", "");',
    },
  ],
  "late-results-lost": [
    {
      file: "jobs/adopt.ts",
      find: "await keepResult(product, job, outcome, signal);",
      put: 'await settleJob(product, product.app, { job, ending: { state: "succeeded", ...NOTHING_TAKEN } });',
    },
  ],
  "key-forgotten": [
    {
      file: "pipeline/open.ts",
      find: 'index === 0 ? identity.idempotencyKey : ""',
      put: 'index === 0 ? "" : identity.idempotencyKey',
    },
  ],
  "lost-pictures-counted": [
    {
      file: "jobs/keep.ts",
      find: "images: pictures.length } });",
      put: "images: pictures.length + lost.length } });",
    },
  ],
};

/**
 * A copy of the product in a folder, with a defect.
 *
 * @returns where its hooks and migrations are; the originals without a mutant
 */
export function plant(
  folder: string,
  name: string | undefined,
): { readonly hooks: string; readonly migrations: string } {
  const changes = name === undefined ? undefined : MUTANTS[name];
  const root = changes ? copyProduct(folder) : ROOT;
  for (const change of changes ?? []) make(join(root, "hooks/generatio", change.file), change);
  return { hooks: join(root, "hooks"), migrations: join(root, "schema/migrations") };
}

function make(path: string, { find, put, file }: Change): void {
  const text = readFileSync(path, "utf8");
  if (text.split(find).length !== 2) throw new Error(`${file} has no single place "${find}"`);
  writeFileSync(
    path,
    text.replace(find, () => put),
  );
}

/** How often the text that a change replaces is in the product: once, or it cannot be planted. */
export function findPlaces({ file, find }: Change): number {
  return readFileSync(join(ROOT, "hooks/generatio", file), "utf8").split(find).length - 1;
}

/** With the same engine and packages, so that everything but the change is as it is. */
function copyProduct(folder: string): string {
  const copy = join(folder, "product");
  for (const part of ["hooks", "schema"])
    cpSync(join(ROOT, part), join(copy, part), { recursive: true });
  writeFileSync(join(copy, "package.json"), '{"type": "module"}');
  const packages = join(copy, "node_modules");
  mkdirSync(packages);
  for (const name of readdirSync(join(ROOT, "node_modules"))) {
    symlinkSync(join(ROOT, "node_modules", name), join(packages, name));
  }
  symlinkSync(ROOT, join(packages, "generatio"));
  return copy;
}
