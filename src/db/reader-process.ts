/**
 * The program of a reader process: answers one query after the other over the channel to its parent, which
 * ends it by force when a query takes too long.
 */
import { isMainThread, Worker, workerData } from "node:worker_threads";
import { Connection } from "./connection.ts";
import { DatabaseError } from "./errors.ts";
import type { ReaderAnswer, ReaderQuestion } from "./readers.ts";

const GUARD_INTERVAL_MS = 1000;

if (isMainThread) answerParent();
else guard(workerData);

function answerParent(): void {
  const connection = new Connection(process.argv[2]!, {
    durability: "full",
    readonly: true,
    busyTimeoutMs: 5000,
  });
  const parent = Number(process.argv[3]);
  new Worker(new URL(import.meta.url), { workerData: parent }).unref();
  process.on("message", (question) => {
    process.send!(answer(connection, question as ReaderQuestion));
  });
}

function answer(connection: Connection, question: ReaderQuestion): ReaderAnswer {
  try {
    const started = performance.now();
    const table = connection.table(question);
    return { ...table, milliseconds: performance.now() - started };
  } catch (error) {
    if (error instanceof DatabaseError) {
      const { kind, code, message } = error;
      return { error: { kind, code, message } };
    }
    return { error: { message: error instanceof Error ? error.message : String(error) } };
  }
}

/**
 * In a thread beside the query: a parent that was killed cannot end us any more, and the query might never
 * end by itself.
 *
 * @param parent its process id as it told it: it may be gone before this thread has started
 */
function guard(parent: number): void {
  setInterval(() => {
    if (process.ppid !== parent || !isAlive(parent)) process.kill(process.pid, "SIGKILL");
  }, GUARD_INTERVAL_MS);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
