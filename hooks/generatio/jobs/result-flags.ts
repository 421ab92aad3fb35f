import type { App, RecordModel } from "generatio";
import { recordEvent } from "../moderation/events.ts";
import type { Verdict } from "../pipeline/moderate.ts";
import type { FetchedPicture } from "./results.ts";

const CATEGORY = "nsfw";

/** Its vendor's safety checker has objected to it. */
export function isMarked({ source }: FetchedPicture): boolean {
  return source.isNsfw;
}

/**
 * Its vendor's safety checker has let nothing of it out: there is no picture to keep. A black one without a mark may be
 * what was asked for.
 */
export function isBlackedOut(picture: FetchedPicture): boolean {
  return isMarked(picture) && picture.facts.isBlack;
}

/** Writes down what the vendor's safety checker objected to, and keeps the verdict with the job. */
export async function noteFlags(
  tx: App,
  job: RecordModel,
  { blocked, kept }: { readonly blocked: number; readonly kept: number },
): Promise<void> {
  if (blocked + kept === 0) return;
  await recordEvent(tx, {
    userId: job.getString("user_id"),
    jobId: job.id,
    stage: "provider",
    action: blocked > 0 ? "blocked" : "flagged",
    categories: [CATEGORY],
    prompt: job.getString("prompt"),
  });
  const before = job.getJson("moderation") as Verdict | null;
  const verdict: Verdict = {
    verdict: "flagged",
    checks: [...(before?.checks ?? []), "provider"],
    categories: [...(before?.categories ?? []), CATEGORY],
  };
  job.set("moderation", verdict);
}
