/*
 * How a request becomes pictures, whatever dialect it came in. A route family decodes its body, calls
 * `orderPictures` and encodes what `awaitReports` gives; it knows no database, provider or ledger.
 *
 *    1 identify      who is it?                                identify.ts
 *    2 unlock        with which keys of their own?              unlock.ts
 *    3 fund          who pays?                                 fund.ts
 *    4 validate      does the model take it?                   validate.ts
 *    5 moderate      may it be asked for?                      moderate.ts
 *    6 write prompt  what is sent?                             write-prompt.ts
 *    7 estimate      what will it cost, and may it?            ../models/price.ts, fund.ts
 *    8 open          the job, with the money held              open.ts
 *    9 run           the provider makes the pictures           ../jobs/run.ts, ../jobs/follow.ts
 *   10 keep          they are copied and stored                ../jobs/keep.ts
 *   11 settle        what it cost replaces what was held       ../jobs/settle.ts, ../spending/ledger.ts
 *   12 tell          realtime, and whoever waits               ../jobs/report.ts
 */
import type { RecordModel } from "generatio";
import { invalidField, ProductError, within } from "../errors.ts";
import { findOwnJob, isOver } from "../jobs/job.ts";
import { type JobReport, reportJob } from "../jobs/report.ts";
import { startJob } from "../jobs/start.ts";
import type { Model } from "../models/model.ts";
import { imageCount, type Parameters } from "../models/parameters.ts";
import { pricePerImage } from "../models/price.ts";
import type { Product } from "../product.ts";
import { findAlternatives } from "./alternatives.ts";
import { estimate, type Estimate } from "./estimate.ts";
import type { KeyRing } from "../tokens/key-ring.ts";
import { fund, type Payer } from "./fund.ts";
import { identify } from "./identify.ts";
import { checkDrafts, moderate, recordFlagged } from "./moderate.ts";
import { type Draft, findRepeated, identityOf, openJobs } from "./open.ts";
import type { Caller, PictureOrder, PictureWish } from "./request.ts";
import { sourcesOf, takePictures } from "./take-pictures.ts";
import { unlock } from "./unlock.ts";
import { chooseModel, validate } from "./validate.ts";
import { writePrompt } from "./write-prompt.ts";

/**
 * Takes an order: steps 1 to 8, and sets its jobs going.
 *
 * @param decode reads the body; called once it is clear who asks
 * @returns the ids of the jobs, in the order of the wishes
 * @throws ProductError; nothing is written or paid then
 */
export function orderPictures(
  product: Product,
  caller: Caller,
  decode: () => Promise<PictureOrder>,
): Promise<readonly string[]> {
  return withKeys(product, caller, async (user, keys) => {
    const order = await decode();
    const identity = identityOf(user, caller, order);
    const repeated = await findRepeated(product.app, identity);
    if (repeated.length > 0) return repeated.map(({ id }) => id);
    const prepared = await prepareAll(product, user, { order, keys });
    checkRoom(product, user.id, prepared.length);
    const drafts = await checkDrafts(product, user, prepared);
    const { jobs, isNew } = await openJobs(product, identity, { order, drafts });
    if (isNew) {
      await recordFlagged(product, jobs, drafts);
      for (const [index, job] of jobs.entries())
        startJob(product, job, drafts[index]!.funding.token);
    }
    return jobs.map(({ id }) => id);
  });
}

const LINE_RETRY_SECONDS = 60;

/** @throws ProductError when too many of a user's jobs would wait */
function checkRoom({ jobs, settings }: Product, userId: string, more: number): void {
  if (jobs.countOf(userId) + more <= settings.queuePerUser) return;
  throw new ProductError("rate_limit_error", "Too many of your jobs are waiting.", {
    retryAfterSeconds: LINE_RETRY_SECONDS,
  });
}

/** Steps 1 and 2 around the others; the keys are wiped after them. */
async function withKeys<T>(
  product: Product,
  caller: Caller,
  work: (user: RecordModel, keys: KeyRing | undefined) => Promise<T>,
): Promise<T> {
  const user = identify(caller.auth);
  const keys = unlock(product, user, caller.sessionId);
  try {
    return await work(user, keys);
  } finally {
    keys?.wipe();
  }
}

/** Steps 3 to 7. */
async function prepareAll(
  product: Product,
  user: RecordModel,
  {
    order,
    keys,
    isTrial = false,
  }: { order: PictureOrder; keys: KeyRing | undefined; isTrial?: boolean },
): Promise<Draft[]> {
  const drafts: Draft[] = [];
  for (const wish of order.wishes) {
    try {
      drafts.push(...(await prepareParts(product, user, { order, wish, keys, isTrial })));
    } catch (error) {
      const isAboutPart = error instanceof ProductError && wish.place !== undefined;
      throw isAboutPart ? within(wish.place, error) : error;
    }
    if (drafts.length > MOST_JOBS) {
      throw invalidField("items", `must be at most ${MOST_JOBS} requests together`);
    }
  }
  return drafts;
}

async function prepareParts(
  product: Product,
  user: RecordModel,
  {
    order,
    wish,
    keys,
    isTrial,
  }: { order: PictureOrder; wish: PictureWish; keys: KeyRing | undefined; isTrial: boolean },
): Promise<Draft[]> {
  const parts: Draft[] = [];
  for (const part of split(product, order, { wish, userId: user.id, keys })) {
    parts.push(await prepare(product, user, { wish: part, keys, wanted: order.funding, isTrial }));
  }
  return parts;
}

/** Of one order. */
const MOST_JOBS = 200;

/** In a batch a wish for more pictures than its model makes at once becomes several. */
function split(
  product: Product,
  { isBatch }: PictureOrder,
  { wish, ...who }: { wish: PictureWish; userId: string; keys: KeyRing | undefined },
): PictureWish[] {
  const count = wish.parameters["num_images"];
  if (!isBatch || typeof count !== "number" || !Number.isInteger(count)) return [wish];
  const most = chooseModel(product, wish, who).model.parameters["num_images"]?.max ?? 1;
  if (count <= most || count > most * MOST_JOBS) return [wish];
  return Array.from({ length: Math.ceil(count / most) }, (_, index) => {
    const parameters = { ...wish.parameters, num_images: Math.min(most, count - index * most) };
    const seed = wish.parameters["seed"];
    // Otherwise each of them would make the same pictures.
    return typeof seed === "number"
      ? { ...wish, parameters: { ...parameters, seed: seed + index * most } }
      : { ...wish, parameters };
  });
}

async function prepare(
  product: Product,
  user: RecordModel,
  {
    wish,
    isTrial,
    ...purse
  }: {
    wish: PictureWish;
    isTrial: boolean;
    keys: KeyRing | undefined;
    wanted: Payer | undefined;
  },
): Promise<Draft> {
  const who = { userId: user.id, keys: purse.keys };
  const { model, warnings: notes } = chooseModel(product, wish, who);
  const funding = fund(product, user, { model, ...purse });
  const { parameters, warnings } = await validate(product, user, { wish, model, funding });
  const moderation = await moderate(product, user, { prompt: wish.prompt, isTrial });
  const pictures = await takePictures(product, user, { wish, model });
  const promptUsed = model.takesPrompt === false ? "" : writePrompt(wish);
  const input = pictures?.image;
  const choice = { wish, model, parameters, funding, keys: purse.keys, input };
  const alternatives = findAlternatives(product, user, choice);
  const price = pricePerImage(model, parameters, input);
  const dearest = Math.max(price, ...alternatives.map((other) => other.price));
  return {
    wish,
    model,
    funding,
    parameters,
    warnings: [...notes, ...unheard(wish, model), ...warnings],
    pictures,
    promptUsed,
    moderation,
    price,
    alternatives,
    estimate: dearest * imageCount(parameters),
  };
}

function unheard({ prompt, rewriting }: PictureWish, model: Model): readonly string[] {
  const isSaid = prompt.trim() !== "" && rewriting?.kind !== "given";
  const isHeard = model.takesPrompt ?? true;
  return isSaid && !isHeard ? [`${model.displayName} takes no prompt: it was left out.`] : [];
}

/** Steps 1 to 7: everything short of doing it. @throws ProductError as the order itself would */
export function estimateOrder(
  product: Product,
  caller: Caller,
  decode: () => Promise<PictureOrder>,
): Promise<Estimate> {
  return withKeys(product, caller, async (user, keys) => {
    const drafts = await prepareAll(product, user, { order: await decode(), keys, isTrial: true });
    return estimate(product, user, drafts);
  });
}

/**
 * Another try of a job that came to nothing, with what it was made from.
 *
 * @returns the id of the new job
 * @throws ProductError `conflict` when it is not over or has succeeded
 */
export async function orderAgain(product: Product, caller: Caller, jobId: string): Promise<string> {
  const [again = ""] = await orderPictures(product, caller, async () => {
    const job = await findOwnJob(product.app, identify(caller.auth).id, jobId);
    if (!isOver(job)) throw new ProductError("conflict", "The job is not over yet.");
    if (job.getString("state") === "succeeded") {
      throw new ProductError("conflict", "The job has succeeded.");
    }
    const wish = {
      model: job.getString("model"),
      prompt: job.getString("prompt"),
      rewriting: { kind: "given", text: job.getString("prompt_used") } as const,
      parameters: (job.getJson("params") ?? {}) as Parameters,
      folderId: job.getString("folder_id"),
      ...sourcesOf(job),
    };
    const priority = job.getNumber("priority");
    return { wishes: [wish], isBatch: false, priority, retriedFrom: job.id };
  });
  return again;
}

/** Step 12: waits for jobs as long as a request may last, and tells how they stand then. */
export async function awaitReports(
  product: Product,
  jobIds: readonly string[],
): Promise<JobReport[]> {
  await Promise.all(jobIds.map((id) => product.jobs.wait(id, product.settings.syncWaitMs)));
  return readReports(product, jobIds);
}

/** How jobs stand now. */
export function readReports(product: Product, jobIds: readonly string[]): Promise<JobReport[]> {
  return Promise.all(jobIds.map((id) => reportJob(product, id)));
}
