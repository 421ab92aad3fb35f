import { type ChildProcess, fork } from "node:child_process";
import { constants, setPriority } from "node:os";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Table } from "./connection.ts";
import {
  DatabaseError,
  type DatabaseErrorKind,
  QueryTimeoutError,
  UniqueConstraintError,
} from "./errors.ts";

export interface ReaderQuestion {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** The rows, and how long reading them took in the process. */
export interface ReaderResult extends Table {
  readonly milliseconds: number;
}

export type ReaderAnswer =
  | ReaderResult
  | { readonly error: { kind?: DatabaseErrorKind; code?: string; message: string } };

export interface ReadersOptions {
  /** A query that takes longer is refused and its process ended; so is one that waits longer for a process. */
  readonly timeoutMs: number;
  readonly maxProcesses: number;
  /** A process without work ends after this time. */
  readonly idleMs: number;
}

interface Query {
  readonly question: ReaderQuestion;
  readonly resolve: (result: ReaderResult) => void;
  readonly reject: (error: unknown) => void;
  timer: NodeJS.Timeout | undefined;
}

interface Reader {
  readonly process: ChildProcess;
  query: Query | undefined;
  idleTimer: NodeJS.Timeout | undefined;
}

/**
 * A small pool of processes that read: a thread inside SQLite cannot be stopped, a process can. Started when
 * first needed, ended when idle.
 */
export class Readers {
  readonly #path: string;
  readonly #options: ReadersOptions;
  readonly #readers = new Set<Reader>();
  readonly #waiting: Query[] = [];
  #started = 0;
  #timeouts = 0;
  #isClosed = false;

  constructor(path: string, options: ReadersOptions) {
    this.#path = path;
    this.#options = options;
  }

  /** How many processes were started so far. */
  get started(): number {
    return this.#started;
  }

  /** How many queries were ended by the timeout so far. */
  get timeouts(): number {
    return this.#timeouts;
  }

  query(question: ReaderQuestion): Promise<ReaderResult> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) return reject(new Error("The database is closed."));
      const query: Query = { question, resolve, reject, timer: undefined };
      this.#limit(query);
      this.#waiting.push(query);
      this.#assign();
    });
  }

  /** Ends all processes; what they were reading is refused. */
  close(): void {
    this.#isClosed = true;
    const error = new Error("The database was closed.");
    for (const query of this.#waiting.splice(0)) this.#settle(query, () => query.reject(error));
    for (const reader of this.#readers) this.#end(reader, error);
  }

  #assign(): void {
    while (this.#waiting.length > 0) {
      const reader = this.#idleReader();
      if (!reader) return;
      const query = this.#waiting.shift()!;
      clearTimeout(reader.idleTimer);
      reader.query = query;
      this.#limit(query);
      reader.process.send(query.question);
    }
  }

  #idleReader(): Reader | undefined {
    for (const reader of this.#readers) if (!reader.query) return reader;
    return this.#readers.size < this.#options.maxProcesses ? this.#start() : undefined;
  }

  #start(): Reader {
    const child = fork(PROGRAM, [this.#path, String(process.pid)], {
      serialization: "advanced",
      execArgv: ["--disable-warning=ExperimentalWarning"],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    // An idle reader must not keep the program alive; a query under way does, by its timer.
    child.unref();
    child.channel?.unref();
    if (child.pid !== undefined) giveWay(child.pid);
    const reader: Reader = { process: child, query: undefined, idleTimer: undefined };
    child.on("message", (answer) => this.#receive(reader, answer as ReaderAnswer));
    child.on("error", (error) => this.#end(reader, error));
    child.on("exit", () =>
      this.#end(reader, new Error("The process that read the data has ended.")),
    );
    this.#readers.add(reader);
    this.#started++;
    return reader;
  }

  #receive(reader: Reader, answer: ReaderAnswer): void {
    const { query } = reader;
    reader.query = undefined;
    reader.idleTimer = setTimeout(() => this.#end(reader), this.#options.idleMs).unref();
    if (query) {
      this.#settle(query, () => {
        if ("error" in answer) query.reject(toError(answer.error));
        else query.resolve(answer);
      });
    }
    this.#assign();
  }

  /** From now on: an endless query ahead of it must not use up its time. */
  #limit(query: Query): void {
    clearTimeout(query.timer);
    query.timer = setTimeout(() => this.#timeOut(query), this.#options.timeoutMs);
  }

  #timeOut(query: Query): void {
    this.#timeouts++;
    const error = new QueryTimeoutError(this.#options.timeoutMs);
    const index = this.#waiting.indexOf(query);
    if (index >= 0) {
      this.#waiting.splice(index, 1);
      query.reject(error);
      return;
    }
    for (const reader of this.#readers) if (reader.query === query) this.#end(reader, error);
  }

  #end(reader: Reader, error?: Error): void {
    if (!this.#readers.delete(reader)) return;
    clearTimeout(reader.idleTimer);
    reader.process.kill("SIGKILL");
    const { query } = reader;
    if (query) this.#settle(query, () => query.reject(error));
    this.#assign();
  }

  #settle(query: Query, settle: () => void): void {
    clearTimeout(query.timer);
    settle();
  }
}

/** Reading much is less urgent than answering others. */
function giveWay(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It is as well without: not every system lets us.
  }
}

// Beside this file, as source or compiled.
const PROGRAM = fileURLToPath(
  new URL(`./reader-process${extname(import.meta.url)}`, import.meta.url),
);

function toError(error: { kind?: DatabaseErrorKind; code?: string; message: string }): Error {
  const { kind, code = "", message } = error;
  if (kind === undefined) return new Error(message);
  if (kind === "unique") return new UniqueConstraintError(message, { code });
  return new DatabaseError(kind, message, { code });
}
