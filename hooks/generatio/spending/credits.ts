import type { App, RecordModel } from "generatio";
import { invalidField, notFound, ProductError } from "../errors.ts";
import type { Product } from "../product.ts";
import { USERS } from "../tokens/stored-keys.ts";
import { creditsAccount, type LedgerMove } from "./ledger.ts";
import type { MicroDollars } from "./money.ts";

export const CREDITS = "credits";
const CREDIT_LEDGER = "credit_ledger";

/** What a user has in prepaid credits. */
export interface CreditState {
  /** To be spent. */
  readonly balance: number;
  /** Set aside for jobs that are not over. */
  readonly held: number;
}

export async function readCredits(tx: App, userId: string): Promise<CreditState> {
  const row = await findRow(tx, userId);
  return { balance: row?.getNumber("balance") ?? 0, held: row?.getNumber("held") ?? 0 };
}

/** What one picture takes: whole credits, at least one unless it is free. */
export function creditsFor(price: MicroDollars, creditMicros: MicroDollars): number {
  return Math.ceil(price / creditMicros);
}

/** @throws ProductError `insufficient_credits` */
export function checkCredits({ balance }: CreditState, needed: number): void {
  if (needed <= balance) return;
  throw new ProductError(
    "insufficient_credits",
    `This takes ${needed} credits; ${balance} are left.`,
    {
      extra: { used: needed, limit: balance, required: needed, balance, resets_at: null },
    },
  );
}

/** What a superuser gives, or takes away. */
export interface Grant {
  readonly userId: string;
  /** Credits; below 0 to take away. Not 0. */
  readonly amount: number;
  /** Shown to the user. */
  readonly reason: string;
  /** A repetition with the same key is the same grant; empty for none. */
  readonly idempotencyKey: string;
  /** Id of the superuser. */
  readonly by: string;
}

/**
 * @returns the row of the credit ledger
 * @throws ProductError for an unknown user, for more than is there, and for a key that was another grant's
 */
export function grantCredits({ app, ledger }: Product, grant: Grant): Promise<RecordModel> {
  const { userId, amount, idempotencyKey: key } = grant;
  return app.runInTransaction(async (tx) => {
    const [user] = await tx.findRecordsByIds(USERS, [userId]);
    if (!user) throw notFound("There is no such user.");
    const earlier = key === "" ? undefined : await findGrant(tx, key);
    if (earlier) return sameGrant(earlier, grant);
    const balance = await ledger.balance(tx, creditsAccount(userId), "credits");
    if (balance + amount < 0) {
      throw invalidField("amount", `would leave less than nothing: there are ${balance}`);
    }
    const { reason, by } = grant;
    const note = { reason, by, idempotencyKey: key };
    const id = await ledger.grant(tx, { userId, amount, note });
    return tx.findRecordById(CREDIT_LEDGER, id);
  });
}

function sameGrant(earlier: RecordModel, { userId, amount, reason }: Grant): RecordModel {
  const isSame =
    earlier.getString("user_id") === userId &&
    earlier.getNumber("delta") === amount &&
    earlier.getString("reason") === reason;
  if (!isSame)
    throw new ProductError("conflict", "The Idempotency-Key was used for another grant.");
  return earlier;
}

async function findGrant(tx: App, key: string): Promise<RecordModel | undefined> {
  const filter = "idempotency_key = {:key}";
  const [row] = await tx.findRecordsByFilter(CREDIT_LEDGER, filter, { params: { key }, limit: 1 });
  return row;
}

/**
 * Shows a move of the ledger to its user: the present balance, and a line of the history where it changed.
 *
 * @param balance after the move
 */
export async function projectCredits(tx: App, move: LedgerMove, balance: number): Promise<void> {
  const { kind, userId, amount, note } = move;
  const [user] = await tx.findRecordsByIds(USERS, [userId]);
  // With the account its history is gone.
  if (!user) return;
  const row = (await findRow(tx, userId)) ?? tx.newRecord(CREDITS, { user_id: userId });
  const held = kind === "hold" ? amount : kind === "grant" ? 0 : -amount;
  row.load({ balance, held: row.getNumber("held") + held });
  await tx.save(row);
  const delta = deltaOf(move);
  if (delta === 0) return;
  await tx.save(
    tx.newRecord(CREDIT_LEDGER, {
      ...(move.id === undefined ? {} : { id: move.id }),
      user_id: userId,
      kind,
      delta,
      balance,
      reason: note?.reason ?? "",
      job_id: move.jobId,
      by: note?.by ?? "",
      idempotency_key: note?.idempotencyKey ?? "",
    }),
  );
}

/** What it changed for the user: what is taken for good was set aside before. */
function deltaOf({ amount, debit, credit, userId }: LedgerMove): number {
  const account = creditsAccount(userId);
  if (credit === account) return amount;
  return debit === account ? -amount : 0;
}

/** Lines of a user's history, the newest first. @param page from 1 */
export async function listCredits(
  app: App,
  userId: string,
  { page, perPage }: { page: number; perPage: number },
): Promise<{ readonly lines: readonly RecordModel[]; readonly total: number }> {
  const [filter, params] = ["user_id = {:userId}", { userId }];
  const options = { params, sort: "-created,-id", limit: perPage, offset: (page - 1) * perPage };
  const [lines, total] = await Promise.all([
    app.findRecordsByFilter(CREDIT_LEDGER, filter, options),
    app.countRecords(CREDIT_LEDGER, filter, params),
  ]);
  return { lines, total };
}

async function findRow(tx: App, userId: string): Promise<RecordModel | undefined> {
  const filter = "user_id = {:userId}";
  const [row] = await tx.findRecordsByFilter(CREDITS, filter, { params: { userId }, limit: 1 });
  return row;
}
