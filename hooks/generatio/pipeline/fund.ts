import type { App, RecordModel } from "generatio";
import { ProductError } from "../errors.ts";
import type { Model } from "../models/model.ts";
import type { Product } from "../product.ts";
import { checkBudgets, readBudgets } from "../spending/budgets.ts";
import { checkCredits, creditsFor, readCredits } from "../spending/credits.ts";
import { creditsAccount, type Hold, userAccount } from "../spending/ledger.ts";
import type { MicroDollars } from "../spending/money.ts";
import { isWithin, planOf, quotaAccount, quotaExceeded, readQuota } from "../spending/plans.ts";
import type { KeyRing } from "../tokens/key-ring.ts";
import { PlainToken } from "../tokens/secret.ts";
import { sessionMissing } from "./unlock.ts";

/** What one job would take. */
export interface Charge {
  readonly model: string;
  readonly cost: MicroDollars;
  readonly images: number;
}

/**
 * `byok`: the user's own provider account. `quota`: the server's, counted against the user's plan. `credits`:
 * the server's, for the user's prepaid credits. `none`: it costs nothing.
 */
export type Payer = "byok" | "quota" | "credits" | "none";

/** Who can pay for an order, as far as that can be said before its transaction. */
export interface Funding {
  /** Whose key it is: what one and the same source pays is judged together. */
  readonly source: "own" | "server" | "none";
  /** Stays with its owner. */
  readonly token: PlainToken;
  /**
   * Decides who pays for all jobs of an order. To be called in the transaction that opens them.
   *
   * @throws ProductError when nobody can
   */
  arrange(tx: App, charges: readonly Charge[]): Promise<Payment>;
}

/** Who pays, and how. */
export interface Payment {
  readonly payer: Payer;
  /** Sentences that the user should read. */
  readonly warnings: readonly string[];
  /** What is set aside for a job. */
  holds(charge: Charge): readonly Hold[];
}

/**
 * Step 3: who pays? The user's own key when there is one for the provider; else the server's, for the plan's
 * pictures as long as they reach, and then for credits.
 *
 * @param wanted of these the caller has chosen one
 * @throws ProductError when nobody can
 */
export function fund(
  product: Product,
  user: RecordModel,
  { model, keys, wanted }: { model: Model; keys: KeyRing | undefined; wanted?: Payer | undefined },
): Funding {
  const { providers, settings } = product;
  const provider = providers.get(model.provider);
  if (provider?.needsKey === false) return free();
  const isOwn = (wanted ?? "byok") === "byok" && mayBringKey(product, model, user.id);
  const own = isOwn ? keys?.keyOf(model.provider) : undefined;
  if (own) return ownKey(product, user, own);
  const token = wanted === "byok" ? undefined : settings.serverKeys.get(model.provider);
  if (token) return serverKey(product, user, { model, token, wanted });
  if (provider && isOwn) throw sessionMissing();
  throw new ProductError("external_error", "This server has no key for the model's provider.", {
    status: 503,
    extra: { code: "provider_not_configured" },
  });
}

/** Whether requests for a model can be met here at all. @param userId who may have a key for it */
export function isOnOffer(product: Product, model: Model, userId = ""): boolean {
  const { providers, settings } = product;
  const provider = providers.get(model.provider);
  if (!provider) return false;
  if (!provider.needsKey || settings.serverKeys.has(model.provider)) return true;
  return mayBringKey(product, model, userId);
}

/** What can be asked for here, in the order in which it is listed. @param userId who may have keys */
export function modelsOnOffer(product: Product, userId = ""): Model[] {
  return product.catalogue.models.filter((model) => isOnOffer(product, model, userId));
}

/** Everybody is expected to bring a key of FAL (document 000); of the others, who has stored one. */
export function mayBringKey(
  { settings, vault }: Product,
  { provider }: Model,
  userId: string,
): boolean {
  if (settings.keySources.get(provider) === "server") return false;
  return provider === "fal" || vault.stored.hasOther(userId, provider);
}

function ownKey(product: Product, user: RecordModel, token: PlainToken): Funding {
  const payer = userAccount(user.id);
  return {
    source: "own",
    token,
    async arrange(tx, charges) {
      const warnings = checkBudgets(await readBudgets(product, tx, user.id), charges);
      const holds = ({ cost }: Charge) => [{ unit: "usd_micros", amount: cost, payer }] as const;
      return { payer: "byok", warnings, holds };
    },
  };
}

/** The account of whoever runs the server. */
const HOUSE = "house";

function serverKey(
  product: Product,
  user: RecordModel,
  { model, token, wanted }: { model: Model; token: PlainToken; wanted: Payer | undefined },
): Funding {
  const plan = planOf(user.getString("plan"));
  if (model.plans && !model.plans.includes(plan)) {
    throw new ProductError(
      "authorization_error",
      `${model.displayName} is part of the plan ${model.plans.join(" or ")}.`,
    );
  }
  return {
    source: "server",
    token,
    async arrange(tx, charges) {
      const images = charges.reduce((sum, charge) => sum + charge.images, 0);
      const quota = await readQuota(product, tx, user.id);
      if (wanted !== "credits" && isWithin(quota, images)) return byPlan(user.id);
      if (wanted === "quota") throw quotaExceeded(quota, images);
      const creditsOf = (charge: Charge) => creditsNeeded(product, charge);
      const needed = charges.reduce((sum, charge) => sum + creditsOf(charge), 0);
      const credits = await readCredits(tx, user.id);
      // Who has no credits at all is told of the plan, as everyone who never heard of credits.
      if (wanted !== "credits" && credits.balance === 0) throw quotaExceeded(quota, images);
      checkCredits(credits, needed);
      return byCredits(user.id, creditsOf);
    },
  };
}

function byPlan(userId: string): Payment {
  return {
    payer: "quota",
    warnings: [],
    holds: ({ cost, images }) => [
      { unit: "usd_micros", amount: cost, payer: HOUSE },
      { unit: "images", amount: images, payer: quotaAccount(userId) },
    ],
  };
}

function byCredits(userId: string, creditsOf: (charge: Charge) => number): Payment {
  return {
    payer: "credits",
    warnings: [],
    holds: (charge) => [
      { unit: "usd_micros", amount: charge.cost, payer: HOUSE },
      { unit: "credits", amount: creditsOf(charge), payer: creditsAccount(userId) },
    ],
  };
}

/** Of all pictures of a job. */
export function creditsNeeded({ settings }: Product, { cost, images }: Charge): number {
  return creditsFor(cost / images, settings.creditMicros) * images;
}

function free(): Funding {
  const payment: Payment = { payer: "none", warnings: [], holds: () => [] };
  return {
    source: "none",
    token: new PlainToken("no key"),
    arrange: () => Promise.resolve(payment),
  };
}
