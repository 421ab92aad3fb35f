import type { RecordModel } from "generatio";
import { ProductError } from "../errors.ts";
import type { Product } from "../product.ts";
import { SESSION_HEADER } from "../sessions/hooks.ts";
import type { PlainToken } from "../tokens/secret.ts";

/** A provider key that may be used for one request. */
export interface UnlockedKey {
  readonly provider: string;
  /** A copy of its own, to be wiped: the session may end while the request is still being read. */
  readonly token: PlainToken;
}

/**
 * Step 2: the user's own key, when the request names a session.
 *
 * @throws ProductError when the session is over, unknown, or another user's
 */
export function unlock(
  { sessions }: Product,
  user: RecordModel,
  sessionId: string,
): UnlockedKey | undefined {
  if (sessionId === "") return undefined;
  const session = sessions.find(sessionId, user.id);
  if (!session) {
    throw new ProductError(
      "authentication_error",
      "The session is unknown or over: create a new one.",
    );
  }
  return { provider: session.provider, token: session.token.copy() };
}

/** The answer to a request that nothing can pay. */
export function sessionMissing(): ProductError {
  return new ProductError(
    "authentication_error",
    `The header ${SESSION_HEADER} is missing: create a session first.`,
  );
}
