import type { App } from "../app.ts";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Database, Row } from "../db/database.ts";
import { insertRow, insertRows } from "../db/dynamic.ts";
import { saveModel } from "../events/lifecycle.ts";
import type { Model } from "../events/model.ts";
import { currentDate } from "../lib/date.ts";
import { newOrderedId } from "../lib/id.ts";
import { LEVELS, type LogData, type LogLevel } from "./logger.ts";

const FLUSH_MS = 3000;
/** A page that many rows change is written once, so larger batches cost less per row. PocketBase: 200. */
const BATCH = 1000;
/** Rows in one statement. */
const STATEMENT_ROWS = 50;
/** After so many rows other work of the server has its turn. */
const TURN_ROWS = 200;
const MAX_MESSAGE = 8000;
const DEFAULT_MAX_DATA_BYTES = 16 * 1024;

interface LogRow {
  readonly id: string;
  readonly level: number;
  readonly message: string;
  readonly data: string;
  readonly created: string;
}

/** One row of `_logs` as a model, for those who watch the model hooks. */
class LogModel implements Model {
  readonly tableName = "_logs";
  isNew = true;
  readonly row: LogRow;

  constructor(row: LogRow) {
    this.row = row;
  }

  markSaved(): void {
    this.isNew = false;
  }

  markNew(): void {
    this.isNew = true;
  }
}

/** Keeps log entries in memory for a moment and writes them to auxiliary.db together (PocketBase: tools/logger). */
export class LogWriter {
  readonly #app: App;
  #rows: LogRow[] = [];
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> = Promise.resolve();

  constructor(app: App) {
    this.#app = app;
  }

  add(level: LogLevel, message: string, data: LogData): void {
    const { maxDays, minLevel, maxDataSize } = this.#app.settings.logs;
    if (maxDays === 0 || LEVELS[level] < minLevel) return;
    this.#rows.push({
      id: newOrderedId(),
      level: LEVELS[level],
      message: message.slice(0, MAX_MESSAGE),
      data: toJson(data, maxDataSize || DEFAULT_MAX_DATA_BYTES),
      created: currentDate(),
    });
    if (this.#rows.length >= BATCH) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS).unref();
  }

  /**
   * Writes what has gathered; resolves once it is written. What cannot be written is told on the terminal. Entries of
   * after the app's end are let go of (PocketBase: they are not taken).
   */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const rows = this.#rows;
    this.#rows = [];
    if (rows.length > 0) {
      this.#flushing = this.#flushing.then(() =>
        this.#write(rows).catch((error: unknown) => {
          process.stderr.write(`ERROR the log could not be written: ${String(error)}\n`);
        }),
      );
    }
    return this.#flushing;
  }

  async #write(rows: readonly LogRow[]): Promise<void> {
    if (!this.#app.isBootstrapped) return;
    const { events, auxDb } = this.#app;
    const isWatched = [
      events.onModelCreate,
      events.onModelCreateExecute,
      events.onModelAfterCreateSuccess,
    ].some((hook) => hook.isWatched(["_logs"]));
    if (!isWatched) return insertAll(auxDb, rows);
    for (const row of rows) {
      const execute = async () => void (await auxDb.run(insertRow("_logs", { ...row })));
      await saveModel(this.#app, new LogModel(row), { execute }, { validate: true });
    }
  }
}

async function insertAll(db: Database, rows: readonly LogRow[]): Promise<void> {
  await db.write(async (tx) => {
    for (let start = 0; start < rows.length; start += STATEMENT_ROWS) {
      if (start > 0 && start % TURN_ROWS === 0) await nextTurn();
      const some = rows.slice(start, start + STATEMENT_ROWS);
      await tx.run(insertRows("_logs", some.map(toRow)));
    }
  });
}

function toRow({ ...row }: LogRow): Row {
  return row;
}

/** Larger data is cut at a whole character and says so, as PocketBase's. */
function toJson(data: LogData, maxBytes: number): string {
  // Most entries are flat, and a text is made several times faster without a function that sees every value.
  const text = isFlat(data) ? JSON.stringify(data) : JSON.stringify(data, printable);
  if (text.length <= maxBytes / 3 || Buffer.byteLength(text) <= maxBytes) return text;
  const shorten = (value: unknown) =>
    typeof value === "string" && value.length > 256 ? `${value.slice(0, 256)}…` : value;
  const short = Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, shorten(value)]),
  );
  const cut = JSON.stringify({ ...short, __pb_truncated__: true }, printable);
  return Buffer.byteLength(cut) <= maxBytes ? cut : JSON.stringify({ __pb_truncated__: true });
}

function isFlat(data: LogData): boolean {
  for (const key in data) {
    const kind = typeof data[key];
    if (kind === "object" || kind === "bigint") return false;
  }
  return true;
}

function printable(_key: string, value: unknown): unknown {
  if (value instanceof Error)
    return value.cause === undefined ? String(value) : `${value}: ${value.cause}`;
  return typeof value === "bigint" ? String(value) : value;
}
