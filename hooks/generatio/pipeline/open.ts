import { createHash, randomUUID } from "node:crypto";
import type { App, RecordModel } from "generatio";
import { ProductError } from "../errors.ts";
import type { Fallback } from "../jobs/fail-over.ts";
import { type JobInputs, JOBS, newJob, saveJob } from "../jobs/job.ts";
import { subjectOf } from "../jobs/settle.ts";
import type { Model } from "../models/model.ts";
import { imageCount, type Parameters } from "../models/parameters.ts";
import type { Product } from "../product.ts";
import type { MicroDollars } from "../spending/money.ts";
import type { Alternative } from "./alternatives.ts";
import type { Charge, Funding, Payment } from "./fund.ts";
import type { Verdict } from "./moderate.ts";
import type { Caller, PictureOrder, PictureWish } from "./request.ts";
import type { TakenPicture, TakenPictures } from "./take-pictures.ts";

/** A wish that has passed every check. */
export interface Draft {
  readonly wish: PictureWish;
  readonly model: Model;
  readonly funding: Funding;
  readonly parameters: Parameters;
  /** What goes in; undefined for a picture of a text. */
  readonly pictures: TakenPictures | undefined;
  /** The text to send. */
  readonly promptUsed: string;
  /** What was found out about the prompt. */
  readonly moderation: Verdict;
  /** Of one picture. */
  readonly price: MicroDollars;
  /** Where to go when the model does not work, the best first. */
  readonly alternatives: readonly Alternative[];
  /** What it will cost at most: by the dearest of all models that may be asked. */
  readonly estimate: MicroDollars;
  /** What was not taken as it was said. */
  readonly warnings: readonly string[];
}

/** Whose request it is, and how it is recognised when it comes again. */
export interface Identity {
  readonly userId: string;
  /** Empty for none. */
  readonly idempotencyKey: string;
  readonly requestHash: string;
}

export function identityOf(user: RecordModel, caller: Caller, order: PictureOrder): Identity {
  const requestHash = createHash("sha256").update(canonical(order)).digest("hex");
  return { userId: user.id, idempotencyKey: caller.idempotencyKey, requestHash };
}

/**
 * The jobs that the same request opened before, in its order; none for a new request.
 *
 * @throws ProductError `conflict` when its key was used for another request
 */
export async function findRepeated(
  app: App,
  { userId, idempotencyKey: key, requestHash }: Identity,
): Promise<readonly RecordModel[]> {
  if (key === "") return [];
  const first = await findByKey(app, { userId, idempotencyKey: key });
  if (!first || isExpired(first)) return [];
  if (first.getString("request_hash") !== requestHash) {
    throw new ProductError("conflict", "The Idempotency-Key was used for another request.");
  }
  const batchId = first.getString("batch_id");
  if (batchId === "") return [first];
  return app.findRecordsByFilter(JOBS, "user_id = {:userId} && batch_id = {:batchId}", {
    params: { userId, batchId },
    sort: "batch_index",
  });
}

/** A key means the same request for so long. */
const KEYS_LIVE_MS = 24 * 3_600_000;

async function findByKey(
  app: App,
  { userId, idempotencyKey: key }: Pick<Identity, "userId" | "idempotencyKey">,
): Promise<RecordModel | undefined> {
  const filter = "user_id = {:userId} && idempotency_key = {:key}";
  const params = { userId, key };
  const [first] = await app.findRecordsByFilter(JOBS, filter, { params, limit: 1 });
  return first;
}

function isExpired(job: RecordModel): boolean {
  return Date.parse(job.getString("created")) < Date.now() - KEYS_LIVE_MS;
}

/** Takes an expired key from the job that had it. */
async function releaseKey(tx: App, identity: Identity): Promise<void> {
  if (identity.idempotencyKey === "") return;
  const holder = await findByKey(tx, identity);
  if (!holder || !isExpired(holder)) return;
  holder.set("idempotency_key", "");
  await saveJob(tx, holder);
}

/**
 * Steps 7 and 8: judges what all drafts take together, holds it and writes the jobs, all or nothing. Of two
 * equal requests at the same moment only one gets jobs of its own.
 *
 * @returns the jobs in the order of the drafts, and whether they are new
 */
export async function openJobs(
  product: Product,
  identity: Identity,
  opening: { readonly order: PictureOrder; readonly drafts: readonly Draft[] },
): Promise<{ readonly jobs: readonly RecordModel[]; readonly isNew: boolean }> {
  try {
    const jobs = await product.app.runInTransaction(async (tx) => {
      await releaseKey(tx, identity);
      const { order, drafts } = opening;
      const arranged = await arrange(tx, drafts);
      const payments = new Map(drafts.map((draft) => [draft, arranged.get(draft)!]));
      return holdAndSave(product, tx, { identity, order, payments });
    });
    return { jobs, isNew: true };
  } catch (error) {
    if (error instanceof ProductError) throw error;
    const earlier = await findRepeated(product.app, identity);
    if (earlier.length === 0) throw error;
    return { jobs: earlier, isNew: false };
  }
}

/** Who pays for which draft. Each source judges its own part of an order as a whole. @throws ProductError */
export async function arrange(
  tx: App,
  drafts: readonly Draft[],
): Promise<ReadonlyMap<Draft, Payment>> {
  const payments = new Map<Draft, Payment>();
  for (const [, members] of Map.groupBy(drafts, ({ funding }) => funding.source)) {
    const payment = await members[0]?.funding.arrange(tx, members.map(chargeOf));
    if (payment) for (const member of members) payments.set(member, payment);
  }
  return payments;
}

/** What the user should read about the payments of an order. */
export function warningsOf(payments: ReadonlyMap<Draft, Payment>): string[] {
  return [...new Set(payments.values())].flatMap(({ warnings }) => warnings);
}

interface Opening {
  readonly identity: Identity;
  readonly order: PictureOrder;
  readonly payments: ReadonlyMap<Draft, Payment>;
}

async function holdAndSave(product: Product, tx: App, opening: Opening): Promise<RecordModel[]> {
  const { identity, order, payments } = opening;
  const batchId = order.isBatch ? randomUUID() : "";
  const warnings = warningsOf(payments);
  const jobs: RecordModel[] = [];
  for (const [index, [draft, payment]] of [...payments].entries()) {
    const job = newJob(tx, {
      ...identity,
      // One job stands for the whole request.
      idempotencyKey: index === 0 ? identity.idempotencyKey : "",
      model: draft.model,
      task: draft.wish.task ?? "generate",
      inputs: inputsOf(draft),
      prompt: titleOf(draft),
      promptUsed: draft.promptUsed,
      parameters: draft.parameters,
      folderId: draft.wish.folderId,
      priority: order.priority,
      retriedFrom: order.retriedFrom,
      funding: payment.payer,
      estimate: draft.estimate,
      moderation: draft.moderation,
      price: draft.price,
      fallbacks: draft.alternatives.map(toFallback),
      warnings: [...draft.warnings, ...warnings],
      batchId,
      batchIndex: index,
    });
    await tx.save(job);
    for (const hold of payment.holds(chargeOf(draft))) {
      await product.ledger.hold(tx, subjectOf(job), hold);
    }
    jobs.push(job);
  }
  return jobs;
}

function toFallback({ model, parameters, price, warnings }: Alternative): Fallback {
  return { model: model.id, params: parameters, price, warnings };
}

function inputsOf({ pictures }: Draft): JobInputs | undefined {
  if (!pictures) return undefined;
  const refOf = ({ collection, id }: TakenPicture) => ({ collection, id });
  const { image, mask } = pictures;
  return { image: refOf(image), ...(mask ? { mask: refOf(mask) } : {}) };
}

/** What the job and its pictures are known by: what was typed, else what the picture was made from. */
function titleOf({ wish, pictures }: Draft): string {
  const typed = wish.prompt.trim() === "" ? "" : wish.prompt;
  return typed || pictures?.image.prompt || `A picture: ${wish.task ?? "generate"}`;
}

export function chargeOf({ model, estimate, parameters }: Draft): Charge {
  return { model: model.id, cost: estimate, images: imageCount(parameters) };
}

/** The same text for the same request, in whatever order its members were written. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
