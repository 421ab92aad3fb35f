import type { App } from "generatio";
import { USERS } from "../tokens/stored-keys.ts";
import { type MicroDollars, toDollars } from "./money.ts";

/** What one finished job cost. */
export interface Usage {
  readonly userId: string;
  readonly provider: string;
  readonly model: string;
  readonly funding: string;
  /** Pictures kept. */
  readonly images: number;
  readonly cost: MicroDollars;
  /** The part of the cost that left no picture. */
  readonly waste: MicroDollars;
}

export const USAGE = "usage_ledger";
const DAY_MS = 86_400_000;
// "Recent" is not defined by document 000.
const RECENT_DAYS = 30;

/**
 * Adds a job's cost to the day's row and to the sums kept with the user.
 *
 * @param tx the transaction in which the job ends, so that it is booked exactly once
 */
export async function bookUsage(tx: App, usage: Usage): Promise<void> {
  const { userId, images, cost, waste, ...kind } = usage;
  if (images === 0 && cost === 0) return;
  const key = { user_id: userId, day: dayOf(Date.now()), ...kind };
  const [existing] = await tx.findRecordsByFilter(
    USAGE,
    "user_id = {:user_id} && day = {:day} && provider = {:provider} && model = {:model} && funding = {:funding}",
    { params: key, limit: 1 },
  );
  const row = existing ?? tx.newRecord(USAGE, key);
  row.load({
    images: row.getNumber("images") + images,
    cost_micros: row.getNumber("cost_micros") + cost,
    waste_micros: row.getNumber("waste_micros") + waste,
  });
  await tx.save(row);
  await updateFinancialData(tx, userId, { images, cost });
}

/** `financial_data` of the user: the sums, for clients that read the record. */
async function updateFinancialData(
  tx: App,
  userId: string,
  added: { images: number; cost: MicroDollars },
): Promise<void> {
  const user = await tx.findRecordById(USERS, userId);
  const before = (user.getJson("financial_data") ?? {}) as Partial<Record<string, number>>;
  const micros = (before["total_micros"] ?? 0) + added.cost;
  user.set("financial_data", {
    total_spent: toDollars(micros),
    total_micros: micros,
    total_images: (before["total_images"] ?? 0) + added.images,
  });
  await tx.save(user);
}

/** The body of `GET financial/stats`; money in dollars. */
export interface SpendingStats {
  readonly total_spent: number;
  readonly total_images: number;
  /** Of the last 30 days. */
  readonly recent_spending: number;
  /** Per picture; 0 without any. */
  readonly average_cost: number;
}

export async function readStats(app: App, userId: string): Promise<SpendingStats> {
  const rows = await app.findRecordsByFilter(USAGE, "user_id = {:userId}", { params: { userId } });
  const since = dayOf(Date.now() - RECENT_DAYS * DAY_MS);
  let [cost, recent, images] = [0, 0, 0];
  for (const row of rows) {
    cost += row.getNumber("cost_micros");
    images += row.getNumber("images");
    if (row.getString("day") >= since) recent += row.getNumber("cost_micros");
  }
  return {
    total_spent: toDollars(cost),
    total_images: images,
    recent_spending: toDollars(recent),
    average_cost: images === 0 ? 0 : toDollars(cost / images),
  };
}

/** `YYYY-MM-DD`, UTC. */
function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
