import { isMainThread, Worker, workerData } from "node:worker_threads";

const GUARD_INTERVAL_MS = 1000;

if (!isMainThread) guard(workerData);

/**
 * Ends this process when its parent is gone: one that was killed cannot end us any more, and a statement
 * might never end by itself. A thread beside it looks, since SQLite occupies the first one.
 *
 * @param parent its process id as it told it: it may be gone before this thread has started
 */
export function endWithParent(parent: number): void {
  new Worker(new URL(import.meta.url), { workerData: parent }).unref();
}

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
