import type { App } from "../app.ts";
import type { Database } from "../db/database.ts";
import { createPrivateTable, type PrivateColumn } from "../db/dialect/private-tables.ts";
import { selectTable } from "../db/dialect/schema.ts";
import {
  balancesOf,
  createTransfers,
  selectBalance,
  selectOpenAccounts,
  type TransferTable,
} from "../db/dialect/private-transfers.ts";
import { insertRow } from "../db/dynamic.ts";
import { dynamicQuery } from "../db/kysely.ts";

export interface PrivateTableDefinition {
  readonly columns: Readonly<Record<string, PrivateColumn>>;
  /** Sets of columns of which no two rows may have the same values. */
  readonly unique?: readonly (readonly string[])[];
  /** Sets of columns that are searched by. */
  readonly indexes?: readonly (readonly string[])[];
  /** Makes every row move an amount from one account to another; the database keeps the balances. */
  readonly transfers?: Transfers;
}

/** Which column says what of a transfer. */
export interface Transfers {
  /** The account that the amount leaves. */
  readonly from: string;
  /** The account that it arrives at. */
  readonly to: string;
  /** A `positive` column. */
  readonly amount: string;
  /** What is counted; units are never mixed in a balance. */
  readonly unit: string;
  /** How the names of accounts begin that may not fall below zero. A row that would do that is refused. */
  readonly covered?: readonly string[];
}

export type PrivateValue = string | number;

/** `position` is the order in which rows were added; it is never used twice. */
export type PrivateRow = Readonly<Record<string, PrivateValue>>;

/** An account that is not even. */
export interface OpenAccount {
  readonly account: string;
  readonly unit: string;
  readonly balance: number;
}

/** Columns by name: the value that they must have, or the range in which they must lie, ends included. */
export type PrivateCondition = Readonly<
  Record<string, PrivateValue | { readonly from?: PrivateValue; readonly to?: PrivateValue }>
>;

/**
 * A table in data.db that is no collection: no API, rule or realtime message shows it. Rows are only ever
 * added; the database itself refuses to change or delete one. It comes into being with its first row.
 *
 * Every operation takes the app it is to work in, so that it is part of that app's transaction.
 */
export class PrivateTable {
  /** In the database. */
  readonly name: string;
  readonly #definition: PrivateTableDefinition;
  readonly #transfers: TransferTable | undefined;
  #exists = false;

  constructor(name: string, definition: PrivateTableDefinition) {
    this.name = name;
    this.#definition = definition;
    const { transfers } = definition;
    this.#transfers = transfers && { ...transfers, table: name, covered: transfers.covered ?? [] };
  }

  /** @throws Error for a row that is there, for columns that are not, and for an amount that is not covered */
  async insert(app: App, row: PrivateRow): Promise<void> {
    const columns = Object.keys(this.#definition.columns);
    const missing = columns.find((column) => row[column] === undefined);
    if (missing !== undefined) throw new Error(`${this.name}.${missing} has no value`);
    this.#check(row);
    await app.db.write(async (db) => {
      await this.#create(app, db);
      await db.run(insertRow(this.name, row));
    });
  }

  /** The rows that meet all conditions, in the order in which they were added. */
  async find(
    app: App,
    where: PrivateCondition,
    options: { readonly limit?: number; readonly isNewestFirst?: boolean } = {},
  ): Promise<PrivateRow[]> {
    if (!(await this.#isThere(app))) return [];
    const order = options.isNewestFirst ? "desc" : "asc";
    let query = this.#where(where).selectAll().orderBy("position", order);
    if (options.limit !== undefined) query = query.limit(options.limit);
    return app.db.all<PrivateRow>(query.compile());
  }

  /** The sum of a column over the rows that meet all conditions; 0 without any. */
  async sum(app: App, column: string, where: PrivateCondition): Promise<number> {
    this.#check({ [column]: 0 });
    if (!(await this.#isThere(app))) return 0;
    const query = this.#where(where).select((of) => of.fn.sum(column).as("sum"));
    const row = await app.db.get<{ sum: number | null }>(query.compile());
    return row?.sum ?? 0;
  }

  /** What an account has received less what has left it; 0 for one without a row. For tables of transfers. */
  async balance(app: App, account: string, unit: string): Promise<number> {
    const columns = this.#transfers;
    if (!columns) throw new Error(`${this.name} moves nothing between accounts`);
    if (await this.#isThere(app, balancesOf(this.name))) {
      const row = await app.db.get<{ balance: number }>(selectBalance(this.name, account, unit));
      return row?.balance ?? 0;
    }
    // An earlier version has made the table without balances: the next row brings them.
    const within = { [columns.unit]: unit };
    const received = await this.sum(app, columns.amount, { ...within, [columns.to]: account });
    return received - (await this.sum(app, columns.amount, { ...within, [columns.from]: account }));
  }

  /**
   * The accounts with a balance other than 0, of those whose names begin so. For tables of transfers.
   *
   * @param start at least one character
   */
  async openAccounts(app: App, start: string): Promise<readonly OpenAccount[]> {
    if (!(await this.#isThere(app, balancesOf(this.name)))) return [];
    return app.db.all<OpenAccount>(selectOpenAccounts(this.name, start));
  }

  #where(where: PrivateCondition) {
    this.#check(where);
    let query = dynamicQuery.selectFrom(this.name);
    for (const [column, wanted] of Object.entries(where)) {
      if (typeof wanted !== "object") {
        query = query.where(column, "=", wanted);
        continue;
      }
      if (wanted.from !== undefined) query = query.where(column, ">=", wanted.from);
      if (wanted.to !== undefined) query = query.where(column, "<=", wanted.to);
    }
    return query;
  }

  #check(named: Readonly<Record<string, unknown>>): void {
    const unknown = Object.keys(named).find(
      (column) => !Object.hasOwn(this.#definition.columns, column),
    );
    if (unknown !== undefined) throw new Error(`${this.name} has no column ${unknown}`);
  }

  async #isThere(app: App, table = this.name): Promise<boolean> {
    if (this.#exists) return true;
    const isThere = (await app.db.get(selectTable(table))) !== undefined;
    const isComplete = isThere && (this.#transfers === undefined || table !== this.name);
    // What a transaction has made may be taken back with it.
    if (isComplete && !app.isTransaction) this.#exists = true;
    return isThere;
  }

  async #create(app: App, db: Database): Promise<void> {
    if (this.#exists) return;
    const { columns, unique = [], indexes = [] } = this.#definition;
    const all = [
      ...unique.map((set) => ({ columns: set, isUnique: true })),
      ...indexes.map((set) => ({ columns: set, isUnique: false })),
    ];
    for (const statement of createPrivateTable(this.name, columns, all)) await db.run(statement);
    if (this.#transfers) {
      for (const statement of createTransfers(this.#transfers)) await db.run(statement);
    }
    if (!app.isTransaction) return;
    app.afterTransaction(async (_outer, error) => {
      if (error === undefined) this.#exists = true;
    });
  }
}
