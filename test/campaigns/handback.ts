import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import Sqlite from "better-sqlite3";
import { findPocketBase } from "../peer/pocketbase.ts";
import { type CampaignOptions, type CampaignResult, hasBudget } from "./campaign.ts";
import { changeRandomly, createRandomly } from "./random-folder.ts";
import { Random } from "./random.ts";
import { createDataFolder, ownCommand, send, signIn, startServer } from "./server-process.ts";

export const summary =
  "a data folder goes from us to PocketBase and back, and both say the same of it (needs PocketBase)";

export const mutants = [
  "row-lost",
  "value-changed",
  "field-lost",
  "options-lost",
  "rule-changed",
  "setting-changed",
];

export async function run(options: CampaignOptions): Promise<CampaignResult> {
  findPocketBase();
  const started = performance.now();
  const failures: string[] = [];
  const base = mkdtempSync(join(tmpdir(), "generatio-handback-base-"));
  let cases = 0;
  let compared = 0;
  try {
    createDataFolder(join(base, "pb_data"));
    while (failures.length === 0 && hasBudget(options, started, cases)) {
      const seed = options.seed + cases;
      const found = await playCase(base, seed, options.mutant);
      failures.push(...found.differences.map((difference) => `seed ${seed}: ${difference}`));
      compared += found.compared;
      options.print(`${++cases} folders, ${compared} collections, records and settings compared`);
    }
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
  return { cases, failures, figures: { compared } };
}

/** Ours writes, PocketBase reads and writes, ours reads. */
async function playCase(base: string, seed: number, mutant: string | undefined) {
  const folder = mkdtempSync(join(tmpdir(), "generatio-handback-"));
  const dir = join(folder, "pb_data");
  cpSync(join(base, "pb_data"), dir, { recursive: true });
  const random = new Random(seed);
  const ours = ownCommand(join(base, "none"));
  const serve = ["serve", "--dir", "{dir}", "--http", "127.0.0.1:{port}"];
  const theirs = [findPocketBase(), ...serve, "--automigrate=false", "--dev=false"];
  try {
    const written = await use(ours, dir, async (url, token) => {
      await createRandomly(random, { url, token });
      return readAll(url, token);
    });
    if (mutant !== undefined) damage(join(dir, "data.db"), mutant);
    const handed = await use(theirs, dir, async (url, token) => {
      const seen = await readAll(url, token);
      await changeRandomly(random, { url, token });
      return { seen, changed: await readAll(url, token) };
    });
    const back = await use(ours, dir, readAll);
    const differences = [
      ...compare("PocketBase reads what we wrote otherwise", written, handed.seen),
      ...compare("we read what PocketBase wrote otherwise", handed.changed, back),
      ...checkIntegrity(join(dir, "data.db")),
    ];
    return { differences, compared: written.size + back.size };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function use<T>(
  command: readonly string[],
  dir: string,
  work: (url: string, token: string) => Promise<T>,
): Promise<T> {
  const server = await startServer({ command, dir });
  try {
    return await work(server.url, await signIn(server.url));
  } finally {
    await server.stop();
  }
}

interface Page {
  readonly items: readonly { readonly id: string; readonly name?: string }[];
}

/** Everything that a superuser can read, by what it is. */
async function readAll(url: string, token: string): Promise<Map<string, unknown>> {
  const read = <T>(path: string) => send<T>(`${url}${path}`, { token });
  const all = new Map<string, unknown>();
  const collections = await read<Page>("/api/collections?perPage=500");
  for (const collection of collections.items) {
    all.set(`collection ${collection.name}`, collection);
    const records = `/api/collections/${collection.id}/records?perPage=1000&sort=id`;
    const page = await read<Page>(records);
    // Every sign-in of the reader leaves a trace here.
    if (collection.name === "_authOrigins") continue;
    for (const record of page.items) all.set(`record ${collection.name}/${record.id}`, record);
  }
  all.set("settings", await read("/api/settings"));
  return all;
}

function compare(
  sentence: string,
  before: ReadonlyMap<string, unknown>,
  after: ReadonlyMap<string, unknown>,
): string[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((key) => !isDeepStrictEqual(before.get(key), after.get(key)))
    .map((key) => {
      const [was, is] = [before.get(key), after.get(key)].map((value) => JSON.stringify(value));
      return `${sentence}: ${key}\n    ${was}\n    ${is}`;
    });
}

function checkIntegrity(path: string): string[] {
  const db = new Sqlite(path, { readonly: true });
  const answer = db.pragma("integrity_check", { simple: true });
  db.close();
  return answer === "ok" ? [] : [`integrity_check says ${answer}`];
}

const DAMAGES: Readonly<Record<string, string>> = {
  "row-lost": "DELETE FROM random1 WHERE rowid = (SELECT max(rowid) FROM random1)",
  "value-changed": "UPDATE random1 SET id = 'x' || substr(id, 2) WHERE rowid = 1",
  "field-lost":
    "UPDATE _collections SET fields = json_remove(fields, '$[1]') WHERE name = 'random1'",
  "options-lost": "UPDATE _collections SET options = '{}' WHERE name = 'users'",
  "rule-changed": "UPDATE _collections SET listRule = NULL, viewRule = '' WHERE name = 'random1'",
  "setting-changed": "UPDATE _params SET value = json_set(value, '$.meta.appName', 'other')",
};

function damage(path: string, mutant: string): void {
  const db = new Sqlite(path);
  db.exec(DAMAGES[mutant] ?? "");
  db.close();
}
