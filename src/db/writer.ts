import { AsyncLocalStorage } from "node:async_hooks";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { Connection } from "./connection.ts";
import type { Database, RunResult, Statement, WriteOptions } from "./database.ts";
import { BEGIN, COMMIT, RELEASE, ROLLBACK, ROLLBACK_TO, SAVEPOINT } from "./dialect/sqlite.ts";
import { isBusy } from "./errors.ts";
import { Transaction } from "./transaction.ts";

/** A transaction that stayed open for too long. */
export interface SlowTransaction {
  readonly openMs: number;
  /** It was rolled back; what its job does from now on is refused. */
  readonly wasCut: boolean;
}

export interface WriterOptions {
  /** Told of transactions that are open for longer than `warnAfterMs`, and when one is cut. */
  readonly onSlowTransaction?: ((slow: SlowTransaction) => void) | undefined;
  /** 2,000 when absent. */
  readonly warnAfterMs?: number | undefined;
  /** 30,000 when absent. */
  readonly cutAfterMs?: number | undefined;
}

export interface WriterCounters {
  /** Transactions committed; the jobs of one group share one. */
  commits: number;
  /** Jobs that succeeded. */
  jobs: number;
  /** Tries that found the file locked by another process. */
  busyRetries: number;
  /** Transactions rolled back because they stayed open for too long. */
  cuts: number;
}

interface StatementJob {
  readonly statement: Statement;
  readonly exclusive: boolean;
  readonly resolve: (result: RunResult) => void;
  readonly reject: (error: unknown) => void;
}

interface BlockJob {
  readonly block: (tx: Database) => Promise<unknown>;
  readonly exclusive: boolean;
  /** Runs a function in the asynchronous context of the caller, not in that of whoever started the queue. */
  readonly inContext: <R>(run: () => R) => R;
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
}

type Job = StatementJob | BlockJob;

/** What became of a job, told to its caller only after the commit. */
type Outcome = { readonly value: unknown } | { readonly error: unknown };

/** Bounds of a group, so that the first writer never waits long for the last one. */
const GROUP_MAX_JOBS = 256;
const GROUP_MAX_MS = 20;

/** The steps of SQLite's own busy handler, which ends with its last one again and again. */
const BUSY_STEPS_MS = [1, 2, 5, 10, 15, 20, 25, 25, 25, 50, 50, 100];
const BUSY_STEPS_TOTAL_MS = 10_000;
/** PocketBase's waits after that (core/db_retry.go). */
const BUSY_PAUSES_MS = [100, 150, 200, 300, 400, 500, 700, 1000, 1000, 1000, 1000, 1000];

const OUTER_WRITE =
  "This code runs inside a transaction and writes through the outer app, which would wait for this very transaction to end: use the transaction's own app (the argument of runInTransaction, or `e.app` in a hook).";
const ENDED =
  "This transaction has already ended: everything done in it must be awaited before its function returns.";

/**
 * The one writer of a database file: a first-in-first-out queue whose waiting jobs share a commit (group
 * commit). Every job is answered only after the commit that holds it; a job that fails is undone alone.
 */
export class Writer {
  readonly counters: WriterCounters = { commits: 0, jobs: 0, busyRetries: 0, cuts: 0 };
  readonly #connection: Connection;
  readonly #options: WriterOptions;
  readonly #current = new AsyncLocalStorage<Transaction>();
  #queue: Job[] = [];
  #draining: Promise<void> | undefined;

  constructor(connection: Connection, options: WriterOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  /** Queues one statement. */
  run(statement: Statement, options?: WriteOptions): Promise<RunResult> {
    return new Promise((resolve, reject) => {
      this.#enqueue({ statement, exclusive: options?.exclusive ?? false, resolve, reject });
    });
  }

  /** Queues a job of several statements. */
  write<T>(block: (tx: Database) => Promise<T>, options?: WriteOptions): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const inContext = AsyncLocalStorage.snapshot();
      this.#enqueue({ block, exclusive: options?.exclusive ?? false, inContext, resolve, reject });
    });
  }

  /** Resolves when every job queued so far has been answered. */
  async idle(): Promise<void> {
    await this.#draining;
  }

  #enqueue(job: Job): void {
    if (this.#current.getStore()?.isOpen) {
      job.reject(new Error(OUTER_WRITE));
      return;
    }
    this.#queue.push(job);
    this.#draining ??= this.#drain();
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      // The jobs of one turn of the event loop come together: those that arrived with it join the group.
      await nextTurn();
      await this.#commitTogether(this.#takeGroup());
    }
    this.#draining = undefined;
  }

  #takeGroup(): Job[] {
    const queue = this.#queue;
    let count = 0;
    while (count < queue.length && count < GROUP_MAX_JOBS && !queue[count]!.exclusive) count++;
    return queue.splice(0, Math.max(count, 1));
  }

  async #commitTogether(group: Job[]): Promise<void> {
    const [first] = group;
    if (group.length === 1 && first && "statement" in first) return this.#runAlone(first);
    try {
      await this.#retryWhileBusy(() => this.#connection.command(BEGIN));
    } catch (error) {
      for (const job of group) job.reject(error);
      return;
    }
    const outcomes: Outcome[] = [];
    try {
      await this.#performAll(group, outcomes);
      // Nothing to keep: a job alone in its transaction that failed has rolled it back.
      if (this.#connection.inTransaction) this.#commit();
    } catch (error) {
      this.#rollback();
      outcomes.splice(0, outcomes.length, ...outcomes.map(() => ({ error })));
    }
    this.#queue.unshift(...group.slice(outcomes.length));
    outcomes.forEach((outcome, index) => this.#answer(group[index]!, outcome));
  }

  /**
   * Performs jobs in order until the group's time is up.
   *
   * @throws what ended the whole transaction, after the outcome of its job was added
   */
  async #performAll(group: readonly Job[], outcomes: Outcome[]): Promise<void> {
    const isShared = group.length > 1;
    const until = performance.now() + GROUP_MAX_MS;
    for (const job of group) {
      if (outcomes.length > 0 && performance.now() > until) return;
      const outcome = await this.#perform(job, isShared);
      outcomes.push(outcome);
      const isRolledBackAlone = !isShared && "error" in outcome;
      // A full disk, `OR ROLLBACK` and the like end the transaction of all jobs, not only their own.
      if (isRolledBackAlone || this.#connection.inTransaction) continue;
      throw "error" in outcome ? outcome.error : new Error("A statement ended the transaction.");
    }
  }

  /** A single statement is its own transaction. */
  async #runAlone(job: StatementJob): Promise<void> {
    try {
      const result = await this.#retryWhileBusy(() => this.#connection.run(job.statement));
      this.counters.commits++;
      this.#answer(job, { value: result });
    } catch (error) {
      job.reject(error);
    }
  }

  /** Never throws: a job that was started must not be taken for one that was not. */
  async #perform(job: Job, isShared: boolean): Promise<Outcome> {
    try {
      return "block" in job ? await this.#performBlock(job, isShared) : this.#performStatement(job);
    } catch (error) {
      return { error };
    }
  }

  /** SQLite undoes a failing statement by itself. */
  #performStatement(job: StatementJob): Outcome {
    try {
      return { value: this.#connection.run(job.statement) };
    } catch (error) {
      return { error };
    }
  }

  async #performBlock(job: BlockJob, isShared: boolean): Promise<Outcome> {
    const tx = new Transaction(this.#connection);
    if (isShared) this.#connection.command(SAVEPOINT);
    try {
      const value = await this.#watched(tx, () =>
        job.inContext(() => this.#current.run(tx, () => job.block(tx))),
      );
      tx.end(ENDED);
      if (isShared) this.#connection.command(RELEASE);
      return { value };
    } catch (error) {
      tx.end(ENDED);
      this.#undo(isShared);
      return { error };
    }
  }

  #undo(isShared: boolean): void {
    if (!isShared) return this.#rollback();
    if (!this.#connection.inTransaction) return;
    try {
      this.#connection.command(ROLLBACK_TO);
      this.#connection.command(RELEASE);
    } catch {
      // Half of a job must not be committed with its neighbours: rather none of them.
      this.#rollback();
    }
  }

  /** Runs a block; when it takes too long, ends its transaction and throws. */
  #watched<T>(tx: Transaction, run: () => Promise<T>): Promise<T> {
    const { warnAfterMs = 2000, cutAfterMs = 30_000, onSlowTransaction } = this.#options;
    return new Promise<T>((resolve, reject) => {
      const cut = () => {
        const sentence = `The transaction was open for more than ${cutAfterMs / 1000} s and was rolled back: do slow work (network calls above all) outside of it.`;
        tx.end(sentence);
        this.counters.cuts++;
        onSlowTransaction?.({ openMs: cutAfterMs, wasCut: true });
        reject(new Error(sentence));
      };
      const warn = () => {
        timer = setTimeout(cut, cutAfterMs - warnAfterMs);
        onSlowTransaction?.({ openMs: warnAfterMs, wasCut: false });
      };
      let timer = setTimeout(warn, warnAfterMs);
      const settled = () => clearTimeout(timer);
      run().finally(settled).then(resolve, reject);
    });
  }

  #commit(): void {
    this.#connection.command(COMMIT);
    this.counters.commits++;
  }

  /** Best effort: when even this fails (the disk is gone), the next BEGIN says so to whoever comes then. */
  #rollback(): void {
    try {
      if (this.#connection.inTransaction) this.#connection.command(ROLLBACK);
    } catch {
      // The jobs are refused with the error that led here.
    }
  }

  async #retryWhileBusy<T>(attempt: () => T): Promise<T> {
    for (const delay of busyDelays()) {
      try {
        return attempt();
      } catch (error) {
        if (!isBusy(error)) throw error;
        this.counters.busyRetries++;
        await sleep(delay);
      }
    }
    return attempt();
  }

  #answer(job: Job, outcome: Outcome): void {
    if ("error" in outcome) {
      job.reject(outcome.error);
      return;
    }
    this.counters.jobs++;
    job.resolve(outcome.value as never);
  }
}

/**
 * Waits between tries in milliseconds while another process holds the lock. As long as PocketBase waits (ten
 * seconds inside SQLite, then its pauses), but outside of SQLite, so that the process goes on meanwhile.
 */
function* busyDelays(): Generator<number> {
  let waited = 0;
  for (let step = 0; waited < BUSY_STEPS_TOTAL_MS; step++) {
    const delay = BUSY_STEPS_MS[Math.min(step, BUSY_STEPS_MS.length - 1)]!;
    waited += delay;
    yield delay;
  }
  yield* BUSY_PAUSES_MS;
}
