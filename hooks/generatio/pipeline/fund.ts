import type { RecordModel } from "generatio";
import type { Model } from "../models/model.ts";
import { type Hold, userAccount } from "../spending/ledger.ts";
import type { MicroDollars } from "../spending/money.ts";
import type { PlainToken } from "../tokens/secret.ts";
import { sessionMissing, type UnlockedKey } from "./unlock.ts";

/** With whose key a job is done, and who pays for it. */
export interface Funding {
  /** `byok`: the user's own provider account. */
  readonly kind: "byok";
  readonly token: PlainToken;
  /** What is set aside for a job of this cost. */
  holds(estimate: MicroDollars): readonly Hold[];
}

/** Step 3: who pays? @throws ProductError when nobody can */
export function fund(user: RecordModel, model: Model, key: UnlockedKey | undefined): Funding {
  if (key?.provider === model.provider) return ownKey(user, key);
  throw sessionMissing();
}

function ownKey(user: RecordModel, { token }: UnlockedKey): Funding {
  const payer = userAccount(user.id);
  return {
    kind: "byok",
    token,
    holds: (estimate) => [{ unit: "usd_micros", amount: estimate, payer }],
  };
}
