import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Sqlite from "better-sqlite3";
import { type CampaignOptions, type CampaignResult, hasBudget } from "./campaign.ts";
import { Random } from "./random.ts";
import { createDataFolder, ownCommand, send, signIn, startServer } from "./server-process.ts";

export const summary = "reads that take long are ended in time and never hold up those that do not";

export const mutants = ["in-process", "no-timeout", "late-timeout", "wrong-total", "blocked-loop"];

const ROWS = 60_000;
const QUERY_TIMEOUT_MS = 1500;
/** What a view may take at most while slow reads are under way: generous, for a busy machine with two cores. */
const MAX_POINT_READ_MS = 400;
/** Over the timeout, for the answer itself and a process that has to start. */
const CUT_TOLERANCE_MS = 1500;

export async function run(options: CampaignOptions): Promise<CampaignResult> {
  const folder = mkdtempSync(join(tmpdir(), "generatio-slow-reads-"));
  try {
    const dir = join(folder, "pb_data");
    await fill(dir, folder);
    return await probe(options, dir, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A collection of many rows, and a view over all pairs of them that no one can count to the end. */
async function fill(dir: string, folder: string): Promise<void> {
  createDataFolder(dir);
  const server = await startServer({ command: ownCommand(folder), dir });
  const token = await signIn(server.url);
  const create = (body: object) => send(`${server.url}/api/collections`, { token, body });
  const fields = [
    { name: "title", type: "text" },
    { name: "number", type: "number" },
  ];
  await create({ name: "rows", type: "base", listRule: "", viewRule: "", fields });
  const viewQuery = "SELECT a.id, (a.number * b.number) AS product FROM rows a, rows b";
  await create({ name: "pairs", type: "view", listRule: "", viewRule: "", viewQuery });
  await server.stop();
  const db = new Sqlite(join(dir, "data.db"));
  db.prepare(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT ?)
     INSERT INTO rows (id, title, number) SELECT printf('row%012d', i), 'title number ' || i, i FROM n`,
  ).run(ROWS);
  db.close();
}

async function probe(
  options: CampaignOptions,
  dir: string,
  folder: string,
): Promise<CampaignResult> {
  const hooks = join(folder, "hooks");
  mkdirSync(hooks);
  const planted = options.mutant === undefined ? undefined : PLANTED[options.mutant];
  if (planted) writeFileSync(join(hooks, "planted.ts"), planted);
  const seconds = TIMEOUTS[options.mutant ?? ""] ?? QUERY_TIMEOUT_MS / 1000;
  const command = ownCommand(hooks, [`--queryTimeout=${seconds}`]);
  const server = await startServer({ command, dir });
  try {
    const round = new Round(server.url, new Random(options.seed));
    const started = performance.now();
    let cases = 0;
    while (round.failures.length === 0 && hasBudget(options, started, cases)) {
      await round.play();
      options.print(`round ${++cases}: ${round.figures()["slowest point read, ms"]} ms at most`);
    }
    return { cases, failures: round.failures, figures: round.figures() };
  } finally {
    await server.kill();
  }
}

/** Seconds of the mutants' query timeout. */
const TIMEOUTS: Readonly<Record<string, number>> = { "no-timeout": 30, "late-timeout": 4 };

/** Hooks of the mutants. */
const PLANTED: Readonly<Record<string, string>> = {
  "in-process": everyRead("(statement) => app.db.write((tx) => tx[name](statement))"),
  "wrong-total": everyRead(
    "async (statement, options) => (/like/i.test(statement.sql) ? [] : read(statement, options))",
  ),
  "blocked-loop": `export default () => {
    setInterval(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600), 800).unref();
  };`,
};

/** A hook that replaces the reading of the app's database. */
function everyRead(replacement: string): string {
  return `export default (app) => {
    app.onServe().bindFunc(async (event) => {
      for (const name of ["all", "get", "values"]) {
        const read = app.db[name].bind(app.db);
        app.db[name] = ${replacement};
      }
      await event.next();
    });
  };`;
}

/** Slow and fast questions at once, and what is wrong about their answers. */
class Round {
  readonly failures: string[] = [];
  readonly #url: string;
  readonly #random: Random;
  readonly #pointReads: number[] = [];
  readonly #scans: number[] = [];
  readonly #cuts: number[] = [];

  constructor(url: string, random: Random) {
    this.#url = url;
    this.#random = random;
  }

  async play(): Promise<void> {
    let isOver = false;
    const slow = Promise.all([this.#askEndless(), this.#askScan(), this.#askScan()]).finally(() => {
      isOver = true;
    });
    await Promise.all([slow, this.#readPoints(() => isOver)]);
  }

  figures(): Record<string, number | string> {
    return {
      "point reads": this.#pointReads.length,
      "slowest point read, ms": highest(this.#pointReads),
      "slowest scan, ms": highest(this.#scans),
      "slowest ending of an endless read, ms": highest(this.#cuts),
    };
  }

  async #readPoints(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const id = `row${String(this.#random.integer(1, ROWS)).padStart(12, "0")}`;
      const url = `${this.#url}/api/collections/rows/records/${id}`;
      let status = 0;
      const took = await timed(async () => {
        status = await ask(url).then((answer) => answer.status);
      });
      this.#pointReads.push(took);
      if (status !== 200 || took > MAX_POINT_READ_MS) {
        this.failures.push(`a view of one row was answered ${status} after ${took} ms`);
        return;
      }
      await sleep(1);
    }
  }

  /** Reads all rows: the digits at the end decide how many match. */
  async #askScan(): Promise<void> {
    const digit = this.#random.integer(0, 9);
    const filter = encodeURIComponent(`title ~ 'title number %${digit}'`);
    const url = `${this.#url}/api/collections/rows/records?perPage=1&filter=${filter}`;
    let total: unknown;
    const took = await timed(async () => {
      total = await ask(url).then((answer) => answer.total);
    });
    this.#scans.push(took);
    if (total !== ROWS / 10) {
      this.failures.push(`${ROWS / 10} rows end with ${digit}, the list says ${total}`);
    }
  }

  async #askEndless(): Promise<void> {
    const number = -this.#random.integer(1, 1000);
    const url = `${this.#url}/api/collections/pairs/records?filter=product=${number}`;
    let status = 0;
    const took = await timed(async () => {
      status = await ask(url).then((answer) => answer.status);
    });
    this.#cuts.push(took);
    const isCut = status === 400 && took < QUERY_TIMEOUT_MS + CUT_TOLERANCE_MS;
    if (!isCut) this.failures.push(`an endless list was answered ${status} after ${took} ms`);
  }
}

const GIVE_UP_MS = 6000;

/** @returns status 0 when there was no answer in time */
async function ask(url: string): Promise<{ status: number; total?: unknown }> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(GIVE_UP_MS) });
    const body = (await answer.json()) as { totalItems?: unknown };
    return { status: answer.status, total: body.totalItems };
  } catch {
    return { status: 0 };
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return Math.round(performance.now() - started);
}

function highest(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b), 0);
}
