/**
 * Changes an extension of a server that watches them and prints how long it takes until the change answers:
 * `node src/launch.js test/bench/restart.ts [--rounds 10]`, once with pauses between the changes, and once each as soon as
 * the one before it answers.
 */
import { parseArgs } from "node:util";
import { setTimeout as sleep } from "node:timers/promises";
import { answering, WatchedProgram } from "../cli/watched-program.ts";
import { median } from "./load.ts";

/** Somebody who types needs longer for a change. */
const PAUSE_MS = 3000;

const { values } = parseArgs({ options: { rounds: { type: "string", default: "10" } } });
const program = new WatchedProgram();
try {
  program.write("a.ts", answering("start"));
  await program.start("--hooksWatch");
  await measure("with pauses", PAUSE_MS);
  await measure("at once", 0);
} finally {
  await program.remove();
}

async function measure(name: string, pauseMs: number): Promise<void> {
  const times: number[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    await sleep(pauseMs);
    const text = `${name} ${round}`;
    program.write("a.ts", answering(text));
    times.push(await program.answers("/answer", text));
  }
  console.log(
    `${name}: ${Math.round(median(times)!)} ms, at most ${Math.round(Math.max(...times))}`,
  );
}
