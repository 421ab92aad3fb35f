import type { App } from "generatio";
import { ProductError } from "../errors.ts";
import type { Product } from "../product.ts";
import { USERS } from "../tokens/stored-keys.ts";
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

/** Whether so many more pictures do not pass the limit. */
export function isWithin({ used, limit }: Quota, images: number): boolean {
  return limit === undefined || used + images <= limit;
}

export function quotaExceeded({ used, limit, resetsAt }: Quota, images: number): ProductError {
  const requested = images > 1 ? { requested: images } : {};
  return new ProductError(
    "graphics_limit_reached",
    `Monthly graphics limit reached: ${limit} images`,
    { extra: { used, limit, resets_at: resetsAt, ...requested } },
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
