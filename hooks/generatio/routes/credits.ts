import type { RecordModel, RequestEvent } from "generatio";
import { z } from "zod";
import { callerOf, superuserOf, userOf } from "../caller.ts";
import type { Product } from "../product.ts";
import { type CreditState, grantCredits, listCredits, readCredits } from "../spending/credits.ts";
import { parseInput } from "../validation.ts";
import type { RouteGroup } from "./group.ts";
import { pageQuery, queryOf } from "./page-query.ts";

const MOST_AT_ONCE = 1_000_000_000;

const grantBody = z.object({
  amount: z
    .int()
    .min(-MOST_AT_ONCE)
    .max(MOST_AT_ONCE)
    .refine((amount) => amount !== 0, "must not be 0"),
  reason: z.string().trim().min(1).max(500),
});

/** What users see of their prepaid credits. */
export function addCreditRoutes(group: RouteGroup, product: Product): void {
  group.get("/credits", async (event) => {
    return encodeCredits(await readCredits(product.app, userOf(event).id));
  });

  group.get("/credits/ledger", (event) => history(product, userOf(event).id, event));
}

/** What superusers do about the credits of others. */
export function addCreditAdminRoutes(group: RouteGroup, product: Product): void {
  group.get("/users/{id}/credits", async (event) => {
    const userId = event.params["id"] ?? "";
    const state = await readCredits(product.app, userId);
    const { totalItems, ...page } = await history(product, userId, event);
    return { user_id: userId, ...encodeCredits(state), ledger: { ...page, totalItems } };
  });

  group.post("/users/{id}/credits", async (event) => {
    const { id: by } = superuserOf(event);
    const { amount, reason } = parseInput(grantBody, await event.body());
    const { idempotencyKey } = callerOf(event);
    const userId = event.params["id"] ?? "";
    const row = await grantCredits(product, { userId, amount, reason, idempotencyKey, by });
    return { ...encodeLine(row), ...encodeCredits(await readCredits(product.app, userId)) };
  });
}

async function history(product: Product, userId: string, event: RequestEvent) {
  const { page, perPage } = parseInput(pageQuery, queryOf(event, pageQuery));
  const { lines, total } = await listCredits(product.app, userId, { page, perPage });
  return {
    items: lines.map(encodeLine),
    page,
    perPage,
    totalItems: total,
    totalPages: Math.ceil(total / perPage),
  };
}

/** As document 001 names it. Credits of guests are none of an account's. */
function encodeCredits({ balance, held }: CreditState) {
  return { credits: balance, free_credits: 0, total: balance, held, authenticated: true };
}

function encodeLine(line: RecordModel) {
  return {
    id: line.id,
    kind: line.getString("kind"),
    delta: line.getNumber("delta"),
    balance: line.getNumber("balance"),
    reason: line.getString("reason"),
    job_id: line.getString("job_id"),
    created: line.getString("created").replace(" ", "T"),
  };
}
