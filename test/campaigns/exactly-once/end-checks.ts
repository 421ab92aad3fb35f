import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type Database from "better-sqlite3";
import type { BilledRequest } from "../../../hooks/generatio/testing/bill.ts";
import { isHeld, type JobMoney, type LedgerReplay } from "./ledger-replay.ts";
import type { Receipt } from "./people.ts";
import type { Bills } from "./vendors-child.ts";

/** What is known outside of the server. */
export interface Evidence {
  readonly receipts: readonly Receipt[];
  readonly bills: Bills;
}

interface Court {
  readonly db: Database.Database;
  /** The data folder. */
  readonly dir: string;
  /** Of the whole ledger. */
  readonly replay: LedgerReplay;
  readonly evidence: Evidence;
}

interface JobRow {
  readonly id: string;
  readonly state: string;
  readonly hold: number;
  readonly actual: number;
  readonly provider: string;
  readonly prompt: string;
  readonly provider_request_id: string;
  readonly submitted_at: string;
  readonly retried_from: string;
  /** JSON: requests that came to nothing before another model was asked. */
  readonly tried: string | null;
}

interface ImageRow {
  readonly id: string;
  readonly job_id: string;
  readonly file: string;
  readonly sha256: string;
}

interface Finding {
  readonly failures: string[];
  readonly figures: Record<string, number>;
}

/** Everything that must hold once all is over. */
export function judgeEnd(court: Court): Finding {
  const { db } = court;
  const jobs = db.prepare<[], JobRow>("SELECT * FROM jobs").all();
  const images = db.prepare<[], ImageRow>("SELECT id, job_id, file, sha256 FROM images").all();
  const byJob = Map.groupBy(images, (image) => image.job_id);
  const bill = new BillIndex(court.evidence.bills);
  const failures: string[] = [];
  const counts: Record<string, number> = {};
  for (const job of jobs) {
    const kept = byJob.get(job.id)?.length ?? 0;
    const problem = judgeJob(job, { kept, money: court.replay.moneyOf(job.id), bill });
    if (problem !== undefined)
      failures.push(`job ${job.id} (${job.state}, ${job.prompt}) ${problem}`);
    counts[`jobs ${job.state}`] = (counts[`jobs ${job.state}`] ?? 0) + 1;
  }
  failures.push(
    ...judgeReceipts(jobs, court.evidence.receipts),
    ...judgeOrders(jobs),
    ...judgeSubmits(jobs, bill),
    ...judgeFiles(court, images),
    ...judgeProjections(court),
  );
  const wasted = bill.all.filter(
    ({ requestId, images: count }) => count > 0 && !bill.claimed.has(requestId),
  );
  return {
    failures,
    figures: {
      jobs: jobs.length,
      ...counts,
      pictures: images.length,
      "requests taken by vendors": bill.all.length,
      "paid requests whose answer was lost for good": wasted.length,
    },
  };
}

/** The vendors' bills by request. */
class BillIndex {
  readonly all: readonly (BilledRequest & { readonly provider: string })[];
  /** Requests that a job knows as its own. */
  readonly claimed = new Set<string>();
  readonly #byId: ReadonlyMap<string, BilledRequest>;

  constructor({ fal, replicate, openAi }: Bills) {
    const of = (provider: string, list: readonly BilledRequest[]) =>
      list.map((line) => ({ ...line, provider }));
    this.all = [...of("fal", fal), ...of("replicate", replicate), ...of("openai", openAi)];
    this.#byId = new Map(this.all.map((line) => [line.requestId, line]));
  }

  find(requestId: string): BilledRequest | undefined {
    return this.#byId.get(requestId);
  }
}

const OVER = new Set(["succeeded", "failed", "canceled", "expired"]);
/** What is counted for people, as opposed to what vendors are paid. */
const OWN_UNITS = new Set(["images", "credits"]);

function judgeJob(
  job: JobRow,
  {
    kept,
    money,
    bill,
  }: { kept: number; money: ReadonlyMap<string, JobMoney> | undefined; bill: BillIndex },
): string | undefined {
  if (!OVER.has(job.state)) return "is not over";
  if (!money) return "never held any money";
  if (isHeld(money) !== false || job.hold !== 0) return "still holds money";
  for (const id of triedOf(job)) {
    bill.claimed.add(id);
    const paid = bill.find(id)?.images ?? 0;
    if (paid > 0) return `went on to another model although ${paid} pictures were made`;
  }
  const request = job.provider_request_id === "" ? undefined : bill.find(job.provider_request_id);
  if (request) {
    if (bill.claimed.has(request.requestId)) return "has another job's request";
    bill.claimed.add(request.requestId);
    if (request.prompt !== job.prompt) return `has the request of "${request.prompt}"`;
  }
  const dollars = money.get("usd_micros");
  const paid = (dollars?.captured ?? 0) + (dollars?.adjusted ?? 0);
  const own = [...money].filter(([unit]) => OWN_UNITS.has(unit));
  const ownTaken = own.reduce((sum, [, { captured, adjusted }]) => sum + captured + adjusted, 0);
  if (job.actual !== paid) return `says that it cost ${job.actual}, and the ledger ${paid}`;
  if (job.state !== "succeeded") {
    if (kept > 0) return `has ${kept} pictures`;
    if (ownTaken > 0) return `took ${ownTaken} for nothing`;
    if (paid > 0 && !((request?.images ?? 0) > 0))
      return `cost ${paid}, and the vendor took nothing`;
    return undefined;
  }
  if (kept === 0) return "has no picture";
  if (!request || request.images === 0) return "has pictures that nobody was paid for";
  if (kept > request.images) return `has ${kept} pictures, and the vendor made ${request.images}`;
  if (paid === 0 && job.provider !== "openai") return "was delivered and not charged";
  for (const [unit, { captured }] of own) {
    if (captured !== kept) return `took ${captured} ${unit} for ${kept} pictures`;
  }
  return undefined;
}

/** What a client was told of must be there. */
function judgeReceipts(jobs: readonly JobRow[], receipts: readonly Receipt[]): string[] {
  const prompts = new Map(jobs.map(({ id, prompt }) => [id, prompt]));
  return receipts.flatMap(({ jobId, order }) => {
    const prompt = prompts.get(jobId);
    if (prompt === undefined) return [`job ${jobId} of order ${order} was accepted and is gone`];
    if (`${prompt} `.startsWith(`order ${order} `)) return [];
    return [`order ${order} was answered with job ${jobId} of "${prompt}"`];
  });
}

/** An order is one job, however often it was sent. */
function judgeOrders(jobs: readonly JobRow[]): string[] {
  const first = jobs.filter((job) => job.retried_from === "");
  return [...Map.groupBy(first, ({ prompt }) => prompt)].flatMap(([prompt, same]) =>
    same.length === 1 ? [] : [`"${prompt}" became ${same.length} jobs`],
  );
}

/** No paid request is sent twice, and none without a job. */
function judgeSubmits(jobs: readonly JobRow[], bill: BillIndex): string[] {
  const sent = Map.groupBy(
    jobs.filter((job) => job.submitted_at !== "" || triedOf(job).length > 0),
    ({ prompt }) => prompt,
  );
  const taken = Map.groupBy(bill.all, ({ prompt }) => prompt);
  return [...taken].flatMap(([prompt, requests]) => {
    const wanted = (sent.get(prompt) ?? []).reduce((sum, job) => {
      return sum + (job.submitted_at === "" ? 0 : 1) + triedOf(job).length;
    }, 0);
    return requests.length <= wanted
      ? []
      : [`"${prompt}" was taken ${requests.length} times, for ${wanted} requests that were sent`];
  });
}

/** Requests that were taken and came to nothing before the present one. */
function triedOf(job: JobRow): string[] {
  const tried = JSON.parse(job.tried || "null") as readonly { request_id: string }[] | null;
  return (tried ?? []).map((each) => each.request_id).filter((id) => id !== "");
}

/** Every stored file is named by a row, and every row's file is there and whole. */
function judgeFiles({ db, dir }: Court, images: readonly ImageRow[]): string[] {
  const collection = db.prepare<[], { id: string }>(
    "SELECT id FROM _collections WHERE name = 'images'",
  );
  const folder = join(dir, "storage", collection.get()?.id ?? "");
  const failures: string[] = [];
  const expected = new Set<string>();
  for (const { id, file, sha256 } of images) {
    expected.add(join(id, file)).add(join(id, `${file}.attrs`));
    const path = join(folder, id, file);
    if (!existsSync(path)) failures.push(`image ${id} has no file`);
    else if (createHash("sha256").update(readFileSync(path)).digest("hex") !== sha256)
      failures.push(`the file of image ${id} is another`);
  }
  for (const path of filesIn(folder)) {
    if (!expected.has(path)) failures.push(`no row names the file ${path}`);
  }
  return failures;
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

/** What is shown to people adds up to the ledger. */
function judgeProjections(court: Court): string[] {
  return [...judgeSpending(court), ...judgeCredits(court), ...judgeBalances(court)];
}

function judgeCredits({ db, replay }: Court): string[] {
  const rows = db
    .prepare<[], { user_id: string; balance: number; held: number }>("SELECT * FROM credits")
    .all();
  const lines = db
    .prepare<[], { user_id: string; sum: number }>(
      "SELECT user_id, sum(delta) AS sum FROM credit_ledger GROUP BY user_id",
    )
    .all();
  const history = new Map(lines.map(({ user_id, sum }) => [user_id, sum]));
  return rows.flatMap(({ user_id: userId, balance, held }) => {
    const real = replay.balances.get(`credits/${userId} credits`) ?? 0;
    const isRight = balance === real && held === 0 && history.get(userId) === real;
    return isRight ? [] : [`user ${userId} is shown ${balance} credits and has ${real}`];
  });
}

/** What the database keeps of every account is what the rows say. */
function judgeBalances({ db, replay }: Court): string[] {
  const rows = db
    .prepare<[], { account: string; unit: string; balance: number }>(
      "SELECT * FROM _xLedgerBalances",
    )
    .all();
  const wrong = rows.filter(
    ({ account, unit, balance }) => replay.balances.get(`${account} ${unit}`) !== balance,
  );
  if (rows.length !== replay.balances.size) return ["not every account has a balance"];
  return wrong.map(({ account, unit, balance }) => `${account} has ${balance} ${unit} on record`);
}

function judgeSpending({ db, replay }: Court): string[] {
  const rows = db
    .prepare<[], { user_id: string; cost: number }>(
      "SELECT user_id, sum(cost_micros) AS cost FROM usage_ledger GROUP BY user_id",
    )
    .all();
  const owners = new Map(
    db
      .prepare<[], { id: string; user_id: string }>("SELECT id, user_id FROM jobs")
      .all()
      .map(({ id, user_id }) => [id, user_id]),
  );
  const paid = new Map<string, number>();
  for (const jobId of replay.jobIds()) {
    const dollars = replay.moneyOf(jobId)?.get("usd_micros");
    const owner = owners.get(jobId) ?? "";
    const sum = (paid.get(owner) ?? 0) + (dollars?.captured ?? 0) + (dollars?.adjusted ?? 0);
    paid.set(owner, sum);
  }
  return rows.flatMap(({ user_id: userId, cost }) =>
    cost === paid.get(userId)
      ? []
      : [`user ${userId} is shown to have spent ${cost}, the ledger says ${paid.get(userId) ?? 0}`],
  );
}
