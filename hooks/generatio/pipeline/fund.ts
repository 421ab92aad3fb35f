import type { Model } from "../models/model.ts";
import type { PlainToken } from "../tokens/secret.ts";
import { sessionMissing, type UnlockedKey } from "./unlock.ts";

/** With whose key a job is done, and who pays for it. */
export interface Funding {
  /** `byok`: the user's own provider account. */
  readonly kind: "byok";
  readonly token: PlainToken;
}

/** Step 3: who pays? @throws ProductError when nobody can */
export function fund(model: Model, key: UnlockedKey | undefined): Funding {
  if (key?.provider === model.provider) return { kind: "byok", token: key.token };
  throw sessionMissing();
}
