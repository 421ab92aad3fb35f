import { createHash, randomUUID } from "node:crypto";
import type { App, RecordModel } from "generatio";
import { ProductError } from "../errors.ts";
import { JOBS, newJob } from "../jobs/job.ts";
import { subjectOf } from "../jobs/settle.ts";
import type { Model } from "../models/model.ts";
import { imageCount, type Parameters } from "../models/parameters.ts";
import type { Product } from "../product.ts";
import type { MicroDollars } from "../spending/money.ts";
import type { Charge, Funding } from "./fund.ts";
import type { Caller, PictureOrder, PictureWish } from "./request.ts";

/** A wish that has passed every check. */
export interface Draft {
  readonly wish: PictureWish;
  readonly model: Model;
  readonly funding: Funding;
  readonly parameters: Parameters;
  /** The text to send. */
  readonly promptUsed: string;
  /** What it will cost at most. */
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
  const filter = "user_id = {:userId} && idempotency_key = {:key}";
  const [first] = await app.findRecordsByFilter(JOBS, filter, {
    params: { userId, key },
    limit: 1,
  });
  if (!first) return [];
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
      const warnings = await check(tx, opening.drafts);
      return holdAndSave(product, tx, { identity, ...opening, warnings });
    });
    return { jobs, isNew: true };
  } catch (error) {
    if (error instanceof ProductError) throw error;
    const earlier = await findRepeated(product.app, identity);
    if (earlier.length === 0) throw error;
    return { jobs: earlier, isNew: false };
  }
}

/** Each funding judges its own part of an order. @returns sentences that the user should read */
export async function check(tx: App, drafts: readonly Draft[]): Promise<readonly string[]> {
  const warnings: string[] = [];
  for (const [, members] of Map.groupBy(drafts, ({ funding }) => funding.kind)) {
    const charges = members.map(chargeOf);
    warnings.push(...((await members[0]?.funding.check(tx, charges)) ?? []));
  }
  return warnings;
}

async function holdAndSave(
  product: Product,
  tx: App,
  opening: {
    identity: Identity;
    order: PictureOrder;
    drafts: readonly Draft[];
    warnings: readonly string[];
  },
): Promise<RecordModel[]> {
  const { identity, order, drafts } = opening;
  const batchId = order.isBatch ? randomUUID() : "";
  const jobs: RecordModel[] = [];
  for (const [index, draft] of drafts.entries()) {
    const job = newJob(tx, {
      ...identity,
      // One job stands for the whole request.
      idempotencyKey: index === 0 ? identity.idempotencyKey : "",
      model: draft.model,
      prompt: draft.wish.prompt,
      promptUsed: draft.promptUsed,
      parameters: draft.parameters,
      folderId: draft.wish.folderId,
      priority: order.priority,
      retriedFrom: order.retriedFrom,
      funding: draft.funding.kind,
      estimate: draft.estimate,
      price: draft.estimate / imageCount(draft.parameters),
      warnings: [...draft.warnings, ...opening.warnings],
      batchId,
      batchIndex: index,
    });
    await tx.save(job);
    for (const hold of draft.funding.holds(chargeOf(draft))) {
      await product.ledger.hold(tx, subjectOf(job), hold);
    }
    jobs.push(job);
  }
  return jobs;
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
