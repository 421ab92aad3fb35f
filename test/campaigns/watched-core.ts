import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { underStrace } from "./strace.ts";
import { marker, type WatchedWriter } from "./watched.ts";

/** The database core alone, in a program of its own that prints each marker when its write was answered. */
export const watchedCore: WatchedWriter = {
  mutants: [
    "durability-normal",
    "synchronous-off",
    "auxiliary-role",
    "answer-first",
    "answer-inside",
    "answer-undone",
  ],
  async write(folder, { count, seed, mutant }) {
    const program = join(import.meta.dirname, "durability-child.ts");
    const args = [program, join(folder, "data.db"), String(count), String(seed), mutant];
    const [strace = "", ...options] = underStrace(join(folder, "trace"));
    const child = spawn(strace, [...options, process.execPath, ...args], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    child.stdout.resume();
    const [code] = await once(child, "close");
    if (code !== 0) throw new Error(`the watched program ended with status ${code}`);
    return Array.from({ length: count }, (_, index) => marker(index));
  },
};
