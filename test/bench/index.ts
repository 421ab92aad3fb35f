/**
 * Compares our server with any PocketBase-compatible one on the same data:
 *
 *   npm run bench -- --peer 'pocketbase serve --dir {dir} --http 127.0.0.1:{port} --automigrate=false'
 *   npm run bench -- --peer http://127.0.0.1:8190 --peer-pid 1234
 *   npm run bench                                              (ours alone)
 *
 * [--rounds 3] [--requests 8000] [--concurrency 64] [--rows 5000] [--only view,list] [--durability full|normal]
 *
 * A peer given by command gets a data folder with a superuser made by us; one given by URL must know that
 * superuser. Rounds are interleaved: each question is asked of both servers in turn, in alternating order.
 * Printed are medians over the rounds: processor time of the server process per request (from /proc, Linux
 * only), latency and answers per second, and how many times better than the peer's they are.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createDataFolder, ownCommand, startServer } from "../campaigns/server-process.ts";
import { fillServer, type World } from "./data.ts";
import { askMany, type Measurement, median } from "./load.ts";
import { QUESTIONS } from "./questions.ts";

const { values: flags } = parseArgs({
  options: {
    peer: { type: "string" },
    "peer-pid": { type: "string" },
    rounds: { type: "string", default: "3" },
    requests: { type: "string", default: "8000" },
    concurrency: { type: "string", default: "64" },
    rows: { type: "string", default: "5000" },
    only: { type: "string" },
    durability: { type: "string", default: "full" },
  },
});

interface Contestant {
  readonly name: string;
  readonly world: World;
  /** Of the server process; undefined when it is unknown. */
  readonly pid: number | undefined;
  readonly stop: () => Promise<void>;
}

const FIGURES: readonly {
  readonly name: keyof Measurement;
  readonly title: string;
  readonly isBetterHigh?: boolean;
}[] = [
  { name: "cpu", title: "CPU µs" },
  { name: "p50", title: "p50 ms" },
  { name: "p99", title: "p99 ms" },
  { name: "rate", title: "per second", isBetterHigh: true },
];

const work = mkdtempSync(join(tmpdir(), "generatio-bench-"));
const empty = join(work, "empty");
mkdirSync(empty);
createDataFolder(join(work, "base"));
const contestants: Contestant[] = [];
try {
  contestants.push(await start("ours", ownCommand(empty, [`--durability=${flags.durability}`])));
  if (flags.peer?.startsWith("http")) contestants.push(await joinRunning(flags.peer));
  else if (flags.peer) contestants.push(await start("peer", flags.peer.split(" ")));
  await compare();
} finally {
  for (const { stop } of contestants) await stop();
  rmSync(work, { recursive: true, force: true });
}

async function start(name: string, command: readonly string[]): Promise<Contestant> {
  const dir = join(work, name);
  cpSync(join(work, "base"), dir, { recursive: true });
  const server = await startServer({ command, dir });
  const world = await fillServer(server.url, Number(flags.rows));
  return { name, world, pid: server.pid, stop: () => server.stop() };
}

async function joinRunning(url: string): Promise<Contestant> {
  const world = await fillServer(url, Number(flags.rows));
  const pid = flags["peer-pid"] === undefined ? undefined : Number(flags["peer-pid"]);
  return { name: "peer", world, pid, stop: async () => undefined };
}

async function compare(): Promise<void> {
  const only = flags.only?.split(",");
  const names = Object.keys(QUESTIONS).filter((name) => !only || only.includes(name));
  const results = new Map<string, Measurement[]>();
  const load = { requests: Number(flags.requests), concurrency: Number(flags.concurrency) };
  // One round that does not count: caches fill, code is compiled.
  for (let round = 0; round <= Number(flags.rounds); round++) {
    for (const question of names) {
      for (const { name, world, pid } of round % 2 ? contestants : contestants.toReversed()) {
        const measured = await askMany(QUESTIONS[question]!(world, round), { ...load, pid });
        const key = `${question} ${name}`;
        if (round > 0) results.set(key, [...(results.get(key) ?? []), measured]);
      }
    }
  }
  print(names, results);
}

function print(names: readonly string[], results: ReadonlyMap<string, Measurement[]>): void {
  const titles = FIGURES.map(({ title }) => title.padStart(24)).join("");
  console.log("".padEnd(16) + titles);
  for (const question of names) {
    const cells = FIGURES.map(({ name: figure, isBetterHigh }) => {
      const [ours, peer] = ["ours", "peer"].map((name) =>
        median((results.get(`${question} ${name}`) ?? []).map((measured) => measured[figure])),
      );
      if (ours === undefined) return "?";
      if (peer === undefined) return digits(ours);
      const ratio = isBetterHigh ? ours / peer : peer / ours;
      return `${digits(ours)} : ${digits(peer)} = ×${digits(ratio)}`;
    });
    console.log(question.padEnd(16) + cells.map((cell) => cell.padStart(24)).join(""));
  }
}

function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
