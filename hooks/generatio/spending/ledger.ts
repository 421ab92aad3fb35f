import type { App, PrivateRow, PrivateTable } from "generatio";

/** What is counted. Units are never mixed in one entry or one sum. */
export type Unit = "usd_micros" | "credits" | "images";

/*
 * A row is an entry with its two legs: an amount leaves the account `debit` and arrives at `credit`. There
 * is no row that could be out of balance. Rows are only ever added (the database refuses anything else), and
 * a balance is what the rows say.
 *
 *   hold      payer → held/JOB
 *   capture   held/JOB → payee     what it really cost
 *   release   held/JOB → payer     the rest
 *   adjust    payer → payee        what it cost beyond the hold
 */
const DEFINITION = {
  columns: {
    entry: "text",
    kind: "text",
    unit: "text",
    amount: "positive",
    debit: "text",
    credit: "text",
    user_id: "text",
    job_id: "text",
    model: "text",
    day: "text",
    time: "integer",
  },
  unique: [["entry"]],
  indexes: [["job_id"], ["debit", "unit", "day"], ["credit", "unit", "day"]],
} as const;

export interface Hold {
  readonly unit: Unit;
  readonly amount: number;
  /** The account that it is taken from. */
  readonly payer: string;
}

/** Whose job the money is for. */
export interface Subject {
  readonly userId: string;
  readonly jobId: string;
  readonly model: string;
}

/** Of which spending the sum is wanted. */
export interface SpendingQuery {
  /** The account that paid. */
  readonly payer: string;
  readonly unit: Unit;
  /** First day, `YYYY-MM-DD`; all days when absent. */
  readonly since?: string;
  /** All models when absent. */
  readonly model?: string;
}

/** The money of the product, entry by entry. Every method works in the transaction of the app it is given. */
export class Ledger {
  readonly #table: PrivateTable;

  constructor(app: App) {
    this.#table = app.privateTables.define("ledger", DEFINITION);
  }

  /** Sets an amount aside for a job. Nothing is written for 0. */
  async hold(tx: App, subject: Subject, hold: Hold): Promise<void> {
    if (hold.amount === 0) return;
    const day = dayOf(Date.now());
    await this.#add(
      tx,
      { kind: "hold", debit: hold.payer, credit: held(subject), day },
      subject,
      hold,
    );
  }

  /**
   * Ends the holds of a job: what it took in each unit goes to the payee, the rest back to who paid. Done
   * again it changes nothing.
   *
   * @param taken by unit; a unit that is absent took nothing
   */
  async settle(
    tx: App,
    subject: Subject,
    { taken, payee }: { taken: Readonly<Partial<Record<Unit, number>>>; payee: string },
  ): Promise<void> {
    const rows = await this.#table.find(tx, { job_id: subject.jobId });
    if (rows.some(({ kind }) => kind !== "hold")) return;
    for (const row of rows) {
      const { unit, amount, payer, day } = readHold(row);
      const cost = taken[unit] ?? 0;
      const captured = Math.min(cost, amount);
      const legs = [
        { kind: "capture", amount: captured, debit: held(subject), credit: payee },
        { kind: "release", amount: amount - captured, debit: held(subject), credit: payer },
        { kind: "adjust", amount: cost - captured, debit: payer, credit: payee },
      ];
      for (const { amount: moved, ...leg } of legs) {
        if (moved > 0) await this.#add(tx, { ...leg, day }, subject, { unit, amount: moved });
      }
    }
  }

  /** What an account has paid or has set aside: what left it, less what came back. */
  async spent(tx: App, { payer, unit, since, model }: SpendingQuery): Promise<number> {
    const where = {
      unit,
      ...(since === undefined ? {} : { day: { from: since } }),
      ...(model === undefined ? {} : { model }),
    };
    const out = await this.#table.sum(tx, "amount", { debit: payer, ...where });
    const back = await this.#table.sum(tx, "amount", { credit: payer, ...where });
    return out - back;
  }

  async #add(
    tx: App,
    leg: { kind: string; debit: string; credit: string; day: string },
    subject: Subject,
    { unit, amount }: { unit: Unit; amount: number },
  ): Promise<void> {
    await this.#table.insert(tx, {
      ...leg,
      unit,
      amount,
      // A second one of the same kind is refused by the database.
      entry: `${leg.kind}/${subject.jobId}/${unit}`,
      user_id: subject.userId,
      job_id: subject.jobId,
      model: subject.model,
      time: Date.now(),
    });
  }
}

/** Micro-dollars of a user's own provider account. */
export function userAccount(userId: string): string {
  return `user/${userId}`;
}

/** `YYYY-MM-DD`, UTC. */
export function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function held({ jobId }: Subject): string {
  return `held/${jobId}`;
}

function readHold(row: PrivateRow): Hold & { readonly day: string } {
  return {
    unit: row["unit"] as Unit,
    amount: Number(row["amount"]),
    payer: String(row["debit"]),
    // It counts for the day on which it was set aside, whenever it ends.
    day: String(row["day"]),
  };
}
