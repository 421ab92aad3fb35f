import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { CampaignOptions, CampaignResult } from "./campaign.ts";
import type { JudgeOrder, Verdict } from "./exactly-once/judge-child.ts";
import { MUTANTS, plant } from "./exactly-once/mutants.ts";
import type { Purse } from "./exactly-once/orders.ts";
import { Person, type Receipt } from "./exactly-once/people.ts";
import type { Bills, VendorOrder, VendorOrigins } from "./exactly-once/vendors-child.ts";
import { World } from "./exactly-once/world.ts";
import { Random } from "./random.ts";
import { createDataFolder, freePort, send, signIn } from "./server-process.ts";

export const summary =
  "pictures ordered from vendors in trouble while servers are killed: each delivered or refunded, once (--kills N)";

export const mutants = Object.keys(MUTANTS);

const DEFAULT_CASES = 200;
/** As 20,000 orders and 50 kills. */
const ORDERS_PER_KILL = 400;
const LEAST_KILLS = 3;
const PURSES: readonly Purse[] = [
  ...Array<Purse>(6).fill("own-key"),
  ...Array<Purse>(4).fill("plan"),
  ...Array<Purse>(2).fill("enterprise"),
  ...Array<Purse>(3).fill("credits"),
];
/** How long the last jobs may take once nothing is ordered any more. */
const LAST_JOBS_MS = 120_000;
const LAST_DELIVERIES_MS = 6000;

/** One case is one order. */
export async function run(options: CampaignOptions): Promise<CampaignResult> {
  const cases = Number.isFinite(options.cases) ? options.cases : DEFAULT_CASES;
  const kills = Number(
    options.extra.get("kills") ?? Math.max(LEAST_KILLS, Math.round(cases / ORDERS_PER_KILL)),
  );
  const folder = mkdtempSync(join(tmpdir(), "generatio-exactly-once-"));
  const dir = join(folder, "pb_data");
  const vendors = startChild("vendors-child.ts", String(options.seed));
  const judge = startChild("judge-child.ts", dir);
  try {
    const origins = await hear<VendorOrigins>(vendors);
    createDataFolder(dir);
    const port = await freePort();
    const world = new World({
      command: commandOf(plant(folder, options.mutant)),
      dir,
      port,
      env: { ...environment(origins), GENERATIO_PUBLIC_URL: `http://127.0.0.1:${port}` },
    });
    const stage = { options, world, vendors, judge, cases, kills };
    return await play(stage);
  } finally {
    vendors.kill();
    judge.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Stage {
  readonly options: CampaignOptions;
  readonly world: World;
  readonly vendors: ChildProcess;
  readonly judge: ChildProcess;
  readonly cases: number;
  readonly kills: number;
}

async function play(stage: Stage): Promise<CampaignResult> {
  const { options, world, vendors, judge, cases } = stage;
  const receipts: Receipt[] = [];
  const people = PURSES.map(
    (purse, index) => new Person(world, { purse, seed: options.seed + index, receipts }),
  );
  try {
    await world.start(async (url) => {
      const superuser = await signIn(url);
      await Promise.all(people.map((person) => person.register(url, superuser)));
      await openSessions(people, url);
    });
    tell<JudgeOrder>(judge, "watch");
    tell<VendorOrder>(vendors, "storms on");
    let ordered = 0;
    const ordering = Promise.all(
      people.map((person) => person.orderOn(() => (ordered < cases ? ordered++ : undefined))),
    );
    await killNowAndThen(stage, people, () => ordered);
    await ordering;
    tell<VendorOrder>(vendors, "storms off");
    options.print("everything is ordered");
    await Promise.all(people.map((person) => person.finish()));
    await untilAllIsOver(await world.up());
    options.print("everything is over");
    // What is delivered after its refund is still to come.
    await sleep(LAST_DELIVERIES_MS);
    // What a kill has left over is cleared at the next start.
    await world.kill();
    await world.start(async () => undefined);
    await world.stop();
    tell<VendorOrder>(vendors, "bill");
    tell<JudgeOrder>(judge, { receipts, bills: await hear<Bills>(vendors) });
    const { failures, figures } = await hear<Verdict>(judge);
    return { cases: ordered, failures, figures: { kills: stage.kills, ...figures } };
  } finally {
    await world.kill();
  }
}

/** Kills at random moments, evenly spread over the orders. */
async function killNowAndThen(
  { options, world, cases, kills }: Stage,
  people: readonly Person[],
  ordered: () => number,
): Promise<void> {
  const random = new Random(options.seed ^ 0x5eed);
  for (let kill = 1; kill <= kills; kill++) {
    const after = ((kill - random.next()) * cases) / kills;
    while (ordered() < after) await sleep(LOOK_EVERY_MS);
    await sleep(random.integer(0, LONGEST_MOMENT_MS));
    await world.kill();
    await world.start((url) => openSessions(people, url));
    options.print(`kill ${kill} of ${kills}, ${ordered()} of ${cases} ordered`);
  }
}

const LOOK_EVERY_MS = 20;
const LONGEST_MOMENT_MS = 300;

async function openSessions(people: readonly Person[], url: string): Promise<void> {
  await Promise.all(people.map((person) => person.openSession(url)));
}

async function untilAllIsOver(url: string): Promise<void> {
  const token = await signIn(url);
  const filter = 'state = "queued" || state = "running" || state = "unknown" || hold > 0';
  const query = new URLSearchParams({ filter, perPage: "1" });
  const until = performance.now() + LAST_JOBS_MS;
  while (performance.now() < until) {
    const path = `${url}/api/collections/jobs/records?${query}`;
    const { totalItems } = await send<{ totalItems: number }>(path, { token });
    if (totalItems === 0) return;
    await sleep(500);
  }
}

function commandOf(folder: { hooks: string; migrations: string }): string[] {
  const main = join(import.meta.dirname, "../../src/main.ts");
  const folders = ["--hooksDir", folder.hooks, "--migrationsDir", folder.migrations];
  const serve = ["serve", "--dir", "{dir}", "--http", "127.0.0.1:{port}"];
  return [process.execPath, main, ...serve, ...folders];
}

function environment(origins: VendorOrigins): Record<string, string> {
  return {
    GENERATIO_FAL_URL: origins.fal,
    GENERATIO_REPLICATE_URL: origins.replicate,
    GENERATIO_OPENAI_URL: origins.openAi,
    FAL_KEY: "server:fal",
    REPLICATE_API_TOKEN: "r8_server",
    OPENAI_API_KEY: "sk-server",
    GENERATIO_WORKERS: "160",
    GENERATIO_WORKERS_PER_USER: "20",
    GENERATIO_PBKDF2_ITERATIONS: "100000",
    GENERATIO_FAL_TIMEOUT: "8s",
    GENERATIO_SYNC_WAIT: "5s",
    GENERATIO_CLEANUP_INTERVAL: "2s",
    GENERATIO_HOLD_LIMIT: "25s",
  };
}

function startChild(file: string, argument: string): ChildProcess {
  return fork(join(import.meta.dirname, "exactly-once", file), [argument]);
}

function tell<T extends VendorOrder | JudgeOrder>(child: ChildProcess, order: T): void {
  child.send(order);
}

async function hear<T>(child: ChildProcess): Promise<T> {
  const [message] = (await once(child, "message")) as [T];
  return message;
}
