import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type CampaignOptions, type CampaignResult, hasBudget } from "./campaign.ts";
import { Random } from "./random.ts";
import {
  createDataFolder,
  ROOT,
  send,
  type ServerProcess,
  signIn,
  spawnServer,
  startServer,
} from "./server-process.ts";

export const summary =
  "servers killed while a backup takes the place of the data: the folder holds the one or the other, whole";

/** A planted defect: a piece of the engine's text, and what stands there instead. */
interface Defect {
  readonly file: string;
  readonly text: string;
  readonly instead: string;
}

const SWAP = "src/backups/folder-swap.ts";
const MUTANTS: Readonly<Record<string, Defect>> = {
  "moves-before-its-plan": {
    file: SWAP,
    text: `  await writePlan(work, { state: "in", owner: process.pid, leaving, entering });`,
    instead: `  const plan: SwapPlan = { state: "in", owner: process.pid, leaving, entering };
  for (const name of leaving) {
    await sleep(1);
    if (/^[ab]-/.test(name)) await rm(join(dataDir, name));
  }
  await writePlan(work, plan);`,
  },
  "moves-again-what-has-moved": {
    file: SWAP,
    text: `if (existsSync(join(old, name)) || !existsSync(join(dataDir, name))) continue;
    await rename(join(dataDir, name), join(old, name));`,
    instead: `if (!existsSync(join(dataDir, name))) continue;
    await rename(join(dataDir, name), join(old, name));`,
  },
  "takes-a-begun-half-for-done": {
    file: SWAP,
    text: `  for (const name of leaving) {
    // There`,
    instead: `  const isBegun = leaving.some((name) => existsSync(join(old, name)));
  for (const name of isBegun ? [] : leaving) {
    // There`,
  },
  "forgets-its-plan-after-the-start": {
    file: SWAP,
    text: `  const plan = await awaitPlan(dataDir);
  if (!plan) return open();`,
    instead: `  const plan = await awaitPlan(dataDir);
  if (plan && plan.owner !== process.pid) await discard(dataDir);
  if (!plan || plan.owner !== process.pid) return open();`,
  },
};
export const mutants = Object.keys(MUTANTS);

type State = "a" | "b";

/** Entries of the folder itself: enough that a kill falls between two of them. */
const ENTRIES = 150;
const POSTS = 20;
/** Out and in, with the databases and the storage. */
const MOVES = 2 * (ENTRIES + 3);

/** One case is one restore with its kills. */
export async function run(options: CampaignOptions): Promise<CampaignResult> {
  const started = performance.now();
  const world = new World(options.mutant === undefined ? undefined : MUTANTS[options.mutant]);
  const random = new Random(options.seed);
  const figures = {
    kills: 0,
    "kept the old data": 0,
    "have the backup": 0,
    "killed on the way": 0,
  };
  const failures: string[] = [];
  let cases = 0;
  try {
    let present = await world.prepare();
    while (failures.length === 0 && hasBudget(options, started, cases)) {
      const wanted = random.pick<State>(["a", "b"]);
      await world.restoreAndKill(wanted, random);
      figures.kills++;
      if (world.isUnderWay) figures["killed on the way"]++;
      while (random.chance(0.4) && world.isUnderWay) {
        await world.startAndKill(random);
        figures.kills++;
      }
      const found = await world.startAndLook();
      if (typeof found !== "string" || ![present, wanted].includes(found)) {
        failures.push(`case ${cases}: from ${present} to ${wanted}: ${JSON.stringify(found)}`);
        break;
      }
      if (wanted !== present)
        figures[found === present ? "kept the old data" : "have the backup"]++;
      present = found;
      cases++;
    }
  } finally {
    await world.remove();
  }
  return { cases, failures, figures };
}

/** A data folder with backups of two states that differ in everything. */
class World {
  readonly #root = mkdtempSync(join(tmpdir(), "generatio-restore-"));
  readonly #dir = join(this.#root, "pb_data");
  readonly #command: readonly string[];
  #server: ServerProcess | undefined;
  #token = "";

  constructor(defect: Defect | undefined) {
    const empty = join(this.#root, "empty");
    mkdirSync(empty);
    const serve = ["serve", "--dir", "{dir}", "--http", "127.0.0.1:{port}"];
    const folders = ["--hooksDir", empty, "--migrationsDir", empty];
    this.#command = [process.execPath, this.#engine(defect), ...serve, ...folders];
  }

  /** A restore is decided and not carried out to its end. */
  get isUnderWay(): boolean {
    return existsSync(join(this.#dir, ".pb_restore"));
  }

  /** @returns the state that is present */
  async prepare(): Promise<State> {
    createDataFolder(this.#dir);
    const { url } = await this.#start();
    this.#token = await signIn(url);
    const token = this.#token;
    const rules = { listRule: "", viewRule: "", createRule: "", updateRule: "", deleteRule: "" };
    const fields = [
      { name: "title", type: "text" },
      { name: "file", type: "file" },
    ];
    await send(`${url}/api/collections`, {
      token,
      body: { name: "posts", type: "base", ...rules, fields },
    });
    for (const state of ["a", "b"] as const) {
      await this.#become(state);
      await send(`${url}/api/backups`, { token, body: { name: `${state}.zip` } });
    }
    return "b";
  }

  /** Kills at any time, soon after the decision, or between two moves. */
  async restoreAndKill(wanted: State, random: Random): Promise<void> {
    const { url, kill } = this.#server!;
    const token = this.#token;
    const started = send(`${url}/api/backups/${wanted}.zip/restore`, { method: "POST", token });
    started.catch(() => undefined);
    const kind = random.integer(0, 3);
    if (kind === 0) await sleep(random.integer(0, 800));
    else if (kind === 1) {
      await this.#until(() => this.isUnderWay);
      await sleep(random.integer(0, 150));
    } else await this.#moved(random.integer(1, MOVES));
    await kill();
  }

  /** Starts the server and kills it between two moves, or wherever it is when there are none. */
  async startAndKill(random: Random): Promise<void> {
    const { child } = await spawnServer({ command: this.#command, dir: this.#dir });
    await this.#moved(random.integer(1, MOVES));
    const closed = once(child, "close");
    child.kill("SIGKILL");
    await closed;
  }

  /** Waits until so many entries were moved, or there is nothing to move any more. */
  async #moved(count: number): Promise<void> {
    const swap = join(this.#dir, ".pb_restore");
    await this.#until(() => this.isUnderWay);
    const left = (name: string) => {
      const folder = join(swap, name);
      return existsSync(folder) ? readdirSync(folder).length : 0;
    };
    const all = left("new");
    await this.#until(() => !this.isUnderWay || left("old") + all - left("new") >= count);
  }

  /** @returns what is there, or what is wrong with it */
  async startAndLook(): Promise<State | readonly string[]> {
    try {
      const { url } = await this.#start();
      return await this.#look(url);
    } catch (error) {
      return [String(error)];
    }
  }

  async remove(): Promise<void> {
    await this.#server?.kill();
    rmSync(this.#root, { recursive: true, force: true });
  }

  /** @returns the program to run: with a defect, a copy of it */
  #engine(defect: Defect | undefined): string {
    if (!defect) return join(ROOT, "src/main.ts");
    const copy = join(this.#root, "engine");
    mkdirSync(copy);
    cpSync(join(ROOT, "src"), join(copy, "src"), { recursive: true });
    cpSync(join(ROOT, "package.json"), join(copy, "package.json"));
    symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"));
    const text = readFileSync(join(copy, defect.file), "utf8");
    if (!text.includes(defect.text)) throw new Error(`${defect.file} has changed: no defect fits`);
    writeFileSync(join(copy, defect.file), text.replace(defect.text, defect.instead));
    return join(copy, "src/main.ts");
  }

  async #start(): Promise<ServerProcess> {
    this.#server = await startServer({ command: this.#command, dir: this.#dir });
    return this.#server;
  }

  /** Looks so often that a process is caught at what it is doing. */
  async #until(condition: () => boolean): Promise<void> {
    const end = performance.now() + 5000;
    while (!condition() && performance.now() < end) await sleep(1);
  }

  async #become(state: State): Promise<void> {
    const { url } = this.#server!;
    const token = this.#token;
    const meta = { appName: state };
    await send(`${url}/api/settings`, { method: "PATCH", token, body: { meta } });
    await send(`${url}/api/collections/posts/truncate`, { method: "DELETE", token });
    for (let index = 0; index < POSTS; index++) {
      const form = new FormData();
      form.append("title", state);
      form.append("file", new Blob([state]), "file.txt");
      const init = { method: "POST", body: form };
      const answer = await fetch(`${url}/api/collections/posts/records`, init);
      if (!answer.ok) throw new Error(await answer.text());
    }
    for (const name of this.#entries()) rmSync(join(this.#dir, name));
    for (const name of entriesOf(state)) writeFileSync(join(this.#dir, name), state);
  }

  #entries(): string[] {
    return readdirSync(this.#dir).filter((name) => /^([ab]|both)-/.test(name));
  }

  async #look(url: string): Promise<State | readonly string[]> {
    const token = this.#token;
    const { meta } = await send<{ meta: { appName: State } }>(`${url}/api/settings`, { token });
    const state = meta.appName;
    const { items } = await send<{
      items: Record<"collectionId" | "file" | "id" | "title", string>[];
    }>(`${url}/api/collections/posts/records?perPage=500`);
    const seen: Record<string, string> = { posts: String(items.length) };
    for (const { collectionId, id, file, title } of items) {
      const answer = await fetch(`${url}/api/files/${collectionId}/${id}/${file}`);
      seen[`post ${id}`] = `${title} with ${answer.status} ${await answer.text()}`;
    }
    for (const name of this.#entries()) seen[name] = readFileSync(join(this.#dir, name), "utf8");
    const expected: Record<string, string> = { posts: String(POSTS) };
    for (const { id } of items) expected[`post ${id}`] = `${state} with 200 ${state}`;
    for (const name of entriesOf(state)) expected[name] = state;
    const wrong = [...new Set([...Object.keys(seen), ...Object.keys(expected)])].filter(
      (name) => seen[name] !== expected[name],
    );
    if (this.isUnderWay) wrong.push("the restore is still under way");
    return wrong.length === 0
      ? state
      : wrong.map((name) => `${name}: ${seen[name]} instead of ${expected[name]}`).slice(0, 10);
  }
}

function entriesOf(state: State): string[] {
  return Array.from({ length: ENTRIES }, (_, index) =>
    index % 3 === 0 ? `both-${index}` : `${state}-${index}`,
  );
}
