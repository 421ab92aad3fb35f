import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "../../src/app.ts";
import { saveCollection } from "../../src/collections/save.ts";
import { decodeCollection } from "../../src/collections/scaffold.ts";
import { ApiError } from "../../src/lib/errors.ts";
import { Page } from "../../src/lib/page.ts";
import { pickFields } from "../../src/lib/picker.ts";
import { expandRecords } from "../../src/records/expand.ts";
import { findRecords } from "../../src/records/find.ts";
import { listRecords } from "../../src/records/list.ts";
import type { RecordModel } from "../../src/records/record.ts";
import type { RequestInfo } from "../../src/records/request-info.ts";
import { type CampaignOptions, type CampaignResult, hasBudget } from "./campaign.ts";
import { type Parameter, randomText } from "./grammar-texts.ts";
import { Random } from "./random.ts";

export const summary =
  "random filters, sorts, expands and field lists are answered or refused, never worse";

/** Answers a parameter; throws what the engine throws. */
type Target = (parameter: Parameter, text: string, asRoot: boolean) => Promise<unknown>;

/** Defects laid over the engine's answers. */
const MUTANTS: Readonly<Record<string, (target: Target) => Target>> = {
  "tells-the-cause":
    (target) =>
    async (...ask) => {
      try {
        return await target(...ask);
      } catch (error) {
        throw error instanceof ApiError ? new ApiError(400, String(error.cause)) : error;
      }
    },
  "server-error": (target) => (parameter, text, asRoot) =>
    text.includes("((") ? Promise.reject(new ApiError(500)) : target(parameter, text, asRoot),
  "crashes-on-emoji": (target) => (parameter, text, asRoot) =>
    /\p{Emoji_Presentation}/u.test(text)
      ? Promise.reject(new TypeError("no emoji"))
      : target(parameter, text, asRoot),
  "hangs-on-brackets": (target) => async (parameter, text, asRoot) => {
    if (/\)\s*\(/.test(text)) await new Promise((resolve) => setTimeout(resolve, LIMIT_MS + 100));
    return target(parameter, text, asRoot);
  },
  "answers-nothing": (target) => (parameter, text, asRoot) =>
    text.startsWith("-") ? Promise.resolve(undefined) : target(parameter, text, asRoot),
  "wraps-sqlite":
    (target) =>
    async (...ask) => {
      try {
        return await target(...ask);
      } catch (error) {
        throw error instanceof ApiError ? error.cause : error;
      }
    },
};

export const mutants = Object.keys(MUTANTS);

const LIMIT_MS = 1000;
/** Failures after which it gives up; a planted defect needs to be seen only once. */
const maxFailures = (mutant: string | undefined) => (mutant ? 1 : 20);

export async function run(options: CampaignOptions): Promise<CampaignResult> {
  const random = new Random(options.seed);
  const started = performance.now();
  const bench = await Bench.open();
  const plant = MUTANTS[options.mutant ?? ""] ?? ((target: Target) => target);
  const target = plant((...ask) => bench.answer(...ask));
  const failures: string[] = [];
  const counts = { answered: 0, refused: 0, slowest: 0 };
  let cases = 0;
  try {
    while (hasBudget(options, started, cases) && failures.length < maxFailures(options.mutant)) {
      const parameter = random.pick<Parameter>([
        "filter",
        "filter",
        "filter",
        "sort",
        "expand",
        "fields",
      ]);
      const text = randomText(random, parameter);
      const start = performance.now();
      const outcome = await outcomeOf(target, parameter, text, random.chance(0.5));
      const ms = performance.now() - start;
      counts.slowest = Math.max(counts.slowest, ms);
      if (outcome === "answered" || outcome === "refused") counts[outcome]++;
      else failures.push(`${parameter} ${JSON.stringify(text)}: ${outcome}`);
      if (ms > LIMIT_MS)
        failures.push(`${parameter} ${JSON.stringify(text)} took ${Math.round(ms)} ms`);
      if (++cases % 10_000 === 0) options.print(`${cases} texts`);
    }
  } finally {
    await bench.close();
  }
  const { answered, refused, slowest } = counts;
  return { cases, failures, figures: { answered, refused, "slowest ms": Math.round(slowest) } };
}

/** `answered`, `refused`, or what is wrong with the outcome. */
async function outcomeOf(
  target: Target,
  parameter: Parameter,
  text: string,
  asRoot: boolean,
): Promise<string> {
  try {
    return (await target(parameter, text, asRoot)) === undefined ? "no answer" : "answered";
  } catch (error) {
    if (!(error instanceof ApiError)) return `threw ${String(error)}`;
    if (error.status !== 400) return `status ${error.status}`;
    const isSilent =
      error.message === "Something went wrong while processing your request." &&
      Object.keys(error.data).length === 0;
    if (!isSilent) return `told the client ${JSON.stringify(error.message)}`;
    const { cause } = error;
    // Bugs show as these; what was refused on purpose, and what SQLite refused, do not.
    const isBug =
      cause instanceof TypeError || cause instanceof RangeError || cause instanceof ReferenceError;
    return isBug ? `was refused because of a bug: ${cause.stack}` : "refused";
  }
}

/** An app with a few related collections. */
class Bench {
  readonly #app: App;
  readonly #folder: string;
  readonly #root: RecordModel;
  readonly #notes: RecordModel[];

  constructor(app: App, folder: string, root: RecordModel, notes: RecordModel[]) {
    this.#app = app;
    this.#folder = folder;
    this.#root = root;
    this.#notes = notes;
  }

  static async open(): Promise<Bench> {
    const folder = mkdtempSync(join(tmpdir(), "generatio-fuzz-"));
    const app = new App({ dataDir: folder });
    await app.bootstrap();
    for (const json of COLLECTIONS) await saveCollection(app, decodeCollection(json), SAVE);
    // A relation to the collection itself needs the collection.
    const itself = app.findCollection("notes");
    const fields = [...itself.fields, relation("parent", 1), relation("links", 20)];
    await saveCollection(app, decodeCollection({ fields }, itself), SAVE);
    const root = app.newRecord("_superusers", {
      email: "root@example.com",
      password: "1234567890",
    });
    await app.save(root);
    const notes: RecordModel[] = [];
    for (let n = 0; n < 8; n++) {
      const before = notes.map((note) => note.id);
      const values = {
        title: `note ${n}`,
        rank: n,
        kinds: n % 2 ? ["a"] : ["a", "b"],
        data: { a: [n, { b: "x" }] },
        parent: before.at(-1) ?? "",
        links: before,
      };
      const note = app.newRecord("notes", values);
      await app.save(note);
      notes.push(note);
    }
    return new Bench(app, folder, root, notes);
  }

  async answer(parameter: Parameter, text: string, asRoot: boolean): Promise<unknown> {
    const auth = asRoot ? this.#root : undefined;
    const info: RequestInfo = {
      context: "default",
      method: "GET",
      headers: {},
      query: { [parameter]: text },
      body: {},
      auth,
    };
    if (parameter === "filter" || parameter === "sort") {
      return listRecords(this.#app, this.#app.findCollection("notes"), { [parameter]: text }, info);
    }
    if (parameter === "fields") return this.#pick(text);
    const records = this.#notes.map((note) => note.fresh());
    return expandRecords(this.#app, records, text.split(","), (collection, ids) =>
      findRecords(this.#app, collection, ids),
    );
  }

  /** As an answer does it: whatever the picker throws is a 400. */
  #pick(text: string): unknown {
    try {
      return pickFields(new Page([...this.#notes], 1, 30, this.#notes.length), text);
    } catch (cause) {
      throw new ApiError(400, "", { cause });
    }
  }

  async close(): Promise<void> {
    await this.#app.terminate();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const SAVE = { validate: true };

const relation = (name: string, maxSelect: number) => ({
  name,
  type: "relation",
  collectionId: "notes0000000000",
  maxSelect,
});

const COLLECTIONS = [
  {
    id: "notes0000000000",
    name: "notes",
    type: "base",
    listRule: "",
    viewRule: "",
    fields: [
      { name: "title", type: "text" },
      { name: "secret", type: "text", hidden: true },
      { name: "rank", type: "number" },
      { name: "at", type: "date" },
      { name: "kinds", type: "select", values: ["a", "b"], maxSelect: 2 },
      { name: "data", type: "json" },
      { name: "place", type: "geoPoint" },
    ],
  },
  {
    name: "tags",
    type: "base",
    listRule: "note.rank > 2",
    viewRule: "",
    fields: [{ name: "name", type: "text" }, relation("note", 1)],
  },
];
