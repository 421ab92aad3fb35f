import type { App } from "../app.ts";
import type { Database, Statement } from "../db/database.ts";
import {
  appendChange,
  CHANGES_TABLE,
  CREATE_CHANGES,
  insertLogId,
  selectChangeBounds,
  selectChanges,
  trimChanges,
} from "../db/dialect/change-log.ts";
import { selectTable } from "../db/dialect/schema.ts";
import { fieldType } from "../fields/index.ts";
import { randomText } from "../lib/id.ts";
import type { RecordModel } from "../records/record.ts";
import { toRow } from "../records/save.ts";
import { CommitOrder } from "./commit-order.ts";

export type ChangeAction = "create" | "update" | "delete";

/** A committed change as the log keeps it. */
export interface LoggedChange {
  readonly position: number;
  /** Id of the collection, which may be gone. */
  readonly collection: string;
  readonly record: string;
  readonly action: ChangeAction;
  /** The columns of the row after the change; of a delete, before it. No secrets. */
  readonly row: Readonly<Record<string, unknown>>;
}

/** Where the log stands. */
export interface ChangeBounds {
  /** Another one means another log: positions of this one say nothing there. */
  readonly id: string;
  /** The first position from which on nothing is missing. */
  readonly oldest: number;
  /** The last position; 0 before the first change. */
  readonly newest: number;
}

/** How far back the log goes. */
export interface ChangeWindow {
  readonly rows: number;
  readonly milliseconds: number;
}

const WINDOW: ChangeWindow = { rows: 100_000, milliseconds: 24 * 3_600_000 };
/** Appended rows between two looks for old ones. */
const TRIM_EVERY = 1000;

/**
 * The ordered log of record changes, reached as `app.changes`: each is written in the transaction of its record.
 * There is none until someone asks for it (`open`), and then it stays.
 */
export class Changes {
  readonly order = new CommitOrder();
  window: ChangeWindow = WINDOW;
  #isOpen = false;
  #opening: Promise<void> | undefined;
  #isWatched: () => boolean = () => false;
  #appended = 0;

  /** The log exists. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Registers who wants changes in order although there may be no log. */
  watch(isWatching: () => boolean): void {
    this.#isWatched = isWatching;
  }

  /** Finds out whether the data folder has a log. */
  async load(app: App): Promise<void> {
    this.#isOpen = (await app.db.get(selectTable(CHANGES_TABLE))) !== undefined;
  }

  /** Makes the log when there is none. */
  open(app: App): Promise<void> {
    this.#opening ??= this.#create(app).finally(() => {
      this.#opening = undefined;
    });
    return this.#isOpen ? Promise.resolve() : this.#opening;
  }

  /**
   * Writes a record's row and the change beside it: the one place of the save pipeline that does.
   *
   * @param statement absent when no column differs
   */
  async write(
    app: App,
    record: RecordModel,
    action: ChangeAction,
    statement?: Statement,
  ): Promise<void> {
    if (!this.#isOpen && !this.#isWatched()) {
      if (statement) await app.db.run(statement);
      return;
    }
    await app.db.write(async (tx) => {
      if (statement) await tx.run(statement);
      const position = this.#isOpen ? await this.#append(tx, record, action) : undefined;
      this.order.open(record, subjectOf(record), position);
    });
    if (this.#appended >= Math.min(TRIM_EVERY, this.window.rows) && !app.isTransaction)
      await this.#trim(app);
  }

  async bounds(app: App): Promise<ChangeBounds> {
    const row = await app.db.get<{ id: string; oldest: number | null; newest: number }>(
      selectChangeBounds(),
    );
    if (!row) throw new Error("the change log is missing");
    return { id: row.id, oldest: row.oldest ?? row.newest + 1, newest: row.newest };
  }

  /** At most `limit` changes of some collections behind a position, in order. */
  async read(
    app: App,
    range: {
      readonly after: number;
      readonly upTo: number;
      readonly collections: readonly string[];
      readonly limit: number;
    },
  ): Promise<LoggedChange[]> {
    const rows = await app.db.all<Omit<LoggedChange, "row"> & { data: string }>(
      selectChanges(range),
    );
    return rows.map(({ position, collection, record, action, data }) => {
      const row = JSON.parse(data) as Record<string, unknown>;
      return { position, collection, record, action, row };
    });
  }

  async #create(app: App): Promise<void> {
    await app.db.write(async (tx) => {
      await tx.run(CREATE_CHANGES);
      await tx.run(insertLogId(randomText(20), Date.now()));
    });
    this.#isOpen = true;
  }

  async #append(tx: Database, record: RecordModel, action: ChangeAction): Promise<number> {
    this.#appended++;
    const { collection } = record;
    const change = { collection: collection.id, record: record.id, action, time: Date.now() };
    const row = await tx.get<{ position: number }>(
      appendChange({ ...change, data: loggedRow(record) }),
    );
    return row!.position;
  }

  async #trim(app: App): Promise<void> {
    this.#appended = 0;
    const { newest } = await this.bounds(app);
    await app.db.run(trimChanges(newest - this.window.rows, Date.now() - this.window.milliseconds));
  }
}

/** Names a record's row for the commit order. */
export function subjectOf({ collection, id }: RecordModel): string {
  return `${collection.id}/${id}`;
}

/** Password hashes and token keys are nobody's business but the record's own row. */
function loggedRow(record: RecordModel): string {
  const { collection } = record;
  const isSecret = (name: string) => collection.isAuth && name === "tokenKey";
  const fields = collection.fields.filter(
    (field) => !fieldType(field).isSecret && !isSecret(field.name),
  );
  return JSON.stringify(toRow(record, fields));
}
