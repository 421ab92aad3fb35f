/**
 * Whether the time of an answer tells if somebody has an address: known and unknown ones in random order over a
 * few connections, Welch's t-test over their times, as dudect does it. bcrypt is at its cheapest, so that
 * everything else shows. Every mail is really sent, and nobody is asked twice by one action before all were.
 *
 *   node test/bench/auth-timing.ts [--samples 2000] [--action login,reset,otp,verification] [--seed 1]
 *
 * `--samples` is per class. Exit status: 0 when |t| stays below 4.5 for all of them, 1 otherwise.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { App } from "../../src/app.ts";
import { dynamicQuery } from "../../src/db/kysely.ts";
import { currentDate } from "../../src/lib/date.ts";
import { newRecordId, randomText } from "../../src/lib/id.ts";
import { hashPassword, MIN_COST } from "../../src/lib/password.ts";
import { currentSettings } from "../../src/settings/store.ts";
import { startTestServer } from "../../src/testing/index.ts";
import { Random } from "../campaigns/random.ts";
import { ownCommand, startServer } from "../campaigns/server-process.ts";
import { median, welch } from "./welch.ts";

const THRESHOLD = 4.5;
const ROWS_PER_INSERT = 500;
/** Per connection; they warm up. */
const UNCOUNTED = 20;

interface Action {
  readonly path: string;
  /** As many as keep the server busy without being the reason why anyone waits. */
  readonly connections: number;
  body(email: string): object;
}

const ACTIONS: Readonly<Record<string, Action>> = {
  login: {
    path: "auth-with-password",
    connections: 6,
    body: (identity) => ({ identity, password: "wrong password" }),
  },
  reset: { path: "request-password-reset", connections: 32, body: (email) => ({ email }) },
  otp: { path: "request-otp", connections: 48, body: (email) => ({ email }) },
  verification: { path: "request-verification", connections: 32, body: (email) => ({ email }) },
};

type Class = "known" | "unknown";

const { values: flags } = parseArgs({
  options: {
    samples: { type: "string", default: "2000" },
    action: { type: "string", default: "login,reset,otp" },
    seed: { type: "string", default: "1" },
  },
});
const samples = Number(flags.samples);
const folder = mkdtempSync(join(tmpdir(), "auth-timing-"));
const dir = join(folder, "pb_data");
const sink = fork(join(import.meta.dirname, "mail-sink-child.ts"));
const [mailPort] = (await once(sink, "message")) as [number];
let isTold = false;
try {
  await prepare();
  const empty = join(folder, "empty");
  mkdirSync(empty);
  const server = await startServer({ command: ownCommand(empty), dir });
  try {
    for (const name of flags.action.split(",")) {
      const action = ACTIONS[name];
      if (!action)
        throw new Error(`there is no action ${name}: ${Object.keys(ACTIONS).join(", ")}`);
      report(name, await measure(server.url, action));
    }
  } finally {
    await server.stop();
  }
} finally {
  sink.kill();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(isTold ? 1 : 0);

/** A data folder with as many users as samples, which asks for cheap hashes. */
async function prepare(): Promise<void> {
  const server = await startTestServer({ dataDir: dir });
  const { app } = server;
  for (const name of ["users", "_otps"]) {
    const collection = app.findCollection(name).clone();
    collection.findField("password")!["cost"] = MIN_COST;
    if (collection.auth) collection.auth.otp.enabled = true;
    await app.save(collection);
  }
  const settings = currentSettings(app);
  settings.data.smtp = { ...settings.data.smtp, enabled: true, host: "127.0.0.1", port: mailPort };
  await app.save(settings);
  await insertUsers(app);
  await server.close();
}

async function insertUsers(app: App): Promise<void> {
  const password = await hashPassword("password1", MIN_COST);
  const now = currentDate();
  for (let start = 0; start < samples; start += ROWS_PER_INSERT) {
    const count = Math.min(ROWS_PER_INSERT, samples - start);
    const rows = Array.from({ length: count }, (_, index) => ({
      id: newRecordId(),
      email: emailOf("known", start + index),
      password,
      tokenKey: randomText(50),
      created: now,
      updated: now,
    }));
    await app.db.run(dynamicQuery.insertInto("users").values(rows).compile());
  }
}

async function measure(url: string, action: Action): Promise<Record<Class, number[]>> {
  const random = new Random(Number(flags.seed));
  const times: Record<Class, number[]> = { known: [], unknown: [] };
  const asked: Record<Class, number> = { known: 0, unknown: 0 };
  const target = `${url}/api/collections/users/${action.path}`;
  const askOn = async (): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let index = 0; times.known.length < samples || times.unknown.length < samples; index++) {
      const kind = random.chance(0.5) ? "known" : "unknown";
      const body = JSON.stringify(action.body(emailOf(kind, asked[kind]++ % samples)));
      const time = await ask(target, agent, body);
      if (index >= UNCOUNTED) times[kind].push(time);
    }
    agent.destroy();
  };
  await Promise.all(Array.from({ length: action.connections }, askOn));
  return times;
}

/** Milliseconds until the whole answer is there. */
function ask(url: string, agent: Agent, body: string): Promise<number> {
  const headers = { "content-type": "application/json", "content-length": body.length };
  return new Promise((resolve, reject) => {
    const call = request(url, { agent, method: "POST", headers }, (answer) => {
      answer.on("error", reject).on("end", () => {
        if (answer.statusCode! >= 429) reject(new Error(`answered ${answer.statusCode}`));
        else resolve(performance.now() - started);
      });
      answer.resume();
    });
    call.on("error", reject);
    const started = performance.now();
    call.end(body);
  });
}

function report(name: string, { known, unknown }: Record<Class, number[]>): void {
  const ts = welch(known, unknown);
  const verdict = ts.every((t) => Math.abs(t) < THRESHOLD) ? "not told" : "TOLD";
  if (verdict === "TOLD") isTold = true;
  const describe = (list: readonly number[]) => `${list.length} × ${median(list).toFixed(3)} ms`;
  console.log(
    `${name.padEnd(13)} known ${describe(known)}, unknown ${describe(unknown)}, t ${ts.map((t) => t.toFixed(2)).join(" ")}: ${verdict}`,
  );
}

/** Of the same length either way. */
function emailOf(kind: Class, index: number): string {
  return `${kind === "known" ? "known" : "never"}${String(index).padStart(6, "0")}@example.com`;
}
