import type { App, RecordModel } from "generatio";
import { ProductError } from "../errors.ts";
import type { Model } from "../models/model.ts";
import type { Product } from "../product.ts";
import { checkBudgets, readBudgets } from "../spending/budgets.ts";
import { type Hold, userAccount } from "../spending/ledger.ts";
import type { MicroDollars } from "../spending/money.ts";
import { checkQuota, planOf, quotaAccount, readQuota } from "../spending/plans.ts";
import { PlainToken } from "../tokens/secret.ts";
import { sessionMissing, type UnlockedKey } from "./unlock.ts";

/** What one job would take. */
export interface Charge {
  readonly model: string;
  readonly cost: MicroDollars;
  readonly images: number;
}

/** With whose key a job is done, and who pays for it. */
export interface Funding {
  /**
   * `byok`: the user's own provider account. `quota`: the server's, counted against the user's plan. `none`:
   * it costs nothing.
   */
  readonly kind: "byok" | "quota" | "none";
  /** Stays with its owner. */
  readonly token: PlainToken;
  /**
   * Judges all jobs of an order together. To be called in the transaction that opens them.
   *
   * @returns sentences that the user should read
   * @throws ProductError when it is too much
   */
  check(tx: App, charges: readonly Charge[]): Promise<readonly string[]>;
  /** What is set aside for a job. */
  holds(charge: Charge): readonly Hold[];
}

/** Step 3: who pays? @throws ProductError when nobody can */
export function fund(
  product: Product,
  user: RecordModel,
  { model, key }: { model: Model; key: UnlockedKey | undefined },
): Funding {
  const provider = product.providers.get(model.provider);
  if (provider?.needsKey === false) return free();
  if (key?.provider === model.provider) return ownKey(product, user, key);
  const token = product.settings.serverKeys.get(model.provider);
  if (token) return planQuota(product, user, { model, token });
  if (provider && mayBringKey(model)) throw sessionMissing();
  throw new ProductError("external_error", "This server has no key for the model's provider.", {
    status: 503,
    extra: { code: "provider_not_configured" },
  });
}

/** Whether requests for a model can be met here at all. */
export function isOnOffer({ providers, settings }: Product, model: Model): boolean {
  const provider = providers.get(model.provider);
  if (!provider) return false;
  return !provider.needsKey || mayBringKey(model) || settings.serverKeys.has(model.provider);
}

/** What can be asked for here, in the order in which it is listed. */
export function modelsOnOffer(product: Product): Model[] {
  return product.catalogue.models.filter((model) => isOnOffer(product, model));
}

/** Users store keys of this provider (document 000); of the others the server has one, or nobody. */
function mayBringKey({ provider }: Model): boolean {
  return provider === "fal";
}

function ownKey(product: Product, user: RecordModel, { token }: UnlockedKey): Funding {
  return {
    kind: "byok",
    token,
    async check(tx, charges) {
      return checkBudgets(await readBudgets(product, tx, user.id), charges);
    },
    holds: ({ cost }) => [{ unit: "usd_micros", amount: cost, payer: userAccount(user.id) }],
  };
}

/** The account of whoever runs the server. */
const HOUSE = "house";

function planQuota(
  product: Product,
  user: RecordModel,
  { model, token }: { model: Model; token: PlainToken },
): Funding {
  const plan = planOf(user.getString("plan"));
  if (model.plans && !model.plans.includes(plan)) {
    throw new ProductError(
      "authorization_error",
      `${model.displayName} is part of the plan ${model.plans.join(" or ")}.`,
    );
  }
  return {
    kind: "quota",
    token,
    async check(tx, charges) {
      const images = charges.reduce((sum, charge) => sum + charge.images, 0);
      checkQuota(await readQuota(product, tx, user.id), images);
      return [];
    },
    holds: ({ cost, images }) => [
      { unit: "usd_micros", amount: cost, payer: HOUSE },
      { unit: "images", amount: images, payer: quotaAccount(user.id) },
    ],
  };
}

function free(): Funding {
  return {
    kind: "none",
    token: new PlainToken("no key"),
    check: () => Promise.resolve([]),
    holds: () => [],
  };
}
