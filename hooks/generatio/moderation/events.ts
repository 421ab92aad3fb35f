import { createHash } from "node:crypto";
import type { App } from "generatio";

/** Something that was refused, or that the operator wants to know of. */
export interface ModerationEvent {
  readonly userId: string;
  /** Empty when it came to no job. */
  readonly jobId: string;
  /**
   * `builtin` and `words` are judged here, `check` by the service that is asked before, `provider` by the one that is to
   * make it, or that has made it.
   */
  readonly stage: "builtin" | "words" | "check" | "provider";
  readonly action: "blocked" | "flagged";
  readonly categories: readonly string[];
  readonly prompt: string;
}

/** Writes an event down: what about, and the prompt's hash only. */
export async function recordEvent(app: App, event: ModerationEvent): Promise<void> {
  const record = app.newRecord("moderation_events", {
    user_id: event.userId,
    job_id: event.jobId,
    stage: event.stage,
    action: event.action,
    categories: event.categories,
    prompt_sha256: createHash("sha256").update(event.prompt).digest("hex"),
  });
  await app.save(record);
}
