import { fork } from "node:child_process";
import { once } from "node:events";
import { constants, setPriority } from "node:os";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { NewArchive, WrittenArchive } from "./write-archive.ts";
import { InvalidArchiveError, type Unpacking } from "./read-archive.ts";

/** What the process is asked to do. */
export type ArchiveOrder =
  | { readonly kind: "write"; readonly archive: NewArchive }
  | { readonly kind: "inspect"; readonly unpacking: Unpacking }
  | { readonly kind: "unpack"; readonly unpacking: Unpacking; readonly logId: string };

export type ArchiveAnswer =
  | { readonly written?: WrittenArchive }
  | { readonly error: string; readonly isInvalid: boolean };

/** Backups of millions of files: what is kept of each until the end adds up. */
const MAX_HEAP_MB = 8192;

// Beside this file, as source or compiled.
const PROGRAM = fileURLToPath(
  new URL(`./archive-process${extname(import.meta.url)}`, import.meta.url),
);

/** Makes a zip file of a data folder that is in use. @throws Error */
export async function writeArchive(
  archive: NewArchive,
  signal: AbortSignal,
): Promise<WrittenArchive> {
  const { written } = await run({ kind: "write", archive }, signal);
  if (!written) throw new Error("The process that archives said nothing.");
  return written;
}

/** Looks whether a zip file can be a backup, without unpacking it. @throws InvalidArchiveError */
export async function inspectArchive(unpacking: Unpacking, signal: AbortSignal): Promise<void> {
  await run({ kind: "inspect", unpacking }, signal);
}

/**
 * Unpacks a backup into a folder that can take the place of a data folder: everything is on the disk, the
 * databases were looked through.
 *
 * @param options.logId the identity that its change log gets, if it has one
 * @throws InvalidArchiveError
 */
export async function unpackArchive(
  unpacking: Unpacking,
  { logId, signal }: { readonly logId: string; readonly signal: AbortSignal },
): Promise<void> {
  await run({ kind: "unpack", unpacking, logId }, signal);
}

/** In a process of its own, behind the others: neither copying a database nor compressing ever blocks a request. */
async function run(
  order: ArchiveOrder,
  signal: AbortSignal,
): Promise<{ readonly written?: WrittenArchive }> {
  signal.throwIfAborted();
  const child = fork(PROGRAM, [], {
    serialization: "advanced",
    execArgv: ["--disable-warning=ExperimentalWarning", `--max-old-space-size=${MAX_HEAP_MB}`],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const stop = () => child.kill("SIGKILL");
  signal.addEventListener("abort", stop);
  const ended = once(child, "exit").then(() => {
    throw new Error("The process that archives has ended before its time.");
  });
  ended.catch(() => undefined);
  try {
    if (child.pid !== undefined) giveWay(child.pid);
    const answered = once(child, "message") as Promise<[ArchiveAnswer]>;
    child.send(order);
    const [answer] = await Promise.race([answered, ended]);
    if (!("error" in answer)) return answer;
    throw answer.isInvalid ? new InvalidArchiveError(answer.error) : new Error(answer.error);
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
  }
}

function giveWay(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It is as well without: not every system lets us.
  }
}
