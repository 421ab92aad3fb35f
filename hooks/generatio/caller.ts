import type { RecordModel, RequestEvent } from "generatio";
import { invalidField } from "./errors.ts";
import { identify } from "./pipeline/identify.ts";
import type { Caller } from "./pipeline/request.ts";
import { SESSION_HEADER } from "./sessions/hooks.ts";

const MAX_KEY = 255;

/** The user who makes the request. @throws ProductError */
export function userOf(event: RequestEvent): RecordModel {
  return identify(event.auth);
}

/** What the request's headers say about who asks. @throws ProductError for an `Idempotency-Key` that is too long */
export function callerOf(event: RequestEvent): Caller {
  const idempotencyKey = event.header("Idempotency-Key") ?? "";
  if (idempotencyKey.length > MAX_KEY) {
    throw invalidField(
      "Idempotency-Key",
      `must have at most ${MAX_KEY} characters`,
      "validation_too_long",
    );
  }
  return { auth: event.auth, sessionId: event.header(SESSION_HEADER) ?? "", idempotencyKey };
}
