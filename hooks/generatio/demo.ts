/*
 * npm run demo [-- --once]: the main thing, once, without a provider account. A real server in a temporary
 * data folder, used as any client uses it; only the provider is emulated, and every line that comes from
 * there says so. The server stays until Ctrl-C; with --once the demo ends by itself and the data stays.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import PocketBase from "pocketbase";
import type { ImagesRecord, JobsRecord } from "../../schema/types.ts";
import { startFalEmulator } from "./testing/index.ts";

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const EMAIL = "demo@example.com";
const LOGIN_PASSWORD = "demo-login-password";
const KEY_PASSWORD = "demo-key-password";
const PROMPT = "A beautiful sunset over mountains";
const LOOK_EVERY_MS = 150;
const START_MS = 30_000;

const isOnce = process.argv.includes("--once");
let isInterrupted = false;
const interrupted = waitForSignal().then(() => void (isInterrupted = true));

try {
  await run();
} catch (error) {
  // An interrupted server breaks what was going on: that is no failure.
  if (!isInterrupted) {
    process.stderr.write(
      `The demo failed: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    process.exitCode = 1;
  }
}

async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "generatio-demo-"));
  const emulator = await startFalEmulator({ queueMs: 2000, ahead: 3, workMs: 2000 });
  say(`[emulator] FAL is played by ${emulator.url}: test patterns, no model, no money.`);
  const dataDir = join(folder, "pb_data");
  const child = startServer(dataDir, emulator.url);
  try {
    const url = await addressOf(child);
    say(`Server at ${url}, data in ${dataDir}`);
    await makePictures(url, dataDir);
    if (!isOnce) {
      say(
        `The server stays at ${url} (log in as ${EMAIL} / ${LOGIN_PASSWORD}). Ctrl-C ends it and removes the data.`,
      );
      await interrupted;
    }
  } finally {
    await stop(child);
    await emulator.close();
    if (!isOnce) rmSync(folder, { recursive: true, force: true });
  }
}

/** As a user starts it: the command line, with the extension of this project. */
function startServer(dataDir: string, falUrl: string): ChildProcess {
  return spawn(process.execPath, [MAIN, "serve", "--dir", dataDir, "--http", "127.0.0.1:0"], {
    env: { ...process.env, GENERATIO_FAL_URL: falUrl },
    stdio: ["ignore", "pipe", "inherit"],
  });
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = "";
    const fail = (reason: string) =>
      reject(new Error(`The server did not start: ${reason}\n${printed}`));
    const timer = setTimeout(() => fail("it took too long"), START_MS);
    child.once("exit", (code) => fail(`it ended with code ${code}`));
    child.stdout?.on("data", (chunk: Buffer) => {
      printed += String(chunk);
      const url = /Server started at (\S+)/.exec(printed)?.[1];
      if (!url) return;
      clearTimeout(timer);
      resolve(url);
    });
  });
}

/** Signs up, stores a key, opens a session and generates four pictures. */
async function makePictures(url: string, dataDir: string): Promise<void> {
  const client = new PocketBase(url);
  client.autoCancellation(false);
  const users = client.collection("generatio_users");
  await users.create({ email: EMAIL, password: LOGIN_PASSWORD, passwordConfirm: LOGIN_PASSWORD });
  await users.authWithPassword(EMAIL, LOGIN_PASSWORD);
  say(`Signed up ${EMAIL}`);

  await post(client, "tokens/setup", {
    fal_token: "demo-key-id:demo-key-secret",
    password: KEY_PASSWORD,
  });
  say("Stored a provider key, encrypted under a password of its own");

  const session = await post<{ session_id: string; expires_at: string }>(
    client,
    "auth/create-session",
    {
      password: KEY_PASSWORD,
    },
  );
  say(`Opened a key session until ${session.expires_at}`);

  say(`Generating 4 pictures: "${PROMPT}"`);
  const started = Date.now();
  const order = {
    model: "flux/schnell",
    prompt: PROMPT,
    parameters: { image_size: "landscape_4_3", num_images: 4 },
  };
  const pending = post<Generated>(client, "generate/image", order, session.session_id);
  await showProgress(client, pending);
  const { images, cost, model } = await pending;
  say(
    `${images.length} pictures by ${model} after ${((Date.now() - started) / 1000).toFixed(1)} s`,
  );
  await showFiles(client, images, dataDir);
  say(`Cost:          $${cost.toFixed(3)}`);
  const stats = await client.send<Stats>("/api/custom/financial/stats", {});
  say(`Running total: $${stats.total_spent.toFixed(3)} for ${stats.total_images} pictures`);
}

interface Generated {
  readonly images: readonly { readonly id: string }[];
  readonly cost: number;
  readonly model: string;
}

interface Stats {
  readonly total_spent: number;
  readonly total_images: number;
}

function post<T>(client: PocketBase, path: string, body: unknown, sessionId = ""): Promise<T> {
  return client.send<T>(`/api/custom/${path}`, {
    method: "POST",
    body: body as Record<string, unknown>,
    headers: sessionId ? { "X-Session-ID": sessionId } : {},
  });
}

/** The job's own record tells where it is; this prints it until the answer is there. */
async function showProgress(client: PocketBase, pending: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  const end = () => over.abort();
  pending.then(end, end);
  let shown = "";
  while (!over.signal.aborted) {
    const { items } = await client
      .collection("jobs")
      .getList<JobsRecord>(1, 1, { sort: "-created" });
    const line = items[0] ? describe(items[0]) : "";
    if (line !== "" && line !== shown) progress((shown = line));
    await sleep(LOOK_EVERY_MS, undefined, { signal: over.signal }).catch(() => undefined);
  }
  progress("[emulator] done");
  endProgress();
}

function describe(job: JobsRecord): string {
  if (job.provider_request_id === "") return "Sending the request";
  if (job.state === "running") return "[emulator] running";
  if (job.state !== "queued") return "";
  return `[emulator] queue position ${job.queue_position}`;
}

async function showFiles(
  client: PocketBase,
  images: Generated["images"],
  dataDir: string,
): Promise<void> {
  for (const { id } of images) {
    const record = await client.collection("images").getOne<ImagesRecord>(id);
    const path = join(dataDir, "storage", record.collectionId, record.id, record.file);
    say(
      `[emulator] picture ${record.batch_number + 1}: ${path} (${record.width}×${record.height})`,
    );
  }
}

/** One line that changes on a terminal, one line for each step elsewhere. */
function progress(text: string): void {
  process.stdout.write(process.stdout.isTTY ? `\r\u001B[K${text}` : `${text}\n`);
}

function endProgress(): void {
  if (process.stdout.isTTY) process.stdout.write("\n");
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function waitForSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await ended;
}
