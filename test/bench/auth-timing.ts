/**
 * Whether the time of an answer tells if somebody has an address: known and unknown ones in random order,
 * Welch's t-test over their times, as dudect does it.
 *
 *   node test/bench/auth-timing.ts [--samples 400] [--action login|reset|otp|verification]
 *
 * Exit status: 0 when |t| stays below 4.5 for all of them, 1 otherwise.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { currentSettings } from "../../src/settings/store.ts";
import { startMailbox, startTestServer } from "../../src/testing/index.ts";
import { Random } from "../campaigns/random.ts";

const THRESHOLD = 4.5;
const KNOWN_USERS = 200;

interface Action {
  readonly path: string;
  body(email: string): object;
}

const ACTIONS: Readonly<Record<string, Action>> = {
  login: {
    path: "auth-with-password",
    body: (identity) => ({ identity, password: "wrong password" }),
  },
  reset: { path: "request-password-reset", body: (email) => ({ email }) },
  otp: { path: "request-otp", body: (email) => ({ email }) },
  verification: { path: "request-verification", body: (email) => ({ email }) },
};

const { values: flags } = parseArgs({
  options: {
    samples: { type: "string", default: "400" },
    action: { type: "string" },
    seed: { type: "string", default: "1" },
  },
});
const folder = mkdtempSync(join(tmpdir(), "auth-timing-"));
const dataDir = join(folder, "pb_data");
const mailbox = await startMailbox();
await prepare();
const { url, stop } = await serve();
let isTold = false;
try {
  for (const [name, action] of Object.entries(ACTIONS)) {
    if (flags.action && flags.action !== name) continue;
    const { t, known, unknown } = await measure(action, Number(flags.samples));
    const verdict = Math.abs(t) < THRESHOLD ? "not told" : "TOLD";
    if (verdict === "TOLD") isTold = true;
    console.log(
      `${name.padEnd(13)} known ${known.toFixed(3)} ms, unknown ${unknown.toFixed(3)} ms, t ${t.toFixed(2)}: ${verdict}`,
    );
  }
} finally {
  await stop();
  await mailbox.close();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(isTold ? 1 : 0);

/** A data folder with users whose passwords are cheap to check, so that everything else shows. */
async function prepare(): Promise<void> {
  const server = await startTestServer({ dataDir });
  const { app } = server;
  const users = app.findCollection("users").clone();
  users.findField("password")!["cost"] = 4;
  users.auth!.otp.enabled = true;
  await app.save(users);
  const settings = currentSettings(app);
  settings.data.smtp = { ...mailbox.settings };
  await app.save(settings);
  for (let index = 0; index < KNOWN_USERS; index++) {
    await app.save(app.newRecord("users", { email: emailOf(true, index), password: "password1" }));
  }
  await server.close();
}

async function serve(): Promise<{ url: string; stop: () => Promise<void> }> {
  const port = 20_000 + (process.pid % 20_000);
  const address = `127.0.0.1:${port}`;
  const main = join(import.meta.dirname, "../../src/main.ts");
  const args = [
    main,
    "serve",
    "--dir",
    dataDir,
    "--http",
    address,
    "--hooksDir",
    folder,
    "--migrationsDir",
    folder,
  ];
  const child = spawn(process.execPath, args, { stdio: "ignore" });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  for (let attempt = 0; ; attempt++) {
    const isUp = await fetch(`http://${address}/api/health`).then(
      () => true,
      () => false,
    );
    if (isUp) break;
    if (attempt > 200) throw new Error("the server did not start");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    url: `http://${address}`,
    stop: () => {
      child.kill("SIGTERM");
      return ended;
    },
  };
}

async function measure(
  action: Action,
  samples: number,
): Promise<{ t: number; known: number; unknown: number }> {
  const random = new Random(Number(flags.seed));
  const times: Record<"known" | "unknown", number[]> = { known: [], unknown: [] };
  for (let index = 0; index < samples * 2 + 20; index++) {
    const isKnown = random.chance(0.5);
    const body = JSON.stringify(action.body(emailOf(isKnown, index % KNOWN_USERS)));
    const started = performance.now();
    const response = await fetch(`${url}/api/collections/users/${action.path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    await response.text();
    // The first ones warm up.
    if (index >= 20) times[isKnown ? "known" : "unknown"].push(performance.now() - started);
  }
  return {
    t: welch(times.known, times.unknown),
    known: mean(times.known),
    unknown: mean(times.unknown),
  };
}

/** Of the same length either way. */
function emailOf(isKnown: boolean, index: number): string {
  return `${isKnown ? "known" : "never"}${String(index).padStart(4, "0")}@example.com`;
}

/** Over what is left below the 90th percentile of both: interruptions tell nothing. */
function welch(first: readonly number[], second: readonly number[]): number {
  const cut = [...first, ...second].toSorted((a, b) => a - b)[
    Math.floor((first.length + second.length) * 0.9)
  ]!;
  const [a, b] = [first, second].map((list) => list.filter((time) => time <= cut));
  return (mean(a!) - mean(b!)) / Math.sqrt(variance(a!) / a!.length + variance(b!) / b!.length);
}

function mean(list: readonly number[]): number {
  return list.reduce((sum, value) => sum + value, 0) / list.length;
}

function variance(list: readonly number[]): number {
  const middle = mean(list);
  return list.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (list.length - 1);
}
