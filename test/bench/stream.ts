/**
 * Moves a large file in and out of a server of its own process and prints how much memory that took:
 * `node src/launch.js test/bench/stream.ts [--gigabytes 2] [--s3]`, the latter with the file in a bucket. Exit status 1
 * when the server had more than 150 MiB (250 with a bucket), or the file came back changed.
 */
import { createHash, type Hash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  createDataFolder,
  ownCommand,
  send,
  signIn,
  startServer,
} from "../campaigns/server-process.ts";
import { startS3Server } from "../files/s3-server.ts";

const CHUNK = 1 << 20;

const { values } = parseArgs({
  options: {
    gigabytes: { type: "string", default: "2" },
    s3: { type: "boolean", default: false },
  },
});
const size = Math.round(Number(values.gigabytes) * 2 ** 30);
/** Of the whole server while the file moves. What goes to a bucket goes in parts, which are kept until they are there. */
const maxMiB = values.s3 ? 250 : 150;

const folder = mkdtempSync(join(tmpdir(), "generatio-stream-"));
const dir = join(folder, "pb_data");
const hooks = join(folder, "hooks");
mkdirSync(hooks);
createDataFolder(dir);
const server = await startServer({ command: ownCommand(hooks), dir });
const s3 = values.s3 ? await startS3Server() : undefined;
try {
  const isFine = await measure();
  process.exitCode = isFine ? 0 : 1;
} finally {
  await server.stop();
  await s3?.close();
  rmSync(folder, { recursive: true, force: true });
}

async function measure(): Promise<boolean> {
  const token = await signIn(server.url);
  if (s3) {
    const access = { enabled: true, ...(await s3.bucket()) };
    await send(`${server.url}/api/settings`, { method: "PATCH", token, body: { s3: access } });
  }
  const fields = [{ name: "file", type: "file", maxSize: size }];
  const body = { name: "large", type: "base", viewRule: "", createRule: "", fields };
  await send(`${server.url}/api/collections`, { token, body });
  await warmUp();
  const before = residentMiB();
  console.log(`${(size / 2 ** 30).toFixed(2)} GB; the server has ${before.toFixed(0)} MiB at rest`);
  const sent = createHash("md5");
  const [stored, up] = await watched(() => upload(size, sent));
  report("upload", up, before);
  const received = createHash("md5");
  const [count, down] = await watched(() => download(stored, received));
  report("download", down, before);
  const isWhole = count === size && received.digest("hex") === sent.digest("hex");
  console.log(isWhole ? "the file came back as it was sent" : "the file came back changed");
  return isWhole && Math.max(up.peak, down.peak) < maxMiB;
}

interface Stored {
  readonly id: string;
  readonly file: string;
}

interface Measured {
  readonly seconds: number;
  /** MiB. */
  readonly peak: number;
}

/** Everything that is loaded once is loaded now. */
async function warmUp(): Promise<void> {
  for (let round = 0; round < 3; round++) {
    const stored = await upload(4 * CHUNK, createHash("md5"));
    await download(stored, createHash("md5"));
  }
}

async function upload(bytes: number, hash: Hash): Promise<Stored> {
  const boundary = "----generatio";
  const head =
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="large.bin"\r\n` +
    "Content-Type: application/octet-stream\r\n\r\n";
  async function* form(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(head);
    for (let at = 0, count = 0; at < bytes; at += CHUNK, count++) {
      const chunk = Buffer.alloc(Math.min(CHUNK, bytes - at), count % 251);
      hash.update(chunk);
      yield chunk;
    }
    yield Buffer.from(`\r\n--${boundary}--\r\n`);
  }
  const answer = await fetch(`${server.url}/api/collections/large/records`, {
    method: "POST",
    headers: { "content-type": `multipart/form-data; boundary=${boundary}` },
    body: ReadableStream.from(form()),
    duplex: "half",
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`the upload was answered ${answer.status}: ${text}`);
  return JSON.parse(text) as Stored;
}

async function download({ id, file }: Stored, hash: Hash): Promise<number> {
  const answer = await fetch(`${server.url}/api/files/large/${id}/${file}`);
  if (!answer.ok || !answer.body) throw new Error(`the download was answered ${answer.status}`);
  let count = 0;
  for await (const chunk of answer.body) {
    hash.update(chunk);
    count += chunk.length;
  }
  return count;
}

/** Runs some work and looks at the server's memory ten times a second. */
async function watched<T>(work: () => Promise<T>): Promise<[T, Measured]> {
  const started = performance.now();
  let peak = residentMiB();
  const timer = setInterval(() => (peak = Math.max(peak, residentMiB())), 100);
  try {
    const result = await work();
    return [result, { seconds: (performance.now() - started) / 1000, peak }];
  } finally {
    clearInterval(timer);
  }
}

function report(what: string, { seconds, peak }: Measured, before: number): void {
  const rate = (size / 2 ** 20 / seconds).toFixed(0);
  const growth = (peak - before).toFixed(0);
  console.log(
    `${what}: ${seconds.toFixed(1)} s, ${rate} MiB/s, at most ${peak.toFixed(0)} MiB, ${growth} MiB more than at rest`,
  );
}

/** Linux only: what of the server, and of the processes it started, is in memory. */
function residentMiB(): number {
  const pids = [server.pid, ...childrenOf(server.pid)];
  return pids.reduce((sum, pid) => sum + residentOf(pid), 0);
}

function residentOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return text === "" ? [] : text.split(" ").map(Number);
}
