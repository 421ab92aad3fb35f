import type { App } from "generatio";
import { ProductError } from "../errors.ts";
import type { Product } from "../product.ts";
import { USERS } from "../tokens/vault.ts";
import { windowEnd, windowStart } from "./window.ts";

export const PLANS = ["free", "pro", "enterprise"] as const;
export type Plan = (typeof PLANS)[number];

/** Pictures a month on the server's own keys, by plan; undefined for no limit. */
export type PlanLimits = Readonly<Record<Plan, number | undefined>>;

/** What a user's plan gives in the present month, UTC. */
export interface Quota {
  readonly plan: Plan;
  /** Pictures made and being made. */
  readonly used: number;
  readonly limit: number | undefined;
  /** The first of the next month, ISO 8601. */
  readonly resetsAt: string;
}

export async function readQuota(product: Product, tx: App, userId: string): Promise<Quota> {
  const user = await tx.findRecordById(USERS, userId);
  const plan = planOf(user.getString("plan"));
  const used = await product.ledger.spent(tx, {
    payer: quotaAccount(userId),
    unit: "images",
    since: windowStart("month"),
  });
  return {
    plan,
    used,
    limit: product.settings.planLimits[plan],
    resetsAt: windowEnd("month"),
  };
}

/** @throws ProductError `graphics_limit_reached` when so many more pictures would pass the limit */
export function checkQuota({ used, limit, resetsAt }: Quota, images: number): void {
  if (limit === undefined || used + images <= limit) return;
  throw new ProductError(
    "graphics_limit_reached",
    `Monthly graphics limit reached: ${limit} images`,
    {
      extra: {
        used,
        limit,
        resets_at: resetsAt,
        ...(images > 1 ? { requested: images } : {}),
      },
    },
  );
}

/** Pictures that a user's plan pays. */
export function quotaAccount(userId: string): string {
  return `plan/${userId}`;
}

/** @param stored empty means the first one */
export function planOf(stored: string): Plan {
  return PLANS.find((plan) => plan === stored) ?? "free";
}
