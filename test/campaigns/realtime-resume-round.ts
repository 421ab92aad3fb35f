import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import PocketBase, { ClientResponseError } from "pocketbase";
import { createField } from "../../src/fields/index.ts";
import { createApp, newCollection } from "../../src/index.ts";
import type { Random } from "./random.ts";
import { findDisagreements, type Seen, type Write } from "./realtime-expectations.ts";
import { ListenersThread, PASSWORD } from "./realtime-resume-listeners.ts";

/** How large a round is. */
export interface Scale {
  readonly clients: number;
  /** Each makes one write after the other. */
  readonly writers: number;
  readonly writes: number;
  /** Between two writes of a writer, at most. */
  readonly pauseMs: number;
  /** Of the server, spread over the writes. */
  readonly kills: number;
  /** How often connections are broken, spread over the writes. */
  readonly breaks: number;
  /** Of all connections, each time. */
  readonly breakShare: number;
  /** Something is missing for good when nothing has come for so long. */
  readonly patienceMs: number;
}

interface RoundOptions {
  readonly scale: Scale;
  readonly random: Random;
  readonly mutant: string;
  readonly print: (line: string) => void;
}

/** Who listens: guests see posts for all, the others also those for them. */
const AUDIENCES = ["guest", "ann", "bob", "guest", "ann"];
/** One thread takes in the events of so many. */
const CLIENTS_PER_THREAD = 100;

interface Post {
  readonly id: string;
  readonly audience: string;
  title: string;
}

/** One server over one folder, its listeners, its writers, and what happens to them. */
export class Round {
  readonly writes: Write[] = [];
  kills = 0;
  breaks = 0;
  /** Received by all listeners together. */
  events = 0;
  writingMs = 0;
  settlingMs = 0;
  readonly #options: RoundOptions;
  readonly #folder = mkdtempSync(join(tmpdir(), "generatio-resume-"));
  readonly #threads: ListenersThread[] = [];
  #port = 0;
  #server: ChildProcess | undefined;
  /** Settles when the server listens again. */
  #running: Promise<void> = Promise.resolve();
  #isOver = false;

  constructor(options: RoundOptions) {
    this.#options = options;
  }

  get #url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** @returns what is wrong */
  async run(): Promise<string[]> {
    try {
      await makeData(join(this.#folder, "pb_data"));
      this.#port = await freePort();
      await this.#startServer();
      await this.#listen();
      const started = performance.now();
      await this.#writeAll();
      this.writingMs = performance.now() - started;
      return await this.#settle();
    } finally {
      this.#isOver = true;
      for (const thread of this.#threads) await thread.end();
      this.#server?.kill("SIGKILL");
      rmSync(this.#folder, { recursive: true, force: true });
    }
  }

  async #startServer(): Promise<void> {
    const program = join(import.meta.dirname, "realtime-resume-child.ts");
    const args = [program, join(this.#folder, "pb_data"), String(this.#port), this.#options.mutant];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    this.#server = child;
    const [line] = (await once(child.stdout!, "data")) as [Buffer];
    if (!line.toString().includes("ready")) throw new Error(`the server says: ${line.toString()}`);
  }

  async #listen(): Promise<void> {
    const { scale, mutant } = this.#options;
    const clients = Array.from({ length: scale.clients }, (_, index) => {
      const audience = AUDIENCES[index % AUDIENCES.length]!;
      return { name: `${audience} ${index}`, audience };
    });
    for (let first = 0; first < clients.length; first += CLIENTS_PER_THREAD) {
      const thread = new ListenersThread();
      this.#threads.push(thread);
      await thread.listen({
        url: this.#url,
        clients: clients.slice(first, first + CLIENTS_PER_THREAD),
        isPlain: mutant === "plain-client",
      });
    }
  }

  async #writeAll(): Promise<void> {
    const { scale } = this.#options;
    const each = Math.ceil(scale.writes / scale.writers);
    const writers = Array.from({ length: scale.writers }, (_, writer) => this.#write(writer, each));
    let isWriting = true;
    const trouble = this.#makeTrouble(() => isWriting);
    // What ends one of them ends the round.
    await Promise.race([Promise.all(writers), trouble.then(() => new Promise(() => undefined))]);
    isWriting = false;
    await trouble;
  }

  /** Breaks connections and kills the server at random moments, spread over the writes. */
  async #makeTrouble(isWriting: () => boolean): Promise<void> {
    const { scale, random, print } = this.#options;
    const moments = [
      ...Array.from({ length: scale.breaks }, () => ({ kind: "break", at: random.next() })),
      ...spread(scale.kills, random).map((at) => ({ kind: "kill", at })),
    ].toSorted((a, b) => a.at - b.at);
    for (const { kind, at } of moments) {
      while (isWriting() && this.writes.length < at * scale.writes) await sleep(5);
      if (!isWriting()) return;
      if (kind === "kill") await this.#killServer();
      else
        for (const thread of this.#threads)
          this.breaks += await thread.break(scale.breakShare, random.integer(0, 1e9));
      print(`${this.writes.length} writes, ${this.kills} kills, ${this.breaks} broken connections`);
    }
  }

  async #killServer(): Promise<void> {
    this.kills++;
    const child = this.#server!;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    this.#running = ended.then(() => this.#startServer());
    await this.#running;
  }

  /** Makes, changes and deletes posts one after another. */
  async #write(writer: number, count: number): Promise<void> {
    const { scale, random } = this.#options;
    const client = new PocketBase(this.#url);
    client.autoCancellation(false);
    const own: Post[] = [];
    for (let index = 0; index < count && !this.#isOver; index++) {
      if (scale.pauseMs > 0) await sleep(random.integer(0, scale.pauseMs));
      await this.#running;
      await this.#writeOnce(client, own, { writer, title: `w${writer}n${index}` });
    }
  }

  async #writeOnce(
    client: PocketBase,
    own: Post[],
    { writer, title }: { readonly writer: number; readonly title: string },
  ): Promise<void> {
    const { random } = this.#options;
    const posts = client.collection("posts");
    const target = own.length > 2 && random.chance(0.5) ? random.pick(own) : undefined;
    if (!target) {
      const audience = random.pick(["all", "all", "ann", "bob"]);
      await this.#record({ writer, event: `create:${title}`, audience }, async () => {
        const { id } = await posts.create({ title, audience });
        own.push({ id, title, audience });
      });
      return;
    }
    const { audience } = target;
    const forget = () => void own.splice(own.indexOf(target), 1);
    if (random.chance(0.6)) {
      const isDone = await this.#record(
        { writer, event: `update:${title}`, audience },
        async () => {
          await posts.update(target.id, { title });
          target.title = title;
        },
      );
      if (!isDone) forget();
    } else {
      forget();
      await this.#record({ writer, event: `delete:${target.title}`, audience }, () =>
        posts.delete(target.id),
      );
    }
  }

  /** @returns false for what the server did not answer: it may have happened or not */
  async #record(write: Omit<Write, "isCertain">, work: () => Promise<unknown>): Promise<boolean> {
    let isCertain = true;
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ClientResponseError) || error.status !== 0) throw error;
      isCertain = false;
    }
    this.writes.push({ ...write, isCertain });
    return isCertain;
  }

  /** Waits until nothing is missing any more, or nothing comes any more. */
  async #settle(): Promise<string[]> {
    const started = performance.now();
    const { patienceMs } = this.#options.scale;
    const expected = (audience: string) =>
      this.writes.filter((write) => write.isCertain && ["all", audience].includes(write.audience))
        .length;
    const counts = new Map(AUDIENCES.map((audience) => [audience, expected(audience)]));
    let [seenSoFar, seenAt] = [-1, started];
    for (; performance.now() - seenAt < patienceMs; await sleep(100)) {
      const states = (await Promise.all(this.#threads.map((thread) => thread.counts()))).flat();
      if (states.every(({ audience, distinct }) => distinct >= counts.get(audience)!)) break;
      const sum = states.reduce((total, { distinct }) => total + distinct, 0);
      if (sum > seenSoFar) [seenSoFar, seenAt] = [sum, performance.now()];
    }
    this.settlingMs = performance.now() - started;
    // What comes twice may come late.
    await sleep(500);
    const reports = await Promise.all(this.#threads.map((thread) => thread.collect()));
    const seen: Seen[] = reports.flatMap((report) => report.clients);
    this.events = seen.reduce((sum, client) => sum + client.seen.length, 0);
    const found = [...reports.flatMap(({ gaps }) => gaps), ...findDisagreements(this.writes, seen)];
    for (const { name } of seen) {
      const own = found.filter((sentence) => sentence.startsWith(`${name} `));
      if (own.length > 0)
        this.#options.print(`${own.length} disagreements of ${name}, the last one: ${own.at(-1)}`);
    }
    return found;
  }
}

/** Moments from 0 to 1, one in each of so many equal parts. */
function spread(count: number, random: Random): number[] {
  return Array.from({ length: count }, (_, index) => (index + random.next()) / count);
}

async function makeData(dataDir: string): Promise<void> {
  const server = createApp({ dataDir });
  await server.start();
  const { app } = server;
  const posts = newCollection("base", "posts");
  posts.fields.push(
    createField({ type: "text", name: "title" }),
    createField({ type: "text", name: "audience" }),
  );
  posts.createRule = posts.updateRule = posts.deleteRule = "";
  posts.listRule = "audience = 'all' || audience = @request.auth.name";
  await app.save(posts);
  for (const name of ["ann", "bob"]) {
    await app.save(
      app.newRecord("users", { email: `${name}@example.com`, password: PASSWORD, name }),
    );
  }
  await server.stop();
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
