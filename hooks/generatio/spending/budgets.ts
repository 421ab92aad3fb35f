import type { App, RecordModel } from "generatio";
import { ProductError } from "../errors.ts";
import type { Product } from "../product.ts";
import { userAccount } from "./ledger.ts";
import { type MicroDollars, toDollars } from "./money.ts";
import { type Window, windowEnd, windowStart } from "./window.ts";

const BUDGETS = "budgets";

/** A limit that a user has set on what is spent with their own keys. */
export interface Budget {
  readonly window: Window;
  /** Empty for all models together. */
  readonly model: string;
  /** Above it every request says so; undefined for none. */
  readonly soft: MicroDollars | undefined;
  /** Nothing above it is begun; undefined for none. */
  readonly hard: MicroDollars | undefined;
}

export interface BudgetState extends Budget {
  /** Spent and held in the present window. */
  readonly used: MicroDollars;
  /** ISO 8601. */
  readonly resetsAt: string;
}

/** A user's budgets and how much of each is used. */
export async function readBudgets(
  { ledger }: Product,
  tx: App,
  userId: string,
): Promise<BudgetState[]> {
  const rows = await tx.findRecordsByFilter(BUDGETS, "user_id = {:userId}", {
    params: { userId },
    sort: "window,model",
  });
  const payer = userAccount(userId);
  const states: BudgetState[] = [];
  for (const budget of rows.map(toBudget)) {
    const { window, model } = budget;
    const since = windowStart(window);
    const query = { payer, unit: "usd_micros", since, ...(model === "" ? {} : { model }) } as const;
    states.push({ ...budget, used: await ledger.spent(tx, query), resetsAt: windowEnd(window) });
  }
  return states;
}

/** Puts these budgets in the place of a user's present ones. */
export function replaceBudgets(
  app: App,
  userId: string,
  budgets: readonly Budget[],
): Promise<void> {
  return app.runInTransaction(async (tx) => {
    const present = await tx.findRecordsByFilter(BUDGETS, "user_id = {:userId}", {
      params: { userId },
    });
    for (const row of present) await tx.delete(row);
    for (const { window, model, soft, hard } of budgets) {
      await tx.save(
        tx.newRecord(BUDGETS, {
          user_id: userId,
          window,
          model,
          // 0 is a limit; none is -1.
          soft_micros: soft ?? -1,
          hard_micros: hard ?? -1,
        }),
      );
    }
  });
}

/**
 * What jobs of these costs, together, mean for a user's budgets.
 *
 * @returns a sentence for each soft limit that they pass
 * @throws ProductError `budget_exceeded` when they would pass a hard one
 */
export function checkBudgets(
  budgets: readonly BudgetState[],
  charges: readonly { readonly model: string; readonly cost: MicroDollars }[],
): string[] {
  const concerned = budgets
    .map((budget) => ({ budget, added: addedTo(budget, charges) }))
    .filter(({ added }) => added !== undefined);
  const passes = (limit: MicroDollars | undefined, used: MicroDollars, added = 0) =>
    limit !== undefined && used + added > limit;
  const exceeded = concerned.find(({ budget, added }) => passes(budget.hard, budget.used, added));
  if (exceeded) throw budgetExceeded(exceeded.budget);
  return concerned
    .filter(({ budget, added }) => passes(budget.soft, budget.used, added))
    .map(({ budget }) => `This passes ${nameOf(budget)} of $${toDollars(budget.soft ?? 0)}.`);
}

/** @returns undefined when the budget is about other models */
function addedTo(
  { model }: Budget,
  charges: readonly { readonly model: string; readonly cost: MicroDollars }[],
): MicroDollars | undefined {
  const counted = charges.filter((charge) => model === "" || charge.model === model);
  return counted.length === 0 ? undefined : counted.reduce((sum, charge) => sum + charge.cost, 0);
}

/** Of the budgets that count for a model the one with the least left. */
export function tightest(budgets: readonly BudgetState[], model: string): BudgetState | undefined {
  const left = ({ hard, soft, used }: BudgetState) => (hard ?? soft ?? Infinity) - used;
  return budgets
    .filter((budget) => budget.model === "" || budget.model === model)
    .toSorted((a, b) => left(a) - left(b))[0];
}

function budgetExceeded(budget: BudgetState): ProductError {
  const limit = toDollars(budget.hard ?? 0);
  return new ProductError(
    "budget_exceeded",
    `${nameOf(budget)} of $${limit} would be exceeded.`.replace(/^./, (first) =>
      first.toUpperCase(),
    ),
    {
      extra: {
        window: budget.window,
        model: budget.model,
        used: toDollars(budget.used),
        limit,
        resets_at: budget.resetsAt,
      },
    },
  );
}

function nameOf({ window, model }: Budget): string {
  const time = window === "day" ? "the day's" : "the month's";
  return model === "" ? `${time} budget` : `${time} budget for ${model}`;
}

function toBudget(row: RecordModel): Budget {
  return {
    window: row.getString("window") as Window,
    model: row.getString("model"),
    soft: toLimit(row.getNumber("soft_micros")),
    hard: toLimit(row.getNumber("hard_micros")),
  };
}

function toLimit(stored: number): MicroDollars | undefined {
  return stored < 0 ? undefined : stored;
}
