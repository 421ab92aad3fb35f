import { spawnSync } from "node:child_process";

const CALLS = "write,writev,pwrite64,pwritev,sendto,sendmsg,fsync,fdatasync";
/** Longer than a page of the log, so that nothing is left out. */
const MAX_STRING = "65536";

/** @throws Error with a sentence when there is no strace */
export function requireStrace(): void {
  if (spawnSync("strace", ["--version"]).status === 0) return;
  throw new Error(
    "This campaign watches system calls: install strace (Debian: apt-get install strace).",
  );
}

/**
 * The words before a command that make strace write its calls to a file, readable for `parseTrace`.
 * The process started is then the command, with strace beside it: signals reach it.
 */
export function underStrace(trace: string): string[] {
  return [
    "strace",
    "-D",
    "-f",
    "-yy",
    "-xx",
    "-s",
    MAX_STRING,
    "-e",
    `trace=${CALLS}`,
    "-o",
    trace,
  ];
}
