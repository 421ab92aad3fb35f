import type { RecordModel } from "generatio";
import type { Product } from "../product.ts";
import type { KeyRing } from "../tokens/key-ring.ts";
import { setFailure } from "./failure.ts";
import { JOBS, saveJob, UNFINISHED } from "./job.ts";
import { NOTHING_TAKEN, settleJob } from "./settle.ts";
import { keyFor } from "./key.ts";
import { startJob } from "./start.ts";

/**
 * At the start of the server: a job whose request was on its way when the last run ended may have been
 * taken. It is never sent again.
 */
export async function markInterrupted({ app }: Product): Promise<void> {
  const filter = 'state = "queued" && submitted_at != "" && provider_request_id = ""';
  for (const job of await app.findRecordsByFilter(JOBS, filter)) {
    setFailure(job, {
      code: "external_error",
      status: 502,
      message:
        "The server stopped while the request was sent. The picture may still have been made and paid for.",
      data: {},
    });
    job.set("state", "unknown");
    await saveJob(app, job);
  }
}

/** At the start of the server: gives back what was held for jobs that are not there any more. */
export async function releaseOrphans({ app, ledger }: Product): Promise<void> {
  const held = await ledger.heldJobs(app);
  for (let at = 0; at < held.length; at += IDS_AT_ONCE) {
    const ids = held.slice(at, at + IDS_AT_ONCE);
    const there = new Set((await app.findRecordsByIds(JOBS, ids)).map(({ id }) => id));
    for (const jobId of ids.filter((id) => !there.has(id))) {
      await app.runInTransaction((tx) => ledger.release(tx, jobId));
    }
  }
}

const IDS_AT_ONCE = 200;

/** At the start of the server: takes up the jobs that need nobody's key but the server's own. */
export async function resumeServerJobs(product: Product): Promise<void> {
  const filter = 'funding != "byok" && (state = "queued" || state = "running")';
  for (const job of await product.app.findRecordsByFilter(JOBS, filter, { sort: "rank,created" })) {
    const token = keyFor(product, job);
    if (token) startJob(product, job, token);
    token?.wipe();
  }
}

/** Takes up the jobs that wait for their user's key: those at the provider, and those never sent. */
export async function resumeJobs(
  product: Product,
  userId: string,
  /** Stay the caller's. */
  keys: KeyRing,
): Promise<void> {
  const filter =
    'user_id = {:userId} && funding = "byok" && (state = "queued" || state = "running")';
  const options = { params: { userId }, sort: "rank,created" };
  const waiting = await product.app.findRecordsByFilter(JOBS, filter, options);
  for (const job of waiting) {
    const token = keys.keyOf(job.getString("provider"));
    if (token) startJob(product, job, token);
  }
}

/** Ends what nobody came back for: it will not be adopted any more, and what was held for it is given back. */
export async function endAbandoned(product: Product): Promise<void> {
  const { app, jobs, settings } = product;
  const before = toDate(Date.now() - settings.holdLimitMs);
  const filter = `(${UNFINISHED} || (state = "expired" && hold > 0)) && created < {:before}`;
  for (const job of await app.findRecordsByFilter(JOBS, filter, { params: { before } })) {
    if (!jobs.has(job.id)) await endOne(product, job);
  }
}

function endOne(product: Product, job: RecordModel): Promise<void> {
  setFailure(job, {
    code: "external_error",
    status: 504,
    message: "The provider did not deliver in time, and what was held was given back.",
    data: {},
  });
  const ending = { state: "expired", ...NOTHING_TAKEN } as const;
  return settleJob(product, product.app, { job, ending });
}

function toDate(time: number): string {
  return new Date(time).toISOString().replace("T", " ");
}
