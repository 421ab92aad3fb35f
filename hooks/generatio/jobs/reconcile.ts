import type { RecordModel } from "generatio";
import { createLimiter } from "../limiter.ts";
import type { Product } from "../product.ts";
import {
  type Provider,
  ProviderError,
  type ProviderRequest,
  type RecentRequest,
} from "../providers/provider.ts";
import type { PlainToken } from "../tokens/secret.ts";
import { claimRequest } from "./claim.ts";
import { triedOf } from "./fail-over.ts";
import { setFailure } from "./failure.ts";
import { inputsOf, JOBS } from "./job.ts";
import { keyFor } from "./key.ts";
import { contextOf, requestOf } from "./request.ts";
import { NOTHING_TAKEN, settleJob } from "./settle.ts";

/** Clocks differ. */
const CLOCK_SKEW_MS = 60_000;
/** What a vendor does not list so long after it was sent, it was never sent. */
const SURE_AFTER_MS = 120_000;

/**
 * Looks once after the jobs of which nobody knows whether their request was taken, at the vendors that list
 * what they were asked for. A request that is there is followed; one that is not was never taken, and what
 * was held for it is given back.
 */
export async function reconcileUnknown(product: Product, signal: AbortSignal): Promise<void> {
  const jobs = await product.app.findRecordsByFilter(JOBS, 'state = "unknown"', {
    sort: "submitted_at",
  });
  const groups = Map.groupBy(jobs, (job) => accountOf(job));
  const line = createLimiter({ running: ACCOUNTS_AT_ONCE, waiting: groups.size });
  const asked = [...groups.values()].map((group) =>
    line.run(() => reconcileAccount(product, group, signal)),
  );
  await Promise.all(asked);
}

const ACCOUNTS_AT_ONCE = 8;

/** Jobs of one account at a vendor are found in one list. */
function accountOf(job: RecordModel): string {
  const owner = job.getString("funding") === "byok" ? job.getString("user_id") : "server";
  return `${job.getString("provider")} ${owner}`;
}

async function reconcileAccount(
  product: Product,
  jobs: readonly RecordModel[],
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return;
  const [first] = jobs;
  const provider = product.providers.get(first?.getString("provider") ?? "");
  const token = first && keyFor(product, first);
  if (!first || !token) return;
  try {
    if (provider?.listSince) await matchJobs(product, jobs, { provider, token, signal });
  } catch (error) {
    // Asked again in the next round.
    if (!(error instanceof ProviderError)) throw error;
  } finally {
    token.wipe();
  }
}

async function matchJobs(
  product: Product,
  jobs: readonly RecordModel[],
  { provider, token, signal }: { provider: Provider; token: PlainToken; signal: AbortSignal },
): Promise<void> {
  const oldest = Math.min(...jobs.map(submittedAt));
  const context = contextOf(product, token, signal);
  const listed = (await provider.listSince?.(oldest - CLOCK_SKEW_MS, context)) ?? [];
  const free = await unclaimed(product, listed, oldest - CLOCK_SKEW_MS);
  for (const job of jobs) {
    const request = requestOf(product, job);
    const sentAfter = submittedAt(job) - CLOCK_SKEW_MS;
    // What went in cannot be compared: somebody else's picture must not be taken for this one's.
    const isDistinct = inputsOf(job) === undefined;
    const found = isDistinct ? takeMatch(free, request, sentAfter) : undefined;
    if (!isDistinct && findMatch(free, request, sentAfter) >= 0) continue;
    if (found) await claimRequest(product, job.id, found.requestId);
    else if (Date.now() - submittedAt(job) > SURE_AFTER_MS) await giveBack(product, job);
  }
}

/** Requests that are no job's yet, by age. */
async function unclaimed(
  { app }: Product,
  listed: readonly RecentRequest[],
  since: number,
): Promise<RecentRequest[]> {
  const known = new Set<string>();
  for (let at = 0; at < listed.length; at += IDS_AT_ONCE) {
    const ids = listed.slice(at, at + IDS_AT_ONCE).map(({ requestId }) => requestId);
    const filter = ids.map((_id, index) => `provider_request_id = {:id${index}}`).join(" || ");
    const params = Object.fromEntries(ids.map((id, index) => [`id${index}`, id]));
    for (const job of await app.findRecordsByFilter(JOBS, filter, { params })) {
      known.add(job.getString("provider_request_id"));
    }
  }
  // Of jobs that have gone on to another model.
  const turned = await app.findRecordsByFilter(
    JOBS,
    'submitted_at >= {:since} && tried ~ "request_id"',
    { params: { since: new Date(since).toISOString().replace("T", " ") } },
  );
  for (const job of turned) for (const { request_id: id } of triedOf(job)) known.add(id);
  return listed
    .filter(({ requestId }) => !known.has(requestId))
    .toSorted((a, b) => a.createdAt - b.createdAt);
}

const IDS_AT_ONCE = 100;

/** Of several that ask for the same any one is right: they differ in nothing. */
function takeMatch(
  free: RecentRequest[],
  request: ProviderRequest,
  sentAfter: number,
): RecentRequest | undefined {
  const at = findMatch(free, request, sentAfter);
  return at < 0 ? undefined : free.splice(at, 1)[0];
}

function findMatch(
  free: readonly RecentRequest[],
  request: ProviderRequest,
  sentAfter: number,
): number {
  return free.findIndex((each) => each.createdAt >= sentAfter && each.isFor(request));
}

function giveBack(product: Product, job: RecordModel): Promise<void> {
  setFailure(job, {
    code: "external_error",
    status: 502,
    message:
      "The request was lost on its way to the provider: nothing was made and nothing is paid.",
    data: {},
  });
  const ending = { state: "failed", ...NOTHING_TAKEN } as const;
  return settleJob(product, product.app, { job, ending });
}

function submittedAt(job: RecordModel): number {
  return Date.parse(job.getString("submitted_at"));
}
