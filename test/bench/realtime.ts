/**
 * How long an event takes to reach many realtime clients, and what they cost:
 *
 *   node src/launch.js test/bench/realtime.ts [--clients 10000] [--events 20] [--users 0]
 *     [--peer 'pocketbase serve --dir {dir} --http 127.0.0.1:{port} --automigrate=false']
 *
 * Our server, then the peer, on copies of one folder. With `--users` the clients belong to so many accounts, and the
 * rule looks at who asks; without, they are guests and the rule looks at the row. Clients are raw sockets in two
 * processes of their own. Printed are medians: from the moment the request that writes is sent to its answer, to the
 * last client's having the event, and memory of the server per client. All of it runs on one machine, so the times
 * are upper bounds. Needs a limit of open files above the number of clients (`ulimit -n`).
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createField } from "../../src/fields/index.ts";
import { createApp, newAuthToken, newCollection } from "../../src/index.ts";
import { ownCommand, startServer } from "../campaigns/server-process.ts";

const { values: flags } = parseArgs({
  options: {
    clients: { type: "string", default: "10000" },
    events: { type: "string", default: "20" },
    users: { type: "string", default: "0" },
    peer: { type: "string" },
  },
});
const CLIENTS = Number(flags.clients);
const EVENTS = Number(flags.events);
const USERS = Number(flags.users);
/** Of client processes. One would be busier with its sockets than the server. */
const PROCESSES = 2;
const GUESTS_RULE = "title != ''";
const USERS_RULE = "@request.auth.id != '' && title != @request.auth.name";

const work = mkdtempSync(join(tmpdir(), "generatio-bench-"));
const empty = join(work, "empty");
mkdirSync(empty);
try {
  const { root, tokens } = await makeData(join(work, "base"));
  const contestants: [name: string, command: readonly string[]][] = [["ours", ownCommand(empty)]];
  if (flags.peer) contestants.push(["peer", flags.peer.split(" ")]);
  const rule = USERS > 0 ? `${USERS} accounts, ${USERS_RULE}` : `guests, ${GUESTS_RULE}`;
  console.log(`${CLIENTS} clients (${rule}), ${EVENTS} events`);
  for (const [name, command] of contestants) await measure(name, command, { root, tokens });
} finally {
  rmSync(work, { recursive: true, force: true });
}

interface Access {
  /** Of the superuser who writes. */
  readonly root: string;
  readonly tokens: readonly string[];
}

async function measure(name: string, command: readonly string[], access: Access): Promise<void> {
  const dir = join(work, name);
  cpSync(join(work, "base"), dir, { recursive: true });
  const server = await startServer({ command, dir });
  const processes: ChildProcess[] = [];
  try {
    await post(server.url, access.root, "warm");
    const idle = residentKilobytes(server.pid);
    for (let index = 0; index < PROCESSES; index++)
      processes.push(await openClients(server.url, index, access.tokens));
    const perClient = (residentKilobytes(server.pid) - idle) / CLIENTS;
    const [answers, arrivals]: [number[], number[]] = [[], []];
    for (let event = 1; event <= EVENTS; event++) {
      const told = Promise.all(processes.map((child) => toldOf(child, event)));
      const started = process.hrtime.bigint();
      await post(server.url, access.root, `event ${event}`);
      answers.push(Number(process.hrtime.bigint() - started) / 1e6);
      const last = (await told).reduce((latest, at) => (at > latest ? at : latest));
      arrivals.push(Number(last - started) / 1e6);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    console.log(
      `${name}: ${perClient.toFixed(1)} KB per client; the write is answered after ${summary(answers)} ms, the last client told after ${summary(arrivals)} ms`,
    );
  } finally {
    for (const child of processes) child.kill("SIGKILL");
    await server.stop();
  }
}

async function openClients(
  url: string,
  index: number,
  tokens: readonly string[],
): Promise<ChildProcess> {
  const count = Math.floor(CLIENTS / PROCESSES);
  const program = join(import.meta.dirname, "realtime-clients-child.ts");
  // Addresses of their own, so that ports do not run out.
  const child = fork(program, [url, String(count), `127.0.0.${index + 2}`]);
  child.send(tokens);
  const failed = once(child, "exit").then(() => ["failed"]);
  const [answer] = (await Promise.race([once(child, "message"), failed])) as [unknown];
  if (answer !== "ready") throw new Error("the clients could not be connected");
  return child;
}

/** @returns when the last client of a process was told of an event, on the clock of all processes */
function toldOf(child: ChildProcess, event: number): Promise<bigint> {
  return new Promise((resolve) => {
    const read = (message: unknown) => {
      const { event: number, at } = message as { event: number; at: string };
      if (number !== event) return;
      child.off("message", read);
      resolve(BigInt(at));
    };
    child.on("message", read);
  });
}

async function makeData(dataDir: string): Promise<Access> {
  const server = createApp({ dataDir });
  await server.start();
  const { app } = server;
  const posts = newCollection("base", "posts");
  posts.fields.push(createField({ type: "text", name: "title" }));
  posts.listRule = USERS > 0 ? USERS_RULE : GUESTS_RULE;
  await app.save(posts);
  const account = { email: "root@example.com", password: "1234567890" };
  const root = app.newRecord("_superusers", account);
  await app.save(root);
  const users = Array.from({ length: USERS }, (_, index) =>
    app.newRecord("users", { email: `user${index}@example.com`, name: `user ${index}` }),
  );
  // Without the checks, and without a password that would have to be hashed.
  const bare = app.unsafeWithoutHooks();
  for (const [index, user] of users.entries()) {
    user.set("id", `user${String(index).padStart(11, "0")}`);
    user.set("tokenKey", `tokenkey${String(index).padStart(42, "0")}`);
  }
  await bare.runInTransaction(async (tx) => {
    for (const user of users) await tx.saveNoValidate(user);
  });
  const tokens = users.map((user) => newAuthToken(user));
  const access = { root: newAuthToken(root), tokens };
  await server.stop();
  return access;
}

async function post(url: string, authorization: string, title: string): Promise<void> {
  const answer = await fetch(`${url}/api/collections/posts/records`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization },
    body: JSON.stringify({ title }),
  });
  if (answer.status !== 200) throw new Error(`posting: ${answer.status} ${await answer.text()}`);
  await answer.arrayBuffer();
}

function residentKilobytes(pid: number): number {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes);
}

/** Median, and the best and the worst. */
function summary(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (place: number) => sorted[Math.floor(place * (sorted.length - 1))]!.toFixed(1);
  return `${at(0.5)} (${at(0)} to ${at(1)})`;
}
