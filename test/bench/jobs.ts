/**
 * What the server adds to the time that a vendor takes, when very many pictures are ordered at once:
 *
 *   npm run bench:jobs -- [--jobs 1000] [--users 20] [--workers 64] [--vendor-ms 2000] [--looking]
 *
 * The vendor is FAL's emulator in a process of its own, which takes a known time for each picture, between one and two
 * times `--vendor-ms`, and calls back (with `--looking` it does not, and the server looks every now and then). Printed is what each job waited for the server:
 * from the moment when a place of work was free until its request was at the vendor, and from the vendor's end until
 * somebody who watches by realtime was told that the picture is there. The time in line, while all places are taken, is
 * the limits' doing and not counted. Exit status 1 when a job did not succeed.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import PocketBase from "pocketbase";
import { TestEventSource } from "../../src/testing/index.ts";
import {
  createDataFolder,
  freePort,
  ROOT,
  send,
  type ServerProcess,
  signIn,
  startServer,
} from "../campaigns/server-process.ts";
import type { VendorTime } from "./jobs/vendor-child.ts";
import { askMany, processorTime } from "./load.ts";

const { values: flags } = parseArgs({
  options: {
    jobs: { type: "string", default: "1000" },
    users: { type: "string", default: "20" },
    workers: { type: "string", default: "64" },
    "vendor-ms": { type: "string", default: "2000" },
    looking: { type: "boolean", default: false },
  },
});
const JOBS = Number(flags.jobs);
const USERS = Number(flags.users);
const WORKERS = Number(flags.workers);
const VENDOR_MS = Number(flags["vendor-ms"]);
/** One user may fill a quarter of the places, so that the line is never the limit's. */
const PER_USER = Math.ceil(WORKERS / Math.min(4, USERS));
/** Orders under way at the same time. */
const ORDERING = 50;
const GIVE_UP_MS = 300_000;
const WARM_UP_JOBS = 64;
/** Of a picture: the emulator draws each anew, and larger ones would measure that. */
const SIDE = 512;
/** So many different times at the vendor, one after the other. */
const SPREAD = 97;

/** What a watcher has seen of a job. Unix milliseconds. */
interface Seen {
  readonly prompt: string;
  readonly state: string;
  readonly createdAt: number;
  readonly finishedAt: number;
  readonly toldAt: number;
}

const folder = mkdtempSync(join(tmpdir(), "generatio-bench-"));
const vendor = fork(join(import.meta.dirname, "jobs/vendor-child.ts"), [String(VENDOR_MS)]);
let server: ServerProcess | undefined;
try {
  const dir = join(folder, "pb_data");
  createDataFolder(dir);
  server = await start(dir, await hear<string>(vendor));
  const isFine = await measure(server);
  process.exitCode = isFine ? 0 : 1;
} finally {
  await server?.stop();
  vendor.kill();
  rmSync(folder, { recursive: true, force: true });
}

async function start(dir: string, vendorUrl: string): Promise<ServerProcess> {
  const port = await freePort();
  const command = [
    process.execPath,
    "--import",
    join(import.meta.dirname, "jobs/loop-delay-child.ts"),
  ];
  const folders = ["--hooksDir", join(ROOT, "hooks"), "--migrationsDir", migrations()];
  const serve = ["serve", "--dir", "{dir}", "--http", "127.0.0.1:{port}", ...folders];
  return startServer({
    command: [...command, join(ROOT, "src/main.ts"), ...serve],
    dir,
    port,
    env: {
      BENCH_LOOP_DELAY: loopDelayFile(),
      GENERATIO_FAL_URL: vendorUrl,
      FAL_KEY: "server:fal",
      GENERATIO_WORKERS: String(WORKERS),
      GENERATIO_WORKERS_PER_USER: String(PER_USER),
      ...(flags.looking ? {} : { GENERATIO_PUBLIC_URL: `http://127.0.0.1:${port}` }),
    },
  });
}

function migrations(): string {
  return join(ROOT, "schema/migrations");
}

function loopDelayFile(): string {
  return join(folder, "loop-delay.json");
}

async function measure({ url, pid }: ServerProcess): Promise<boolean> {
  const root = await signIn(url);
  const tokens = await Promise.all(
    Array.from({ length: USERS }, (_, index) => register(url, root, index)),
  );
  const watch = await watchJobs(url, root);
  await order({ url, tokens, name: "warm-up", count: Math.min(WARM_UP_JOBS, JOBS) });
  await untilOver(watch.seen, Math.min(WARM_UP_JOBS, JOBS));
  watch.seen.clear();
  process.kill(pid, "SIGUSR2");
  const processor = processorTime(pid);
  const started = Date.now();
  const answers = await order({ url, tokens, name: "picture", count: JOBS });
  const ordered = Date.now() - started;
  await untilOver(watch.seen, JOBS);
  const all = Math.max(...[...watch.seen.values()].map(({ toldAt }) => toldAt)) - started;
  const spent = (processorTime(pid) - processor) / 1000;
  process.kill(pid, "SIGUSR2");
  await watch.close();
  const bill = ask<VendorTime[]>(vendor, "bill");
  const times = (await bill).filter(({ prompt }) => prompt.startsWith("picture"));
  report([...watch.seen.values()], times);
  console.log(
    `orders answered 202: ${JOBS} in ${ordered} ms, p50 ${digits(answers.p50)} ms, p99 ${digits(answers.p99)} ms`,
  );
  console.log(`throughput: ${digits((JOBS / all) * 1000)} jobs/s, ${all} ms in all`);
  console.log(`processor: ${digits(spent / JOBS)} ms a job`);
  await reportLoopDelay();
  console.log(`memory: ${memoryMiB(pid, "VmHWM")} MiB at most, ${memoryMiB(pid, "VmRSS")} MiB now`);
  const states = Map.groupBy(watch.seen.values(), ({ state }) => state);
  console.log([...states].map(([state, jobs]) => `${state}: ${jobs.length}`).join(", "));
  return states.get("succeeded")?.length === JOBS && times.length === JOBS;
}

/** Somebody whose pictures the server's key pays, without a limit. @returns a token */
async function register(url: string, root: string, index: number): Promise<string> {
  const users = `${url}/api/collections/generatio_users`;
  const password = "login-password-1";
  const account = { email: `user${index}@example.com`, password, passwordConfirm: password };
  const { id } = await send<{ id: string }>(`${users}/records`, { body: account });
  await send(`${users}/records/${id}`, {
    method: "PATCH",
    token: root,
    body: { plan: "enterprise" },
  });
  const body = { identity: account.email, password };
  const { token } = await send<{ token: string }>(`${users}/auth-with-password`, { body });
  return token;
}

/** By the official client, as a page would. */
async function watchJobs(url: string, token: string) {
  Object.assign(globalThis, { EventSource: TestEventSource });
  const client = new PocketBase(url);
  client.authStore.save(token);
  const seen = new Map<string, Seen>();
  await client.collection("jobs").subscribe("*", ({ record }) => {
    if (record["finished_at"] === "") return;
    seen.set(record.id, {
      prompt: String(record["prompt"]),
      state: String(record["state"]),
      createdAt: Date.parse(String(record["created"])),
      finishedAt: Date.parse(String(record["finished_at"])),
      toldAt: Date.now(),
    });
  });
  return { seen, close: () => client.realtime.unsubscribe() };
}

function order(options: {
  readonly url: string;
  readonly tokens: readonly string[];
  readonly name: string;
  readonly count: number;
}) {
  const { url, tokens, name, count } = options;
  return askMany(
    (index) => ({
      method: "POST",
      url: `${url}/api/custom/generate/image`,
      token: tokens[index % tokens.length]!,
      body: {
        prompt: promptOf(name, index),
        model: "flux/schnell",
        parameters: { image_size: { width: SIDE, height: SIDE } },
        async: true,
      },
    }),
    { requests: count, concurrency: ORDERING, pid: undefined },
  );
}

/** Tells the emulator how much longer this one takes than the shortest. */
function promptOf(name: string, index: number): string {
  return `${name} ${index} [[emu:slow=${Math.round((VENDOR_MS * (index % SPREAD)) / SPREAD)}]]`;
}

async function untilOver(seen: ReadonlyMap<string, Seen>, count: number): Promise<void> {
  const until = Date.now() + GIVE_UP_MS;
  while (seen.size < count) {
    if (Date.now() > until) throw new Error(`only ${seen.size} of ${count} jobs are over`);
    await sleep(50);
  }
}

function report(seen: readonly Seen[], times: readonly VendorTime[]): void {
  const byPrompt = new Map(seen.map((job) => [job.prompt, job]));
  const ends = seen.map(({ finishedAt }) => finishedAt).toSorted((a, b) => a - b);
  const inOrder = times.toSorted((a, b) => a.takenAt - b.takenAt);
  const parts = inOrder.map(({ prompt, takenAt, doneAt }, index) => {
    const job = byPrompt.get(prompt);
    if (!job) throw new Error(`no job for ${prompt}`);
    // The first ones find places free when they are ordered, each other one gets the place of one that has ended.
    const freeAt = Math.max(job.createdAt, index < WORKERS ? 0 : ends[index - WORKERS]!);
    const [before, after] = [Math.max(0, takenAt - freeAt), Math.max(0, job.toldAt - doneAt)];
    return { before, after, both: before + after };
  });
  console.log(
    `${seen.length} jobs of ${USERS} users, ${WORKERS} at work at most; ${VENDOR_MS} to ${2 * VENDOR_MS} ms at the vendor, which ${flags.looking ? "is looked at" : "calls back"}`,
  );
  print(
    "place free → request at the vendor",
    parts.map(({ before }) => before),
  );
  print(
    "vendor done → watcher told",
    parts.map(({ after }) => after),
  );
  print(
    "overhead of the queue, both",
    parts.map(({ both }) => both),
  );
}

function print(what: string, values: readonly number[]): void {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => digits(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
  console.log(`${what.padEnd(36)} p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms`);
}

async function reportLoopDelay(): Promise<void> {
  while (!existsSync(loopDelayFile())) await sleep(10);
  await sleep(50);
  const { p50, p99, max } = JSON.parse(readFileSync(loopDelayFile(), "utf8")) as Record<
    "p50" | "p99" | "max",
    number
  >;
  console.log(
    `event loop late: p50 ${digits(p50)} ms, p99 ${digits(p99)} ms, most ${digits(max)} ms`,
  );
}

function memoryMiB(pid: number, what: "VmHWM" | "VmRSS"): string {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const kilobytes = new RegExp(`^${what}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? "";
  return (Number(kilobytes) / 1024).toFixed(0);
}

function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

async function ask<T>(child: ChildProcess, message: string): Promise<T> {
  child.send(message);
  return hear<T>(child);
}

async function hear<T>(child: ChildProcess): Promise<T> {
  const [message] = (await once(child, "message")) as [T];
  return message;
}
