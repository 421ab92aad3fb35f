/*
 * How a request becomes pictures, whatever dialect it came in. A route family decodes its body, calls
 * `orderPictures` and encodes what `awaitReport` gives; it knows no database, provider or ledger.
 *
 *    1 identify      who is it?                                identify.ts
 *    2 unlock        with which key of their own?              unlock.ts
 *    3 fund          who pays?                                 fund.ts
 *    4 validate      does the model take it?                   validate.ts
 *    5 moderate      may it be asked for?                      moderate.ts
 *    6 write prompt  what is sent?                             write-prompt.ts
 *    7 estimate      what will it cost?                        ../models/price.ts, ../spending/budgets.ts
 *    8 open          the job, with the money held              open.ts
 *    9 run           the provider makes the pictures           ../jobs/run.ts, ../jobs/follow.ts
 *   10 keep          they are copied and stored                ../jobs/keep.ts
 *   11 settle        what it cost replaces what was held       ../jobs/settle.ts, ../spending/ledger.ts
 *   12 tell          realtime, and whoever waits               ../jobs/report.ts
 */
import type { RecordModel } from "generatio";
import { ProductError } from "../errors.ts";
import { findOwnJob, isOver } from "../jobs/job.ts";
import { type JobReport, reportJob } from "../jobs/report.ts";
import { startJob } from "../jobs/start.ts";
import { imageCount, type Parameters } from "../models/parameters.ts";
import { estimatePrice } from "../models/price.ts";
import type { Product } from "../product.ts";
import { type BudgetState, checkBudgets, readBudgets, tightest } from "../spending/budgets.ts";
import type { MicroDollars } from "../spending/money.ts";
import { fund } from "./fund.ts";
import { identify } from "./identify.ts";
import { moderate } from "./moderate.ts";
import { type Draft, findRepeated, identityOf, openJob } from "./open.ts";
import type { Caller, PictureOrder } from "./request.ts";
import { sessionMissing, unlock, type UnlockedKey } from "./unlock.ts";
import { chooseModel, validate } from "./validate.ts";
import { writePrompt } from "./write-prompt.ts";

/**
 * Takes an order: steps 1 to 8, and sets the job going.
 *
 * @param decode reads the body; called once it is clear who asks
 * @returns the id of the job
 * @throws ProductError; nothing is written or paid then
 */
export async function orderPictures(
  product: Product,
  caller: Caller,
  decode: () => Promise<PictureOrder>,
): Promise<string> {
  const user = identify(caller.auth);
  const key = unlock(product, user, caller.sessionId);
  try {
    if (!key) throw sessionMissing();
    const order = await decode();
    const identity = identityOf(user, caller, order);
    const repeated = await findRepeated(product.app, identity);
    if (repeated) return repeated.id;
    const draft = await prepare(product, user, { order, key });
    const { job, isNew } = await openJob(product, identity, draft);
    if (isNew) startJob(product, job, draft.funding.token);
    return job.id;
  } finally {
    key?.token.wipe();
  }
}

/** Steps 3 to 7. */
async function prepare(
  product: Product,
  user: RecordModel,
  { order, key }: { order: PictureOrder; key: UnlockedKey | undefined },
): Promise<Draft> {
  const { wish } = order;
  const model = chooseModel(wish);
  const funding = fund(user, model, key);
  const parameters = await validate(product, user, { wish, model });
  moderate(wish.prompt);
  const promptUsed = writePrompt(wish);
  const estimate = estimatePrice(model, parameters);
  return { order, model, funding, parameters, promptUsed, estimate };
}

/** What an order would cost, and whether it could be made. */
export interface Estimate {
  readonly model: string;
  readonly images: number;
  readonly cost: MicroDollars;
  readonly costPerImage: MicroDollars;
  readonly funding: string;
  /** The budget with the least left; undefined without any. */
  readonly budget: BudgetState | undefined;
  readonly etaMs: number;
  readonly warnings: readonly string[];
}

/** Steps 1 to 7: everything short of doing it. @throws ProductError as the order itself would */
export async function estimateOrder(
  product: Product,
  caller: Caller,
  decode: () => Promise<PictureOrder>,
): Promise<Estimate> {
  const user = identify(caller.auth);
  const key = unlock(product, user, caller.sessionId);
  try {
    if (!key) throw sessionMissing();
    const order = await decode();
    const { model, parameters, funding, estimate } = await prepare(product, user, { order, key });
    const budgets = await readBudgets(product, product.app, user.id);
    const images = imageCount(parameters);
    return {
      model: model.id,
      images,
      cost: estimate,
      costPerImage: estimate / images,
      funding: funding.kind,
      budget: tightest(budgets, model.id),
      etaMs: model.typicalMs,
      warnings: checkBudgets(budgets, { model: model.id, estimate }),
    };
  } finally {
    key?.token.wipe();
  }
}

/**
 * Another try of a job that came to nothing, with what it was made from.
 *
 * @returns the id of the new job
 * @throws ProductError `conflict` when it is not over or has succeeded
 */
export function orderAgain(product: Product, caller: Caller, jobId: string): Promise<string> {
  return orderPictures(product, caller, async () => {
    const job = await findOwnJob(product.app, identify(caller.auth).id, jobId);
    if (!isOver(job)) throw new ProductError("conflict", "The job is not over yet.");
    if (job.getString("state") === "succeeded") {
      throw new ProductError("conflict", "The job has succeeded.");
    }
    const wish = {
      model: job.getString("model"),
      prompt: job.getString("prompt"),
      parameters: (job.getJson("params") ?? {}) as Parameters,
      folderId: job.getString("folder_id"),
    };
    return { wish, priority: job.getNumber("priority"), retriedFrom: job.id };
  });
}

/** Step 12: waits for a job as long as a request may last, and tells how it stands then. */
export async function awaitReport(product: Product, jobId: string): Promise<JobReport> {
  await product.jobs.wait(jobId, product.settings.syncWaitMs);
  return reportJob(product, jobId);
}

/** How a job stands now. */
export function readReport(product: Product, jobId: string): Promise<JobReport> {
  return reportJob(product, jobId);
}
