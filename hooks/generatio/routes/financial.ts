import { z } from "zod";
import { userOf } from "../caller.ts";
import { invalidField } from "../errors.ts";
import type { Product } from "../product.ts";
import { type Budget, type BudgetState, readBudgets, replaceBudgets } from "../spending/budgets.ts";
import { readCredits } from "../spending/credits.ts";
import { dayOf } from "../spending/ledger.ts";
import { fromDollars, toDollars } from "../spending/money.ts";
import { readQuota } from "../spending/plans.ts";
import { readSeries } from "../spending/series.ts";
import { readStats } from "../spending/usage.ts";
import { parseInput } from "../validation.ts";
import type { RouteGroup } from "./group.ts";

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 30;
const MOST_DOLLARS = 1_000_000;

const day = z
  .string()
  .refine((text) => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)), {
    message: "must be a day, YYYY-MM-DD",
  });
const seriesQuery = z.object({
  from: day.optional(),
  to: day.optional(),
  group: z.enum(["day", "month", "model", "provider"]).default("day"),
});

const limit = z.number().min(0).max(MOST_DOLLARS).nullish();
const budgetsBody = z.object({
  budgets: z
    .array(
      z.object({
        window: z.enum(["day", "month"]),
        model: z.string().max(200).default(""),
        soft: limit,
        hard: limit,
      }),
    )
    .max(50),
});

/** What was spent, and what may be. Money in US dollars. */
export function addFinancialRoutes(group: RouteGroup, product: Product): void {
  const { app, settings } = product;
  group.get("/financial/stats", (event) => readStats(app, userOf(event).id));

  group.get("/financial/series", async (event) => {
    const given = ["from", "to", "group"].map((name) => [name, event.query.get(name)]);
    const query = parseInput(
      seriesQuery,
      Object.fromEntries(given.filter(([, value]) => value !== undefined)),
    );
    const to = query.to ?? dayOf(Date.now());
    const from = query.from ?? dayOf(Date.parse(to) - (DEFAULT_DAYS - 1) * DAY_MS);
    const points = await readSeries(app, userOf(event).id, { from, to, group: query.group });
    return { from, to, group: query.group, currency: "USD", points };
  });

  group.get("/financial/budgets", (event) => showBudgets(product, userOf(event).id));

  group.put("/financial/budgets", async (event) => {
    const user = userOf(event);
    const body = parseInput(budgetsBody, await event.body());
    await replaceBudgets(app, user.id, toBudgets(product, body));
    return showBudgets(product, user.id);
  });

  group.get("/me/limits", async (event) => {
    const user = userOf(event);
    const { plan, used, limit: most, resetsAt } = await readQuota(product, app, user.id);
    return {
      plan,
      quota: { used, limit: most ?? null, resets_at: resetsAt },
      credits: { ...(await readCredits(app, user.id)), value: toDollars(settings.creditMicros) },
      ...(await showBudgets(product, user.id)),
    };
  });
}

async function showBudgets(product: Product, userId: string) {
  return { budgets: (await readBudgets(product, product.app, userId)).map(encodeBudget) };
}

function toBudgets({ catalogue }: Product, { budgets }: z.infer<typeof budgetsBody>): Budget[] {
  const seen = new Set<string>();
  return budgets.map(({ window, model: name, soft, hard }, index) => {
    const model = name === "" ? "" : catalogue.find(name)?.id;
    if (model === undefined) {
      throw invalidField(
        `budgets.${index}.model`,
        "is not a known model",
        "validation_unknown_model",
      );
    }
    if (seen.has(`${window} ${model}`)) {
      throw invalidField(`budgets.${index}`, "is there twice", "validation_not_unique");
    }
    seen.add(`${window} ${model}`);
    return { window, model, soft: toLimit(soft), hard: toLimit(hard) };
  });
}

function toLimit(dollars: number | null | undefined): number | undefined {
  return dollars === null || dollars === undefined ? undefined : fromDollars(dollars);
}

function encodeBudget({ window, model, soft, hard, used, resetsAt }: BudgetState) {
  const shown = (limitMicros: number | undefined) =>
    limitMicros === undefined ? null : toDollars(limitMicros);
  return {
    window,
    model,
    soft: shown(soft),
    hard: shown(hard),
    used: toDollars(used),
    resets_at: resetsAt,
  };
}
