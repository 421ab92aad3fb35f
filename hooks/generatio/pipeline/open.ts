import { createHash } from "node:crypto";
import type { App, RecordModel } from "generatio";
import { ProductError } from "../errors.ts";
import { JOBS, newJob } from "../jobs/job.ts";
import type { Model } from "../models/model.ts";
import type { Parameters } from "../models/parameters.ts";
import { subjectOf } from "../jobs/settle.ts";
import type { Product } from "../product.ts";
import { checkBudgets, readBudgets } from "../spending/budgets.ts";
import type { MicroDollars } from "../spending/money.ts";
import type { Funding } from "./fund.ts";
import type { Caller, PictureOrder } from "./request.ts";

/** An order that has passed every check. */
export interface Draft {
  readonly order: PictureOrder;
  readonly model: Model;
  readonly funding: Funding;
  readonly parameters: Parameters;
  /** The text to send. */
  readonly promptUsed: string;
  /** What it will cost at most. */
  readonly estimate: MicroDollars;
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
 * The job that the same request opened before.
 *
 * @throws ProductError `conflict` when its key was used for another request
 */
export async function findRepeated(
  app: App,
  { userId, idempotencyKey: key, requestHash }: Identity,
): Promise<RecordModel | undefined> {
  if (key === "") return undefined;
  const filter = "user_id = {:userId} && idempotency_key = {:key}";
  const [job] = await app.findRecordsByFilter(JOBS, filter, { params: { userId, key }, limit: 1 });
  if (job && job.getString("request_hash") !== requestHash) {
    throw new ProductError("conflict", "The Idempotency-Key was used for another request.");
  }
  return job;
}

/**
 * Steps 7 and 8: holds the money and writes the job, together or not at all. Of two equal requests at the
 * same moment only one gets a job of its own.
 *
 * @returns the job, and whether it is new
 */
export async function openJob(
  product: Product,
  identity: Identity,
  draft: Draft,
): Promise<{ readonly job: RecordModel; readonly isNew: boolean }> {
  try {
    const job = await product.app.runInTransaction((tx) =>
      holdAndSave(product, tx, { identity, draft }),
    );
    return { job, isNew: true };
  } catch (error) {
    if (error instanceof ProductError) throw error;
    const earlier = await findRepeated(product.app, identity);
    if (!earlier) throw error;
    return { job: earlier, isNew: false };
  }
}

async function holdAndSave(
  product: Product,
  tx: App,
  { identity, draft }: { identity: Identity; draft: Draft },
): Promise<RecordModel> {
  const { order, model, funding, estimate } = draft;
  const budgets = await readBudgets(product, tx, identity.userId);
  const warnings = checkBudgets(budgets, { model: model.id, estimate });
  const job = newJob(tx, {
    ...identity,
    model,
    prompt: order.wish.prompt,
    promptUsed: draft.promptUsed,
    parameters: draft.parameters,
    folderId: order.wish.folderId,
    priority: order.priority,
    retriedFrom: order.retriedFrom,
    funding: funding.kind,
    estimate,
    warnings,
  });
  await tx.save(job);
  for (const hold of funding.holds(estimate)) await product.ledger.hold(tx, subjectOf(job), hold);
  return job;
}

/** The same text for the same request, in whatever order its members were written. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
