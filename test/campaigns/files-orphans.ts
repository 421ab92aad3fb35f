import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type CampaignOptions, type CampaignResult, hasBudget } from "./campaign.ts";
import { MUTANTS } from "./files-orphans-mutants.ts";
import { Random } from "./random.ts";
import {
  createDataFolder,
  ownCommand,
  send,
  type ServerProcess,
  signIn,
  startServer,
} from "./server-process.ts";

export const summary =
  "servers killed while they store, replace and delete files: every file is named by a row, every named file is whole";

export const mutants = Object.keys(MUTANTS);

const INTENTS_DIR = ".pb_files_unsettled";
const WRITERS = 8;
/** A server is killed after so many answers at most, and a moment of at most so many milliseconds. */
const MAX_ANSWERS = 40;
const MAX_MOMENT_MS = 30;

/** One record as the API gives it. */
interface Row {
  readonly id: string;
  readonly collectionId: string;
  readonly files: readonly string[];
  /** Bytes of all its files. */
  readonly bytes: number;
}

/** One case is one kill. */
export async function run(options: CampaignOptions): Promise<CampaignResult> {
  const started = performance.now();
  const folder = mkdtempSync(join(tmpdir(), "generatio-orphans-"));
  const dir = join(folder, "pb_data");
  const hooks = join(folder, "hooks");
  mkdirSync(hooks);
  if (options.mutant) writeFileSync(join(hooks, "mutant.ts"), MUTANTS[options.mutant]!);
  createDataFolder(dir);
  const random = new Random(options.seed);
  const figures = { kills: 0, answered: 0, "kills with work left": 0 };
  const failures: string[] = [];
  const start = () => startServer({ command: ownCommand(hooks), dir });
  let server = await start();
  try {
    await prepare(server);
    while (failures.length === 0 && hasBudget(options, started, figures.kills)) {
      const answered = await writeUntilKilled(server, random);
      if (filesIn(join(dir, INTENTS_DIR)).length > 0) figures["kills with work left"]++;
      server = await start();
      failures.push(...(await check(server.url, dir, answered)));
      figures.kills++;
      figures.answered += answered.size;
    }
  } finally {
    await server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
  return { cases: figures.kills, failures, figures };
}

async function prepare({ url }: ServerProcess): Promise<void> {
  const token = await signIn(url);
  const rules = { listRule: "", viewRule: "", createRule: "", updateRule: "", deleteRule: "" };
  const fields = [
    { name: "files", type: "file", maxSelect: 9, thumbs: ["10x0"] },
    { name: "title", type: "text" },
    { name: "bytes", type: "number" },
  ];
  const indexes = ["CREATE UNIQUE INDEX idx_title ON docs (title)"];
  await send(`${url}/api/collections`, {
    token,
    body: { name: "docs", type: "base", ...rules, fields, indexes },
  });
  const batch = { enabled: true, maxRequests: 50, timeout: 10, maxBodySize: 0 };
  await send(`${url}/api/settings`, { method: "PATCH", token, body: { batch } });
}

/** @returns the answered rows by id; undefined for those that may or may not be there */
async function writeUntilKilled(
  server: ServerProcess,
  random: Random,
): Promise<Map<string, Row | undefined>> {
  const rows = new Map<string, Row | undefined>();
  const state = { isKilled: false, answers: 0 };
  const last = random.integer(0, MAX_ANSWERS);
  const { promise: enough, resolve } = Promise.withResolvers<void>();
  const writeOn = async (): Promise<void> => {
    while (!state.isKilled) {
      if (state.answers++ >= last) resolve();
      await write(server.url, rows, random).catch((error: unknown) => {
        if (!state.isKilled) throw error;
      });
    }
  };
  const writers = Array.from({ length: WRITERS }, writeOn);
  await Promise.race([enough, ...writers]);
  await sleep(random.integer(0, MAX_MOMENT_MS));
  state.isKilled = true;
  await server.kill();
  await Promise.all(writers);
  return rows;
}

async function write(
  url: string,
  rows: Map<string, Row | undefined>,
  random: Random,
): Promise<void> {
  const records = `${url}/api/collections/docs/records`;
  const known = [...rows].flatMap(([id, row]) => (row ? [id] : []));
  const kind = known.length === 0 ? 0 : random.integer(0, 6);
  if (kind <= 1) return keep(rows, await post(records, "POST", newForm(random)));
  if (kind === 2) {
    // Refused: its title is taken twice, in one transaction.
    await post(`${url}/api/batch`, "POST", batchForm(random), 400);
    return;
  }
  const id = random.pick(known);
  // Whatever becomes of the request: until it is answered anything may be in the row.
  rows.set(id, undefined);
  if (kind <= 4) return keep(rows, await post(`${records}/${id}`, "PATCH", newForm(random)));
  if (kind === 5) {
    const body = { files: [], bytes: 0 };
    return keep(rows, await send<Row>(`${records}/${id}`, { method: "PATCH", body }));
  }
  await send(`${records}/${id}`, { method: "DELETE" });
}

function keep(rows: Map<string, Row | undefined>, row: Row | undefined): void {
  if (row) rows.set(row.id, row);
}

async function post(
  url: string,
  method: string,
  body: FormData,
  refused?: number,
): Promise<Row | undefined> {
  const answer = await fetch(url, { method, body });
  const text = await answer.text();
  if (answer.status === refused) return undefined;
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${text}`);
  return JSON.parse(text) as Row;
}

/** One to three files, some of which are held in memory and others on disk while they arrive. */
function newForm(random: Random, prefix = ""): FormData {
  const form = new FormData();
  let bytes = 0;
  for (let count = random.integer(1, 3); count > 0; count--) {
    const size = random.chance(0.3) ? random.integer(300_000, 900_000) : random.integer(0, 30_000);
    const content = new Uint8Array(size).fill(random.integer(0, 255));
    form.append(`${prefix}files`, new Blob([content]), `${random.word(5)}.bin`);
    bytes += size;
  }
  if (prefix === "") {
    form.append("bytes", String(bytes));
    form.append("title", random.word(20));
  }
  return form;
}

function batchForm(random: Random): FormData {
  const form = new FormData();
  const request = {
    method: "POST",
    url: "/api/collections/docs/records",
    body: { title: random.word(20), bytes: 0 },
  };
  form.append("@jsonPayload", JSON.stringify({ requests: [request, request] }));
  for (const index of [0, 1])
    for (const [name, value] of newForm(random, `requests.${index}.`)) form.append(name, value);
  return form;
}

async function check(
  url: string,
  dir: string,
  answered: ReadonlyMap<string, Row | undefined>,
): Promise<string[]> {
  const rows = await listAll(url);
  const failures: string[] = [];
  for (const [id, row] of answered) {
    const stored = rows.find((other) => other.id === id);
    if (row && JSON.stringify(stored?.files) !== JSON.stringify(row.files))
      failures.push(`${id} was answered with ${row.files.join()}, but has ${stored?.files.join()}`);
  }
  const expected = new Set<string>();
  for (const { id, collectionId, files, bytes } of rows) {
    const folder = join(collectionId, id);
    const sizes = files.map((name) => {
      expected.add(join(folder, name)).add(join(folder, `${name}.attrs`));
      return wholeSize(join(dir, "storage", folder, name)) ?? -Infinity;
    });
    const sum = sizes.reduce((total, size) => total + size, 0);
    if (sum !== bytes) failures.push(`${id} has files of ${sum} bytes instead of ${bytes}`);
  }
  for (const path of filesIn(join(dir, "storage")))
    if (!expected.has(path)) failures.push(`no row names ${path}`);
  for (const rest of [INTENTS_DIR, ".pb_temp_to_delete"])
    for (const path of filesIn(join(dir, rest))) failures.push(`${rest}/${path} was left behind`);
  return failures;
}

/** Undefined when the file is not there as its side-car says. */
function wholeSize(path: string): number | undefined {
  if (!existsSync(path) || !existsSync(`${path}.attrs`)) return undefined;
  const content = readFileSync(path);
  const { md5 } = JSON.parse(readFileSync(`${path}.attrs`, "utf8")) as { md5: string };
  return createHash("md5").update(content).digest("base64") === md5 ? content.length : undefined;
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

async function listAll(url: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (let page = 1; ; page++) {
    const query = `perPage=500&page=${page}&skipTotal=1&sort=id`;
    const { items } = await send<{ items: Row[] }>(`${url}/api/collections/docs/records?${query}`);
    rows.push(...items);
    if (items.length < 500) return rows;
  }
}
