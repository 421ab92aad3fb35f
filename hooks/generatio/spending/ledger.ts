import type { App, PrivateRow, PrivateTable } from "generatio";
import { customAlphabet } from "nanoid";

/** What is counted. Units are never mixed in one entry or one sum. */
export type Unit = "usd_micros" | "credits" | "images";

/*
 * A row is an entry with its two legs: an amount leaves the account `debit` and arrives at `credit`. There
 * is no row that could be out of balance. Rows are only ever added (the database refuses anything else). The
 * database keeps the balances, and refuses a row that takes more from a job's hold or from a user's credits
 * than is there.
 *
 *   hold      payer → held/JOB
 *   capture   held/JOB → payee     what it really cost
 *   release   held/JOB → payer     the rest
 *   adjust    payer → payee        what it cost beyond the hold; dollars only
 *   grant     issuer → credits/USER, or the other way round
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
  transfers: {
    from: "debit",
    to: "credit",
    amount: "amount",
    unit: "unit",
    covered: ["held/", "credits/"],
  },
} as const;

const HELD = "held/";

/** Where credits come from, and where those go that are taken away. */
const ISSUER = "issuer";

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

/** Why, and by whom. */
export interface MoveNote {
  readonly reason: string;
  /** Id of a superuser. */
  readonly by: string;
  readonly idempotencyKey: string;
}

/** One row as it is written. */
export interface LedgerMove {
  readonly kind: "hold" | "capture" | "release" | "adjust" | "grant";
  readonly unit: Unit;
  readonly amount: number;
  readonly debit: string;
  readonly credit: string;
  readonly userId: string;
  /** Empty for a grant. */
  readonly jobId: string;
  /** Of a grant. */
  readonly id?: string;
  readonly note?: MoveNote;
}

/** The money of the product, entry by entry. Every method works in the transaction of the app it is given. */
export class Ledger {
  readonly #table: PrivateTable;
  readonly #onMove: (tx: App, move: LedgerMove) => Promise<void>;

  /** @param onMove told of every row in its transaction, for what is derived of it */
  constructor(app: App, onMove: (tx: App, move: LedgerMove) => Promise<void> = async () => {}) {
    this.#table = app.privateTables.define("ledger", DEFINITION);
    this.#onMove = onMove;
  }

  /** Sets an amount aside for a job. Nothing is written for 0. */
  async hold(tx: App, subject: Subject, hold: Hold): Promise<void> {
    const { unit, amount, payer } = hold;
    if (amount === 0) return;
    const move = { kind: "hold", unit, amount, debit: payer, credit: held(subject) } as const;
    await this.#addForJob(tx, subject, { ...move, day: dayOf(Date.now()) });
  }

  /**
   * Ends the holds of a job: what it took goes to the payee, the rest back to who paid. Done again it changes
   * nothing.
   *
   * @param taken how much of each hold; more than that for dollars only
   */
  async settle(
    tx: App,
    subject: Subject,
    { taken, payee }: { taken: (hold: Hold) => number; payee: string },
  ): Promise<void> {
    const rows = await this.#table.find(tx, { job_id: subject.jobId });
    if (rows.some(({ kind }) => kind !== "hold")) return;
    for (const row of rows) {
      const hold = readHold(row);
      const { unit, amount, payer, day } = hold;
      const cost = taken(hold);
      const captured = Math.min(cost, amount);
      const source = held(subject);
      const legs = [
        { kind: "capture", amount: captured, debit: source, credit: payee },
        { kind: "release", amount: amount - captured, debit: source, credit: payer },
        { kind: "adjust", amount: cost - captured, debit: payer, credit: payee },
      ] as const;
      for (const leg of legs) {
        if (leg.amount > 0) await this.#addForJob(tx, subject, { ...leg, unit, day });
      }
    }
  }

  /** Gives back everything that is held for a job of which nothing else is known. */
  async release(tx: App, jobId: string): Promise<void> {
    const [first] = await this.#table.find(tx, { job_id: jobId }, { limit: 1 });
    if (!first) return;
    const subject = { jobId, userId: String(first["user_id"]), model: String(first["model"]) };
    await this.settle(tx, subject, { taken: () => 0, payee: "" });
  }

  /**
   * Gives a user credits, or takes them away when the amount is below 0.
   *
   * @returns the id under which it is known
   */
  async grant(
    tx: App,
    { userId, amount, note }: { userId: string; amount: number; note: MoveNote },
  ): Promise<string> {
    const id = newGrantId();
    const account = creditsAccount(userId);
    const [debit, credit] = amount > 0 ? [ISSUER, account] : [account, ISSUER];
    await this.#add(tx, `grant/${id}`, {
      move: {
        kind: "grant",
        unit: "credits",
        amount: Math.abs(amount),
        debit,
        credit,
        userId,
        jobId: "",
        id,
        note,
      },
      model: "",
      day: dayOf(Date.now()),
    });
    return id;
  }

  /** The jobs for which something is set aside. */
  async heldJobs(tx: App): Promise<readonly string[]> {
    const accounts = await this.#table.openAccounts(tx, HELD);
    return [...new Set(accounts.map(({ account }) => account.slice(HELD.length)))];
  }

  /** What an account has received less what has left it. */
  balance(tx: App, account: string, unit: Unit): Promise<number> {
    return this.#table.balance(tx, account, unit);
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

  #addForJob(
    tx: App,
    { userId, jobId, model }: Subject,
    { day, ...moved }: Omit<LedgerMove, "userId" | "jobId" | "id" | "note"> & { day: string },
  ): Promise<void> {
    // A second one of the same kind is refused by the database.
    const entry = `${moved.kind}/${jobId}/${moved.unit}`;
    return this.#add(tx, entry, { move: { ...moved, userId, jobId }, model, day });
  }

  async #add(
    tx: App,
    entry: string,
    { move, model, day }: { move: LedgerMove; model: string; day: string },
  ): Promise<void> {
    const { kind, unit, amount, debit, credit, userId, jobId } = move;
    await this.#table.insert(tx, {
      entry,
      kind,
      unit,
      amount,
      debit,
      credit,
      model,
      day,
      user_id: userId,
      job_id: jobId,
      time: Date.now(),
    });
    await this.#onMove(tx, move);
  }
}

/** Micro-dollars of a user's own provider account. */
export function userAccount(userId: string): string {
  return `user/${userId}`;
}

/** Prepaid credits of a user. */
export function creditsAccount(userId: string): string {
  return `credits/${userId}`;
}

/** `YYYY-MM-DD`, UTC. */
export function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

const newGrantId = customAlphabet("abcdefghijklmnopqrstuvwxyz0123456789", 15);

function held({ jobId }: Subject): string {
  return HELD + jobId;
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
