/** A row of the ledger as the database holds it. */
export interface LedgerRow {
  readonly position: number;
  readonly entry: string;
  readonly kind: string;
  readonly unit: string;
  readonly amount: number;
  readonly debit: string;
  readonly credit: string;
  readonly user_id: string;
  readonly job_id: string;
}

/** What the ledger says of one job in one unit. */
export interface JobMoney {
  held: number;
  captured: number;
  released: number;
  /** What was taken beyond the hold. */
  adjusted: number;
  payer: string;
}

/** Reads the ledger row by row and says where it breaks its own rules. */
export class LedgerReplay {
  readonly failures: string[] = [];
  /** By account and unit. */
  readonly balances = new Map<string, number>();
  readonly #jobs = new Map<string, Map<string, JobMoney>>();
  readonly #entries = new Set<string>();
  /** Of the last row. */
  position = 0;

  add(row: LedgerRow): void {
    this.position = row.position;
    if (this.#entries.has(row.entry)) this.#fail(row, "is there twice");
    this.#entries.add(row.entry);
    if (!(row.amount > 0)) this.#fail(row, `moves ${row.amount}`);
    if (row.debit === row.credit || row.debit === "" || row.credit === "") {
      this.#fail(row, `leads from "${row.debit}" to "${row.credit}"`);
    }
    if (row.kind !== "hold" && row.kind !== "grant" && row.job_id === "")
      this.#fail(row, "is about no job");
    this.#move(row.debit, row.unit, -row.amount);
    this.#move(row.credit, row.unit, row.amount);
    if (row.job_id !== "") this.#addToJob(row);
  }

  /** @returns by unit; undefined for a job that the ledger does not know */
  moneyOf(jobId: string): ReadonlyMap<string, JobMoney> | undefined {
    return this.#jobs.get(jobId);
  }

  jobIds(): Iterable<string> {
    return this.#jobs.keys();
  }

  #addToJob(row: LedgerRow): void {
    const money = this.#moneyFor(row.job_id, row.unit);
    const held = `held/${row.job_id}`;
    if (row.kind === "hold") {
      if (row.credit !== held || money.held > 0) this.#fail(row, "is no first hold of its job");
      money.held += row.amount;
      money.payer = row.debit;
      return;
    }
    if (row.kind === "adjust") {
      if (row.debit !== money.payer) this.#fail(row, `takes from ${row.debit}`);
      money.adjusted += row.amount;
      return;
    }
    if (row.debit !== held) this.#fail(row, `takes from ${row.debit}`);
    if (row.kind === "capture") money.captured += row.amount;
    else if (row.kind === "release") {
      if (row.credit !== money.payer) this.#fail(row, `gives back to ${row.credit}`);
      money.released += row.amount;
    } else this.#fail(row, "is of no known kind");
    if (money.captured + money.released > money.held) this.#fail(row, "takes more than was held");
  }

  #moneyFor(jobId: string, unit: string): JobMoney {
    let units = this.#jobs.get(jobId);
    if (!units) this.#jobs.set(jobId, (units = new Map<string, JobMoney>()));
    let money = units.get(unit);
    if (!money) {
      money = { held: 0, captured: 0, released: 0, adjusted: 0, payer: "" };
      units.set(unit, money);
    }
    return money;
  }

  #move(account: string, unit: string, amount: number): void {
    const key = `${account} ${unit}`;
    this.balances.set(key, (this.balances.get(key) ?? 0) + amount);
  }

  #fail({ position, entry }: LedgerRow, reason: string): void {
    this.failures.push(`ledger row ${position} (${entry}) ${reason}`);
  }
}

/** What is still set aside for a job: all or nothing, in every unit. */
export function isHeld(units: ReadonlyMap<string, JobMoney>): boolean | "in part" {
  const rests = [...units.values()].map(({ held, captured, released }) => {
    if (captured + released === 0) return "all";
    return captured + released === held ? "nothing" : "in part";
  });
  if (rests.every((rest) => rest === "all")) return true;
  return rests.every((rest) => rest === "nothing") ? false : "in part";
}
