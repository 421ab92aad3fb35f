import type { RecordModel, RequestEvent } from "generatio";
import { invalidField, ProductError } from "./errors.ts";
import { identify } from "./pipeline/identify.ts";
import type { Caller } from "./pipeline/request.ts";
import { SESSION_HEADER } from "./sessions/hooks.ts";

const MAX_KEY = 255;

/** The user who makes the request. @throws ProductError */
export function userOf(event: RequestEvent): RecordModel {
  return identify(event.auth);
}

/** The superuser who makes the request. @throws ProductError */
export function superuserOf(event: RequestEvent): RecordModel {
  const { auth } = event;
  if (!auth) {
    throw new ProductError("authentication_error", "Log in first: the request has no valid token.");
  }
  if (event.hasSuperuserAuth()) return auth;
  throw new ProductError("authorization_error", "This is for superusers only.");
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
