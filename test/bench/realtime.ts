/**
 * How long an event takes to reach many realtime clients, and what they cost: `node test/bench/realtime.ts
 * [CLIENTS] [EVENTS]`. Clients and server share one machine, so the times are upper bounds.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApp, newAuthToken, newCollection } from "../../src/index.ts";
import { createField } from "../../src/fields/index.ts";

const CLIENTS = Number(process.argv[2] ?? 10_000);
const EVENTS = Number(process.argv[3] ?? 20);
const AT_ONCE = 200;

const folder = mkdtempSync(join(tmpdir(), "generatio-bench-"));
const dataDir = join(folder, "pb_data");
const token = await makeData();
const { child, url } = await startServer();
const idle = residentKilobytes();
const clients: { socket: Socket; received: number }[] = [];
try {
  for (let first = 0; first < CLIENTS; first += AT_ONCE) {
    const count = Math.min(AT_ONCE, CLIENTS - first);
    clients.push(...(await Promise.all(Array.from({ length: count }, openClient))));
  }
  const perClient = (residentKilobytes() - idle) / CLIENTS;
  const [answers, arrivals]: [number[], number[]] = [[], []];
  for (let event = 1; event <= EVENTS; event++) {
    const started = performance.now();
    await post(`event ${event}`);
    answers.push(performance.now() - started);
    while (clients.some(({ received }) => received < event))
      await new Promise((resolve) => setTimeout(resolve, 1));
    arrivals.push(performance.now() - started);
  }
  console.log(`${CLIENTS} clients, ${perClient.toFixed(1)} KB each`);
  console.log(
    `write answered after ${median(answers)} ms, last client told after ${median(arrivals)} ms (medians)`,
  );
} finally {
  for (const { socket } of clients) socket.destroy();
  child.kill("SIGTERM");
  await once(child, "exit");
  rmSync(folder, { recursive: true, force: true });
}

async function makeData(): Promise<string> {
  const server = createApp({ dataDir });
  await server.start();
  const posts = newCollection("base", "posts");
  posts.fields.push(createField({ type: "text", name: "title" }));
  posts.listRule = "title != ''";
  await server.app.save(posts);
  const root = server.app.newRecord("_superusers", {
    email: "root@example.com",
    password: "1234567890",
  });
  await server.app.save(root);
  const made = newAuthToken(root);
  await server.stop();
  return made;
}

async function startServer() {
  const main = join(import.meta.dirname, "../../src/main.ts");
  const empty = [
    "--hooksDir",
    mkdtempSync(join(folder, "e")),
    "--migrationsDir",
    mkdtempSync(join(folder, "e")),
  ];
  const started = spawn(
    process.execPath,
    [main, "serve", "--dir", dataDir, "--http", "127.0.0.1:0", ...empty],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  for await (const chunk of started.stdout) {
    const [, address] = /Server started at (\S+)/.exec(String(chunk)) ?? [];
    if (address !== undefined) return { child: started, url: address };
  }
  throw new Error("the server did not start");
}

/** Raw sockets: what the clients cost must not hide what the server does. */
async function openClient(): Promise<{ socket: Socket; received: number }> {
  const { port } = new URL(url);
  const socket = connect(Number(port), "127.0.0.1");
  const client = { socket, received: 0 };
  socket.write("GET /api/realtime HTTP/1.1\r\nHost: bench\r\n\r\n");
  const clientId = await new Promise<string>((resolve, reject) => {
    socket.once("error", reject);
    socket.on("data", (chunk: Buffer) => {
      const text = chunk.toString("latin1");
      const [, id] = /"clientId":"(\w+)"/.exec(text) ?? [];
      if (id !== undefined) resolve(id);
      client.received += text.split("event:posts").length - 1;
    });
  });
  const response = await send("/api/realtime", { clientId, subscriptions: ["posts/*"] });
  if (response.status !== 204) throw new Error(`subscribing: ${response.status}`);
  return client;
}

function send(path: string, body: unknown): Promise<Response> {
  const headers = { "content-type": "application/json", authorization: token };
  return fetch(url + path, {
    method: "POST",
    headers: path === "/api/realtime" ? { "content-type": "application/json" } : headers,
    body: JSON.stringify(body),
  });
}

async function post(title: string): Promise<void> {
  const response = await send("/api/collections/posts/records", { title });
  if (response.status !== 200) throw new Error(`posting: ${response.status}`);
  await response.text();
}

function residentKilobytes(): number {
  const [, kilobytes] =
    /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8")) ?? [];
  return Number(kilobytes);
}

function median(values: readonly number[]): string {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!.toFixed(1);
}
