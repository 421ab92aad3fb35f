import type { RecordModel } from "generatio";
import type { Product } from "../product.ts";
import { type BudgetState, readBudgets, tightest } from "../spending/budgets.ts";
import { readCredits } from "../spending/credits.ts";
import type { MicroDollars } from "../spending/money.ts";
import { readQuota } from "../spending/plans.ts";
import { type Charge, creditsNeeded, type Payer } from "./fund.ts";
import { arrange, chargeOf, type Draft, warningsOf } from "./open.ts";

/** What an order would cost, and whether it could be made. */
export interface Estimate {
  readonly parts: readonly {
    readonly model: string;
    readonly images: number;
    readonly costPerImage: MicroDollars;
  }[];
  readonly images: number;
  readonly cost: MicroDollars;
  /** Of its first job. */
  readonly funding: Payer;
  /** What it takes of the user's credits; 0 when others pay. */
  readonly credits: number;
  /** What is left of the plan's pictures, or of the credits, after it; undefined when neither pays. */
  readonly balanceAfter: number | undefined;
  /** The budget with the least left; undefined without any, and when the user does not pay. */
  readonly budget: BudgetState | undefined;
  readonly etaMs: number;
  readonly warnings: readonly string[];
}

/** @throws ProductError when the order would be refused */
export async function estimate(
  product: Product,
  user: RecordModel,
  drafts: readonly Draft[],
): Promise<Estimate> {
  const payments = await arrange(product.app, drafts);
  const charges = drafts.map(chargeOf);
  const images = charges.reduce((sum, charge) => sum + charge.images, 0);
  const [first] = drafts;
  const funding = (first && payments.get(first)?.payer) ?? "none";
  const credits = funding === "credits" ? sumOfCredits(product, charges) : 0;
  const budgets = funding === "byok" ? await readBudgets(product, product.app, user.id) : [];
  return {
    parts: charges.map(({ model, cost, images: count }) => ({
      model,
      images: count,
      costPerImage: cost / count,
    })),
    images,
    cost: charges.reduce((sum, charge) => sum + charge.cost, 0),
    funding,
    credits,
    balanceAfter: await balanceAfter(product, user.id, { funding, images, credits }),
    budget: tightest(budgets, charges[0]?.model ?? ""),
    etaMs: Math.max(0, ...drafts.map(({ model }) => model.typicalMs)),
    warnings: [...drafts.flatMap((draft) => draft.warnings), ...warningsOf(payments)],
  };
}

function sumOfCredits(product: Product, charges: readonly Charge[]): number {
  return charges.reduce((sum, charge) => sum + creditsNeeded(product, charge), 0);
}

async function balanceAfter(
  product: Product,
  userId: string,
  { funding, images, credits }: Pick<Estimate, "funding" | "images" | "credits">,
): Promise<number | undefined> {
  if (funding === "credits") return (await readCredits(product.app, userId)).balance - credits;
  if (funding !== "quota") return undefined;
  const { limit, used } = await readQuota(product, product.app, userId);
  return limit === undefined ? undefined : limit - used - images;
}
