import { setTimeout as sleep } from "node:timers/promises";
import type { App } from "generatio";
import { Bell } from "./bell.ts";
import { FairLine, type InLine, type Place } from "./fair-line.ts";

/** What the work of a job obeys. */
export interface JobControl {
  /** The server is going down: end soon, leave the job as it is. */
  readonly stop: AbortSignal;
  /** Its user does not want it any more. */
  readonly cancel: AbortSignal;
  /** Rings when its vendor has called. */
  readonly bell: Bell;
}

export interface Task extends InLine {
  readonly jobId: string;
  readonly run: (control: JobControl) => Promise<void>;
  /** Called instead of `run` when that will never be. */
  readonly discard: () => void;
}

export interface RunnerLimits {
  /** Jobs at work at the same time. */
  readonly workers: number;
  readonly workersPerUser: number;
}

interface Entry {
  task: Task;
  readonly cancel: AbortController;
  readonly bell: Bell;
  readonly ended: PromiseWithResolvers<void>;
  isAtWork: boolean;
}

/** Keeps the jobs of this process going, whether or not somebody waits for them. */
export class JobRunner {
  readonly #app: App;
  readonly #limits: RunnerLimits;
  readonly #entries = new Map<string, Entry>();
  readonly #line = new FairLine<Task>();
  readonly #stop = new AbortController();
  readonly #atWork = new Map<string, number>();
  readonly #perUser = new Map<string, number>();
  #working = 0;

  constructor(app: App, limits: RunnerLimits) {
    this.#app = app;
    this.#limits = limits;
  }

  /** Waiting for its turn, or at work. */
  has(jobId: string): boolean {
    return this.#entries.has(jobId);
  }

  isAtWork(jobId: string): boolean {
    return this.#entries.get(jobId)?.isAtWork ?? false;
  }

  /** How many of the same user's jobs are in front; undefined when it does not wait. */
  aheadOf(jobId: string): number | undefined {
    const entry = this.#entries.get(jobId);
    return entry && !entry.isAtWork ? this.#line.aheadOf(entry.task) : undefined;
  }

  /** How many of a user's jobs wait or are at work. */
  countOf(userId: string): number {
    return this.#perUser.get(userId) ?? 0;
  }

  /** Moves a waiting job within its user's line. @returns its new place; undefined when it does not wait */
  move(jobId: string, position: number): Place | undefined {
    const entry = this.#entries.get(jobId);
    const place = entry && this.#line.placeAt(entry.task, position);
    if (!place) return undefined;
    this.#line.remove(entry.task);
    entry.task = { ...entry.task, priority: place.priority, rank: place.rank };
    this.#line.add(entry.task);
    return { priority: place.priority, rank: place.rank };
  }

  /** Puts a job in line. Its work begins as soon as the limits and the other users allow it. */
  start(task: Task): void {
    if (this.has(task.jobId) || this.#stop.signal.aborted) return task.discard();
    const ended = Promise.withResolvers<void>();
    const entry = { task, cancel: new AbortController(), bell: new Bell(), ended, isAtWork: false };
    this.#entries.set(task.jobId, entry);
    change(this.#perUser, task.userId, 1);
    this.#line.add(task);
    this.#fill();
  }

  /** Waits for the end of a job, at most so long. */
  async wait(jobId: string, milliseconds: number): Promise<void> {
    const entry = this.#entries.get(jobId);
    if (!entry) return;
    const enough = new AbortController();
    const patience = sleep(milliseconds, undefined, { signal: enough.signal, ref: false });
    await Promise.race([entry.ended.promise, patience.catch(() => undefined)]);
    enough.abort();
  }

  /** Takes a job out of the line. @returns false when it does not wait */
  withdraw(jobId: string): boolean {
    const entry = this.#entries.get(jobId);
    if (!entry || !this.#line.remove(entry.task)) return false;
    this.#drop(entry);
    return true;
  }

  /** Tells a job at work that it is not wanted any more. @returns false when there is none */
  requestCancel(jobId: string): boolean {
    const entry = this.#entries.get(jobId);
    entry?.cancel.abort();
    return entry !== undefined;
  }

  /** Makes a job at work look at once at what its vendor says. @returns false when there is none */
  hasten(jobId: string): boolean {
    const entry = this.#entries.get(jobId);
    entry?.bell.ring();
    return entry !== undefined;
  }

  /** Interrupts all jobs, for the end of the server; they can be taken up again. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error("the server is going down"));
    for (const { jobId } of this.#line.all()) this.withdraw(jobId);
    await Promise.all([...this.#entries.values()].map(({ ended }) => ended.promise));
  }

  #fill(): void {
    while (this.#working < this.#limits.workers) {
      const task = this.#line.take(
        (userId) => this.#atWork.get(userId) ?? 0,
        this.#limits.workersPerUser,
      );
      const entry = task && this.#entries.get(task.jobId);
      if (!entry) return;
      void this.#work(entry);
    }
  }

  async #work(entry: Entry): Promise<void> {
    const { task, cancel, bell } = entry;
    entry.isAtWork = true;
    this.#count(task.userId, 1);
    try {
      await task.run({ stop: this.#stop.signal, cancel: cancel.signal, bell });
    } catch (error) {
      this.#app.logger.error("a job ended unexpectedly", { jobId: task.jobId, error });
    }
    this.#count(task.userId, -1);
    this.#forget(task);
    entry.ended.resolve();
    this.#fill();
  }

  #drop({ task, ended }: Entry): void {
    this.#forget(task);
    task.discard();
    ended.resolve();
  }

  #forget({ jobId, userId }: Task): void {
    this.#entries.delete(jobId);
    change(this.#perUser, userId, -1);
  }

  #count(userId: string, by: number): void {
    this.#working += by;
    change(this.#atWork, userId, by);
  }
}

/** Keeps only what is there. */
function change(counts: Map<string, number>, key: string, by: number): void {
  const left = (counts.get(key) ?? 0) + by;
  if (left > 0) counts.set(key, left);
  else counts.delete(key);
}
