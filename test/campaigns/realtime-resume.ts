import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import PocketBase, { ClientResponseError } from "pocketbase";
import { resumable } from "../../src/client/index.ts";
import { createApp, newCollection } from "../../src/index.ts";
import { createField } from "../../src/fields/index.ts";
import { TestEventSource } from "../../src/testing/event-source.ts";
import { type CampaignOptions, type CampaignResult, hasBudget } from "./campaign.ts";
import { findDisagreements, type Seen, type Write } from "./realtime-expectations.ts";
import { Random } from "./random.ts";

export const summary =
  "over broken connections and killed servers every client sees every event its rules allow, once and in order";

export const mutants = [
  "log-late",
  "replay-unjudged",
  "replay-drops-last",
  "replay-reversed",
  "position-ahead",
  "always-a-gap",
  "unordered",
  "plain-client",
];

const PASSWORD = "1234567890";
/** Who listens: guests see posts for all, the others also those for them. */
const AUDIENCES = ["guest", "ann", "bob", "guest", "ann"];
const WRITERS = 3;
const ROUND_WRITES = 120;

export async function run(options: CampaignOptions): Promise<CampaignResult> {
  const started = performance.now();
  const failures: string[] = [];
  const figures = { writes: 0, kills: 0, "broken connections": 0, events: 0 };
  while (failures.length === 0 && hasBudget(options, started, figures.writes)) {
    const count = Math.min(ROUND_WRITES, options.cases - figures.writes);
    const round = new Round(new Random(options.seed + figures.writes), options.mutant ?? "");
    failures.push(...(await round.run(count)));
    figures.writes += count;
    figures.kills += round.kills;
    figures["broken connections"] += round.breaks;
    figures.events += round.listeners.reduce((sum, { seen }) => sum + seen.length, 0);
    options.print(`${figures.writes} writes, ${figures.kills} kills, ${figures.events} events`);
  }
  return { cases: figures.writes, failures, figures };
}

interface ClientOfRound extends Seen {
  readonly client: PocketBase;
  readonly seen: string[];
}

/** Connections of the SDK can be broken from here. */
class BreakableEventSource extends TestEventSource {
  static readonly open = new Set<BreakableEventSource>();

  constructor(url: string) {
    super(url);
    BreakableEventSource.open.add(this);
  }

  override close(): void {
    BreakableEventSource.open.delete(this);
    super.close();
  }

  break(): void {
    this.close();
    this.onerror?.(new Event("error"));
  }
}

class Round {
  readonly listeners: ClientOfRound[] = [];
  kills = 0;
  breaks = 0;
  readonly #random: Random;
  readonly #mutant: string;
  readonly #writes: Write[] = [];
  readonly #gaps: string[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), "generatio-resume-"));
  #port = 0;
  #server: ChildProcess | undefined;
  #isWriting = true;
  /** Settles when the server listens again. */
  #running: Promise<void> = Promise.resolve();

  constructor(random: Random, mutant: string) {
    this.#random = random;
    this.#mutant = mutant;
  }

  get #url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async run(count: number): Promise<string[]> {
    const original = globalThis.EventSource;
    Object.assign(globalThis, { EventSource: BreakableEventSource });
    try {
      await makeData(join(this.#folder, "pb_data"));
      this.#port = await freePort();
      await this.#startServer();
      for (const [index, audience] of AUDIENCES.entries())
        this.listeners.push(await this.#listen(index, audience));
      const trouble = this.#makeTrouble();
      await Promise.all(
        Array.from({ length: WRITERS }, (_, writer) =>
          this.#write(writer, Math.ceil(count / WRITERS)),
        ),
      );
      this.#isWriting = false;
      await trouble;
      return await this.#settle();
    } finally {
      for (const { client } of this.listeners)
        await client.realtime.unsubscribe().catch(() => undefined);
      for (const source of BreakableEventSource.open) source.close();
      this.#server?.kill("SIGKILL");
      Object.assign(globalThis, { EventSource: original });
      rmSync(this.#folder, { recursive: true, force: true });
    }
  }

  async #startServer(): Promise<void> {
    const program = join(import.meta.dirname, "realtime-resume-child.ts");
    const args = [program, join(this.#folder, "pb_data"), String(this.#port), this.#mutant];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    this.#server = child;
    const [line] = (await once(child.stdout!, "data")) as [Buffer];
    if (!line.toString().includes("ready")) throw new Error(`the server says: ${line.toString()}`);
  }

  async #listen(index: number, audience: string): Promise<ClientOfRound> {
    const plain = new PocketBase(this.#url);
    plain.autoCancellation(false);
    const name = `${audience} ${index}`;
    const client =
      this.#mutant === "plain-client"
        ? plain
        : resumable(plain, { onGap: () => this.#gaps.push(`${name}: told of a gap`) });
    if (audience !== "guest")
      await client.collection("users").authWithPassword(`${audience}@example.com`, PASSWORD);
    const seen: string[] = [];
    await client.collection("posts").subscribe("*", ({ action, record }) => {
      seen.push(`${action}:${record["title"]}`);
    });
    return { name, audience, seen, client };
  }

  /** Breaks connections and kills the server until the writers are done. */
  async #makeTrouble(): Promise<void> {
    while (this.#isWriting) {
      await sleep(this.#random.integer(50, 500));
      if (this.#random.chance(0.75)) this.#breakSome();
      else await this.#killServer();
    }
  }

  #breakSome(): void {
    const chosen = Array.from(BreakableEventSource.open).filter(() => this.#random.chance(0.5));
    for (const source of chosen) source.break();
    this.breaks += chosen.length;
  }

  async #killServer(): Promise<void> {
    this.kills++;
    const child = this.#server!;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    this.#running = ended.then(() => this.#startServer());
    await this.#running;
  }

  /** Makes, changes and deletes posts one after another, with pauses. */
  async #write(writer: number, count: number): Promise<void> {
    const client = new PocketBase(this.#url);
    client.autoCancellation(false);
    const posts = client.collection("posts");
    const own: { id: string; title: string; audience: string }[] = [];
    for (let index = 0; index < count; index++) {
      await sleep(this.#random.integer(0, 60));
      await this.#running;
      const title = `w${writer}n${index}`;
      const target =
        own.length > 2 && this.#random.chance(0.5) ? this.#random.pick(own) : undefined;
      const forget = () => void (target && own.splice(own.indexOf(target), 1));
      if (!target) {
        const audience = this.#random.pick(["all", "all", "ann", "bob"]);
        await this.#record({ writer, event: `create:${title}`, audience }, async () => {
          const { id } = await posts.create({ title, audience });
          own.push({ id, title, audience });
        });
      } else if (this.#random.chance(0.6)) {
        await this.#record(
          { writer, event: `update:${title}`, audience: target.audience },
          async () => {
            await posts.update(target.id, { title });
            target.title = title;
          },
          forget,
        );
      } else {
        forget();
        await this.#record(
          { writer, event: `delete:${target.title}`, audience: target.audience },
          () => posts.delete(target.id),
        );
      }
    }
  }

  /** What the server did not answer may have happened or not. */
  async #record(
    write: Omit<Write, "isCertain">,
    work: () => Promise<unknown>,
    onUncertain?: () => void,
  ): Promise<void> {
    try {
      await work();
      this.#writes.push({ ...write, isCertain: true });
    } catch (error) {
      if (!(error instanceof ClientResponseError) || error.status !== 0) throw error;
      this.#writes.push({ ...write, isCertain: false });
      onUncertain?.();
    }
  }

  /** Waits until nothing is missing any more. */
  async #settle(): Promise<string[]> {
    for (const deadline = Date.now() + 8000; ; await sleep(100)) {
      const found = [...this.#gaps, ...findDisagreements(this.#writes, this.listeners)];
      if (found.length === 0) {
        // What comes twice may come late.
        await sleep(300);
        return findDisagreements(this.#writes, this.listeners);
      }
      if (Date.now() > deadline) return found;
    }
  }
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
