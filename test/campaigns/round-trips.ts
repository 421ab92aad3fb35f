import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Sqlite from "better-sqlite3";
import { findPocketBase, prepareFolder } from "../peer/pocketbase.ts";
import { type CampaignOptions, type CampaignResult, hasBudget } from "./campaign.ts";
import { Random } from "./random.ts";
import { editRecords } from "./round-trip-records.ts";
import { editSchema } from "./round-trip-schema.ts";
import {
  accessProblems,
  differences,
  dumpSchema,
  filesLeft,
  indexProblems,
  modelProblems,
  readAll,
  type Snapshot,
} from "./round-trip-reads.ts";
import { type Side, World } from "./round-trip-world.ts";
import { createDataFolder, ownCommand, send, signIn, startServer } from "./server-process.ts";

export const summary =
  "PocketBase and we write one folder in turn and at once, against a model (needs PocketBase)";

/** Defects of what one of them left behind. */
const DAMAGES: Readonly<Record<string, (dir: string) => void>> = {
  "row-lost": inTables(
    (name) => `DELETE FROM ${name} WHERE rowid = (SELECT max(rowid) FROM ${name})`,
  ),
  "updated-unchanged": inTables((name) => `UPDATE ${name} SET updated = created`),
  "number-changed": inTables((name) => `UPDATE ${name} SET count = count + 1`),
  "option-shape": inDatabase(
    "UPDATE _collections SET fields = json_set(fields, '$[1].max', '5') WHERE name LIKE 'round%'",
  ),
  "option-lost": inDatabase(
    "UPDATE _collections SET fields = json_remove(fields, '$[1].max') WHERE name LIKE 'round%'",
  ),
  "index-lost": (dir) => {
    const db = new Sqlite(join(dir, "data.db"));
    const named = "SELECT name FROM sqlite_schema WHERE name LIKE 'by_pbc_%'";
    for (const name of db.prepare(named).pluck().all()) db.exec(`DROP INDEX ${String(name)}`);
    db.close();
  },
  "token-key-lost": inDatabase("UPDATE users SET tokenKey = hex(randomblob(25))"),
  "setting-lost": inDatabase("UPDATE _params SET value = json_remove(value, '$.meta.appName')"),
  "rule-changed": inDatabase(
    "UPDATE _collections SET listRule = 'id = ''x''' WHERE name LIKE 'round%'",
  ),
  "side-car-lost": (dir) => {
    const storage = join(dir, "storage");
    if (!existsSync(storage)) return;
    for (const file of readdirSync(storage, { recursive: true, encoding: "utf8" })) {
      if (file.endsWith(".attrs")) rmSync(join(storage, file));
    }
  },
};

export const mutants: readonly string[] = Object.keys(DAMAGES);

const TURNS = 4;
const TRIPS_AT_ONCE = 20;
/** What may come after an answer, comes within this time. */
const LATE_MS = 5_000;
/**
 * PocketBase changes a table from what it remembers of the collection, and is told of our changes after a moment
 * (core/collection_model.go: FindCachedCollectionByNameOrId); an edit before that fails there, and would without us.
 */
const HEARING_MS = 250;

export async function run(options: CampaignOptions): Promise<CampaignResult> {
  findPocketBase();
  const started = performance.now();
  const failures: string[] = [];
  const base = mkdtempSync(join(tmpdir(), "generatio-trips-base-"));
  let cases = 0;
  let folders = 0;
  try {
    createDataFolder(join(base, "ours"));
    prepareFolder(join(base, "theirs"));
    // A case is a round trip; a folder has some of them.
    while (failures.length === 0 && hasBudget(options, started, cases)) {
      const seed = options.seed + folders++;
      const life = new Life(base, seed, options.mutant);
      failures.push(...(await life.run()).map((problem) => `seed ${seed}: ${problem}`));
      cases += life.trips;
      if (folders % 5 === 0) options.print(`${folders} folders, ${cases} round trips`);
    }
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
  return { cases, failures, figures: { folders } };
}

type Who = "ours" | "theirs";
type Running = Side & { readonly who: Who; stop(): Promise<void> };

/** One folder, from its making to the comparison of its schema with one that only PocketBase had. */
class Life {
  readonly #base: string;
  readonly #folder = mkdtempSync(join(tmpdir(), "generatio-trips-"));
  readonly #dir: string;
  readonly #seed: number;
  readonly #random: Random;
  readonly #world: World;
  readonly #running = new Set<Running>();
  #mutant: string | undefined;
  #token = "";
  trips = 0;

  constructor(base: string, seed: number, mutant: string | undefined) {
    this.#base = base;
    this.#dir = join(this.#folder, "pb_data");
    this.#seed = seed;
    this.#random = new Random(seed);
    this.#world = new World(this.#random);
    this.#mutant = mutant;
  }

  /** @returns what went wrong */
  async run(): Promise<string[]> {
    const origin = this.#seed % 2 === 0 ? "ours" : "theirs";
    cpSync(join(this.#base, origin), this.#dir, { recursive: true });
    try {
      const problems = await this.#inTurn();
      if (problems.length === 0) problems.push(...(await this.#atOnce()));
      if (problems.length === 0) problems.push(...(await this.#compareSchema()));
      return problems;
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)];
    } finally {
      for (const server of this.#running) await server.stop();
      rmSync(this.#folder, { recursive: true, force: true });
    }
  }

  /** One after the other, each in a process of its own. */
  async #inTurn(): Promise<string[]> {
    let before: Snapshot | undefined;
    let dump = dumpSchema(this.#dir);
    for (let turn = 0; turn < TURNS; turn++) {
      const who: Who = (turn + this.#seed) % 2 === 0 ? "ours" : "theirs";
      const server = await this.#start(who, this.#dir);
      const now = await readAll(server);
      const sentence = `${who} reads otherwise than the other wrote`;
      const problems = [
        ...(before ? differences(sentence, before, now) : []),
        ...(await this.#check(now, server)),
        ...lines(`${who} changed the schema by starting`, dump, dumpSchema(this.#dir)),
      ];
      if (problems.length > 0) return problems;
      if (turn > 0) this.trips++;
      await this.#edit(server, 3, 12);
      before = await readAll(server);
      await this.#stop(server);
      const own = modelProblems(this.#world, before);
      if (own.length > 0) return own.map((problem) => `${who} wrote: ${problem}`);
      this.#damage(turn);
      dump = dumpSchema(this.#dir);
    }
    return [];
  }

  /** Both run; what one writes the other reads at once, or as soon as it has heard of it. */
  async #atOnce(): Promise<string[]> {
    const ours = await this.#start("ours", this.#dir);
    const theirs = await this.#start("theirs", this.#dir);
    for (let trip = 0; trip < TRIPS_AT_ONCE; trip++) {
      const [writer, reader] = trip % 2 === 0 ? [ours, theirs] : [theirs, ours];
      if (writer.who === "theirs") await sleep(HEARING_MS);
      await this.#edit(writer, this.#random.chance(0.4) ? 1 : 0, 3);
      const written = await readAll(writer);
      const problems = await this.#waitFor(reader, written);
      if (problems.length > 0) return problems;
      this.trips++;
    }
    await this.#stop(ours);
    await this.#stop(theirs);
    return [];
  }

  /** We notice foreign changes with the next request; PocketBase is told of them a moment later. */
  async #waitFor(reader: Running, written: Snapshot): Promise<string[]> {
    const sentence = `${reader.who}, at once, reads otherwise`;
    const until = performance.now() + (reader.who === "ours" ? 0 : LATE_MS);
    for (;;) {
      const seen = await readAll(reader).catch((error: unknown) => String(error));
      if (typeof seen !== "string") {
        const problems = differences(sentence, written, seen);
        if (problems.length === 0) return this.#check(seen, reader);
        if (performance.now() > until) return problems;
      } else if (performance.now() > until) return [`${sentence}: ${seen}`];
      await sleep(20);
    }
  }

  async #check(found: Snapshot, server: Running): Promise<string[]> {
    return [
      ...modelProblems(this.#world, found),
      ...(await accessProblems(this.#world, server, this.#dir)),
      ...indexProblems(this.#world, this.#dir),
    ];
  }

  async #edit(server: Running, schemaEdits: number, recordEdits: number): Promise<void> {
    const first = this.#world.collections.length === 0;
    const edits = [
      ...Array.from({ length: schemaEdits }, () => editSchema),
      ...Array.from({ length: recordEdits }, () => editRecords),
    ];
    if (first) await editSchema(this.#world, server);
    for (const edit of shuffled(this.#random, edits)) await edit(this.#world, server);
    const until = performance.now() + LATE_MS;
    for (;;) {
      const left = filesLeft(this.#world, this.#dir);
      if (left.length === 0) return;
      if (performance.now() > until) throw new Error(`${server.who}: ${left.join(", ")}`);
      await sleep(20);
    }
  }

  #damage(turn: number): void {
    if (this.#mutant === undefined || turn !== 2) return;
    DAMAGES[this.#mutant]?.(this.#dir);
  }

  /** The same changes of the schema, made by PocketBase alone: there may be no difference. */
  async #compareSchema(): Promise<string[]> {
    const other = join(this.#folder, "other");
    cpSync(join(this.#base, "theirs"), other, { recursive: true });
    const server = await this.#start("theirs", other);
    const token = await signIn(server.url);
    for (const { method, path, body } of this.#world.schema) {
      await send(server.url + path, { method, body, token });
    }
    await this.#stop(server);
    return lines("the schema is another", dumpSchema(other), dumpSchema(this.#dir));
  }

  async #start(who: Who, dir: string): Promise<Running> {
    const serve = ["serve", "--dir", "{dir}", "--http", "127.0.0.1:{port}"];
    const theirs = [findPocketBase(), ...serve, "--automigrate=false", "--dev=false"];
    const command = who === "ours" ? ownCommand(join(this.#base, "none")) : theirs;
    const server = await startServer({ command, dir }).catch((error: unknown) => {
      // Somebody else may have taken the port that was free a moment ago.
      if (!/address already in use/.test(String(error))) throw error;
      return startServer({ command, dir });
    });
    const running = { who, url: server.url, token: this.#token, stop: () => server.stop() };
    this.#running.add(running);
    // Later ones take the token that the first one gave.
    if (this.#token === "") this.#token = running.token = await signIn(server.url);
    return running;
  }

  async #stop(server: Running): Promise<void> {
    await server.stop();
    this.#running.delete(server);
  }
}

function lines(sentence: string, before: readonly string[], after: readonly string[]): string[] {
  return [
    ...before.filter((line) => !after.includes(line)).map((line) => `${sentence}: - ${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `${sentence}: + ${line}`),
  ];
}

function shuffled<T>(random: Random, items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, order: random.next() }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ item }) => item);
}

function inDatabase(sql: string): (dir: string) => void {
  return (dir) => {
    const db = new Sqlite(join(dir, "data.db"));
    db.exec(sql);
    db.close();
  };
}

/** In the tables of the random collections. */
function inTables(sql: (name: string) => string): (dir: string) => void {
  return (dir) => {
    const db = new Sqlite(join(dir, "data.db"));
    const names = "SELECT name FROM _collections WHERE id LIKE 'pbc_round%'";
    for (const name of db.prepare(names).pluck().all()) db.exec(sql(String(name)));
    db.close();
  };
}
