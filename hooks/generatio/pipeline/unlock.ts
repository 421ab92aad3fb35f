import type { RecordModel } from "generatio";
import { ProductError } from "../errors.ts";
import type { Product } from "../product.ts";
import { SESSION_HEADER } from "../sessions/hooks.ts";
import type { KeyRing } from "../tokens/key-ring.ts";

/**
 * Step 2: copies of the user's own keys, when the request names a session; to be wiped. The session may end while
 * the request is still being read.
 *
 * @throws ProductError when the session is over, unknown, or another user's
 */
export function unlock(
  { sessions }: Product,
  user: RecordModel,
  sessionId: string,
): KeyRing | undefined {
  if (sessionId === "") return undefined;
  const session = sessions.find(sessionId, user.id);
  if (!session) {
    throw new ProductError(
      "authentication_error",
      "The session is unknown or over: create a new one.",
    );
  }
  return session.keys.copy();
}

/** The answer to a request that nothing can pay. */
export function sessionMissing(): ProductError {
  return new ProductError(
    "authentication_error",
    `The header ${SESSION_HEADER} is missing: create a session first.`,
  );
}
