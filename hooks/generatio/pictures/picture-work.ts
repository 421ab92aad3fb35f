import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { createLimiter } from "../limiter.ts";
import type {
  MaskForm,
  PictureFacts,
  PictureTask,
  PictureTasks,
  TaskAnswer,
  TaskName,
  TaskOutcome,
} from "./picture-tasks.ts";

/** A task may take so long; one that takes longer was made to. */
const LONGEST_MS = 20_000;
const AT_ONCE = 2;
const IN_LINE = 10_000;

const THREAD = new URL(`./picture-thread${extname(import.meta.url)}`, import.meta.url);

interface Waiting {
  readonly resolve: (outcome: TaskOutcome) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Looks into pictures on a thread of its own, which is started with the first one. When the thread fails, or does
 * not come back, what it was at fails, and the next picture starts another.
 */
export class PictureWork {
  readonly #longestMs: number;
  readonly #line = createLimiter({ running: AT_ONCE, waiting: IN_LINE });
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #nextId = 1;
  readonly #stop = new AbortController();

  constructor({ longestMs = LONGEST_MS }: { longestMs?: number } = {}) {
    this.#longestMs = longestMs;
  }

  /** Aborted when nothing more is done with pictures. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** What is worth knowing of a picture. @throws Error when it was not done in time */
  look(bytes: Uint8Array): Promise<PictureFacts> {
    return this.#run("look", (id) => ({ id, name: "look", bytes }));
  }

  /** The same picture without its metadata. @throws Error when it cannot be decoded */
  async clean(bytes: Uint8Array): Promise<Uint8Array> {
    return (await this.#run("clean", (id) => ({ id, name: "clean", bytes }))).bytes;
  }

  /** A mask in the form that a vendor wants, as PNG. @throws Error when it cannot be decoded */
  async mask(bytes: Uint8Array, form: MaskForm): Promise<Uint8Array> {
    return (await this.#run("mask", (id) => ({ id, name: "mask", bytes, form }))).bytes;
  }

  /** Ends the thread, and everything that waits for it, for good. */
  async stop(): Promise<void> {
    const reason = new Error("the server is going down");
    this.#stop.abort(reason);
    if (this.#worker) await this.#end(this.#worker, reason);
  }

  #run<Name extends TaskName>(
    _name: Name,
    toTask: (id: number) => PictureTask,
  ): Promise<PictureTasks[Name]["outcome"]> {
    return this.#line.run(() => this.#ask(toTask(this.#nextId++)));
  }

  async #ask<Outcome extends TaskOutcome>(task: PictureTask): Promise<Outcome> {
    this.#stop.signal.throwIfAborted();
    const worker = (this.#worker ??= this.#start());
    const { promise, resolve, reject } = Promise.withResolvers<TaskOutcome>();
    this.#waiting.set(task.id, { resolve, reject });
    worker.ref();
    worker.postMessage(task);
    const timer = setTimeout(
      () => void this.#end(worker, new Error("the picture took too long")),
      this.#longestMs,
    );
    try {
      return (await promise) as Outcome;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(task.id);
      // An idle thread does not keep the process alive.
      if (this.#waiting.size === 0) worker.unref();
    }
  }

  #start(): Worker {
    const worker = new Worker(THREAD);
    worker.on("message", (answer: TaskAnswer) => {
      const waiting = this.#waiting.get(answer.id);
      if ("outcome" in answer) waiting?.resolve(answer.outcome);
      else waiting?.reject(new Error(answer.problem));
    });
    worker.on("error", (error) => void this.#end(worker, error as Error));
    return worker;
  }

  async #end(worker: Worker, reason: Error): Promise<void> {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
    await worker.terminate();
  }
}
