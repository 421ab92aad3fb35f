import type { RecordModel } from "generatio";
import { ProductError } from "../errors.ts";
import { recordEvent } from "../moderation/events.ts";
import { plainWords } from "../moderation/plain-words.ts";
import { checkTexts } from "../moderation/text-check.ts";
import type { Product } from "../product.ts";
import { ProviderError } from "../providers/provider.ts";
import type { Draft } from "./open.ts";

/** What was found out about a prompt; kept with its job. */
export interface Verdict {
  readonly verdict: "passed" | "flagged";
  /**
   * Who was asked: `builtin`, `words`, `check`; `provider` when its safety checker marked a result. A check that could
   * not be made is not among them.
   */
  readonly checks: readonly string[];
  /** What was found: rules of the word list, categories of the check, `nsfw` for a result. */
  readonly categories: readonly string[];
}

const BUILT_IN = "sexual/minors";

/**
 * Step 5, as far as it is judged here: one thing that no model may be asked for, which cannot be switched off, and
 * the operator's word list.
 *
 * @param of.isTrial nothing is made of it: nothing is written down
 * @throws ProductError `validation_error` with `code: content_policy`
 */
export async function moderate(
  { app, wordList }: Product,
  user: RecordModel,
  { prompt, isTrial }: { prompt: string; isTrial: boolean },
): Promise<Verdict> {
  const block = async (stage: "builtin" | "words", categories: readonly string[]) => {
    const about = { userId: user.id, jobId: "", prompt };
    // Estimates are asked for with every letter that is typed.
    if (!isTrial) await recordEvent(app, { ...about, stage, action: "blocked", categories });
    throw refused();
  };
  if (isForbidden(prompt)) await block("builtin", [BUILT_IN]);
  const met = wordList.match(prompt);
  const categories = met.map(({ pattern }) => pattern);
  if (met.some(({ action }) => action === "block")) await block("words", categories);
  const verdict = met.length > 0 ? "flagged" : "passed";
  return { verdict, checks: ["builtin", "words"], categories };
}

/**
 * Step 5, the part that asks a service, for all drafts of an order at once. Not for estimates: nobody pays for
 * those.
 *
 * @returns the drafts with what was found out
 * @throws ProductError as `moderate`; or `external_error` when nothing is made unchecked and the check cannot be made
 */
export async function checkDrafts(
  product: Product,
  user: RecordModel,
  drafts: readonly Draft[],
): Promise<readonly Draft[]> {
  const { moderation } = product.settings;
  const texts = drafts.map((draft) => draft.promptUsed || draft.wish.prompt);
  if (moderation === "off" || texts.every((text) => text.trim() === "")) return drafts;
  const found = await judge(product, drafts, texts);
  if (!found) return drafts;
  for (const [index, categories] of found.entries()) {
    if (categories.length === 0 || moderation === "flag") continue;
    const about = { userId: user.id, jobId: "", prompt: texts[index] ?? "" };
    await recordEvent(product.app, { ...about, stage: "check", action: "blocked", categories });
    throw refused();
  }
  return drafts.map((draft, index) => withFound(draft, found[index] ?? []));
}

/** @returns undefined when it cannot be judged and may be made all the same */
async function judge(
  product: Product,
  drafts: readonly Draft[],
  texts: readonly string[],
): Promise<readonly (readonly string[])[] | undefined> {
  try {
    return await checkTexts(product, texts);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    const { moderationFail } = product.settings;
    product.app.logger.warn("a prompt could not be checked", { reason: error.message });
    // On the server's own account nothing is made unchecked, unless the operator says otherwise.
    const isServers = drafts.some(({ funding }) => funding.source === "server");
    const isClosed = moderationFail === "closed" || (moderationFail === "" && isServers);
    if (!isClosed) return undefined;
    throw new ProductError("external_error", "The prompt cannot be checked right now.", {
      status: 503,
      retryAfterSeconds: 30,
    });
  }
}

function withFound(draft: Draft, found: readonly string[]): Draft {
  const { verdict, checks, categories } = draft.moderation;
  return {
    ...draft,
    moderation: {
      verdict: found.length > 0 ? "flagged" : verdict,
      checks: [...checks, "check"],
      categories: [...categories, ...found],
    },
  };
}

/** Writes down what was only flagged, once there are jobs. */
export async function recordFlagged(
  { app }: Product,
  jobs: readonly RecordModel[],
  drafts: readonly Draft[],
): Promise<void> {
  for (const [index, { moderation, wish }] of drafts.entries()) {
    if (moderation.verdict === "passed") continue;
    const job = jobs[index];
    const isChecked = moderation.checks.includes("check");
    await recordEvent(app, {
      userId: job?.getString("user_id") ?? "",
      jobId: job?.id ?? "",
      stage: isChecked ? "check" : "words",
      action: "flagged",
      categories: moderation.categories,
      prompt: wish.prompt,
    });
  }
}

function refused(): ProductError {
  const message = "The prompt is refused by the content policy.";
  return new ProductError("validation_error", message, {
    data: { prompt: { code: "content_policy", message } },
    extra: { code: "content_policy" },
  });
}

/** Sexual content with minors. */
export function isForbidden(prompt: string): boolean {
  const words = new Set(plainWords(prompt));
  const hits = (terms: readonly string[]) => terms.some((term) => words.has(term));
  return hits(MINORS) && hits(SEXUAL);
}

const MINORS = words(
  "child children kid kids minor minors toddler toddlers infant infants preteen preteens underage " +
    "schoolgirl schoolgirls schoolboy schoolboys loli lolita shota",
);
const SEXUAL = words(
  "nude nudes naked nudity sex sexual sexually sexy porn porno pornographic pornography erotic erotica " +
    "nsfw hentai lingerie genitals topless",
);

function words(list: string): readonly string[] {
  return list.split(" ");
}
