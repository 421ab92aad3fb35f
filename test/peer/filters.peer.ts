import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../../src/testing/index.ts";
import { type Expression, randomExpression, write } from "../campaigns/filter-texts.ts";
import {
  isList,
  OPTIONS,
  randomWorld,
  type World,
  type WorldField,
} from "../campaigns/filter-world.ts";
import { Random } from "../campaigns/random.ts";
import { type PocketBaseServer, startPocketBase } from "./pocketbase.ts";

/*
 * A random schema with random rows and list rules, made by the real server and opened by both; then the same
 * random filters and HTML excerpts to both. Every answer must be the same.
 */

const CASES = Number(process.env["FILTER_CASES"] ?? 400);
const SEED = Number(process.env["FILTER_SEED"] ?? Math.floor(Math.random() * 1e9));

const random = new Random(SEED);
const world: World = randomWorld(random);
let folder: string;
let ours: TestServer;
let theirs: PocketBaseServer;
/** Tokens by user id, `root` and `guest`, of each server. */
const tokens = { ours: new Map<string, string>(), theirs: new Map<string, string>() };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "generatio-filters-"));
  const maker = await startPocketBase(join(folder, "theirs"));
  await fill(maker);
  await maker.stop();
  cpSync(join(folder, "theirs"), join(folder, "ours"), { recursive: true });
  theirs = await startPocketBase(join(folder, "theirs"));
  ours = await startTestServer({ dataDir: join(folder, "ours") });
  const root = await ours.superuserToken("peer@example.com");
  await collectTokens(tokens.ours, ours.url, root);
  await collectTokens(tokens.theirs, theirs.url, theirs.token);
}, 60_000);

afterAll(async () => {
  await ours?.close();
  await theirs?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test(`${CASES} random filters (FILTER_SEED=${SEED}) find the same records`, async () => {
  const differences: string[] = [];
  for (let n = 0; n < CASES; n++) {
    const who = random.pick([...tokens.ours.keys()]);
    const collection = random.pick([...world.keys()]);
    const filter = write(randomFilter(collection, who === "root"));
    const query = new URLSearchParams({
      filter,
      sort: "id",
      fields: "id",
      k: random.pick(["a", "1", ""]),
    });
    const path = `/api/collections/${collection}/records?${query}`;
    const [mine, other] = await Promise.all([
      ask(ours.url + path, tokens.ours.get(who)!),
      ask(theirs.url + path, tokens.theirs.get(who)!),
    ]);
    if (mine !== other)
      differences.push(`${who}: ${collection} ${filter}\n  ours ${mine}\n  theirs ${other}`);
  }
  expect(differences.slice(0, 10)).toEqual([]);
}, 300_000);

test(`random excerpts (FILTER_SEED=${SEED}) are the same`, async () => {
  const path = "/api/collections/pages/records/page00000000000";
  for (let n = 0; n < CASES / 4; n++) {
    const html = randomHtml(random, 3);
    const picked = `?fields=body:excerpt(${random.integer(1, 40)},${random.chance(0.5)})`;
    const [mine, other] = await Promise.all(
      [
        [ours.url, tokens.ours.get("root")!] as const,
        [theirs.url, tokens.theirs.get("root")!] as const,
      ].map(async ([url, token]) => {
        await ask(url + path, token, { method: "PATCH", body: JSON.stringify({ body: html }) });
        return (await fetch(url + path + picked, { headers: { authorization: token } })).json();
      }),
    );
    expect(mine, html).toEqual(other);
  }
}, 120_000);

/** Status and ids. */
async function ask(url: string, token: string, init: RequestInit = {}): Promise<string> {
  const headers = { "content-type": "application/json", authorization: token };
  const answer = await fetch(url, { ...init, headers });
  const body = (await answer.json()) as { items?: { id: string }[]; totalItems?: number };
  return `${answer.status} ${body.totalItems ?? ""} ${body.items?.map(({ id }) => id).join(" ") ?? ""}`;
}

function randomFilter(collection: string, isRoot: boolean): Expression {
  const base = world.get(collection)!;
  return randomExpression(random, {
    world,
    base,
    isRule: isRoot,
    auth: undefined,
    maxComparisons: 3,
  });
}

async function collectTokens(into: Map<string, string>, url: string, root: string): Promise<void> {
  into.set("guest", "").set("root", root);
  for (const { id } of world.get("users")!.rows) {
    const answer = await fetch(`${url}/api/collections/users/impersonate/${String(id)}`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: root },
      body: JSON.stringify({ duration: 3600 }),
    });
    into.set(String(id), ((await answer.json()) as { token: string }).token);
  }
}

const idOfCollection = (name: string) => `world_${name}`;

/** Makes the collections step by step: relations need their targets, rules need the fields. */
async function fill(server: PocketBaseServer): Promise<void> {
  const must = async (method: string, path: string, body?: unknown) => {
    const answer = await server.send(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body as { fields: object[]; indexes: string[] };
  };
  await must("DELETE", "/api/collections/users");
  for (const { name, isAuth, fields } of world.values()) {
    const own = fields.filter(
      (field) => field.target === "" && !(isAuth && field.name.startsWith("email")),
    );
    await must("POST", "/api/collections", {
      id: idOfCollection(name),
      name,
      type: isAuth ? "auth" : "base",
      fields: own.map(jsonOf),
    });
  }
  for (const { name, fields } of world.values()) {
    const stored = await must("GET", `/api/collections/${name}`);
    const relations = fields.filter((field) => field.target !== "");
    const unique = relations
      .filter((field) => field.unique)
      .map(
        (field) =>
          `CREATE UNIQUE INDEX u_${name}_${field.name} ON ${name} (${field.name}) WHERE ${field.name} != ''`,
      );
    await must("PATCH", `/api/collections/${name}`, {
      fields: [...stored.fields, ...relations.map(jsonOf)],
      indexes: [...stored.indexes, ...unique],
    });
  }
  for (const collection of world.values()) {
    for (const row of collection.rows) {
      const secrets = {
        tokenKey: `key${String(row["id"])}`.padEnd(30, "x"),
        password: "x",
        verified: 0,
        email: `${String(row["id"])}@x.io`,
      };
      const values = Object.entries(collection.isAuth ? { ...row, ...secrets } : row);
      const columns = values.map(([column]) => `\`${column}\``).join(", ");
      await must("POST", "/api/sql", {
        query: `INSERT INTO ${collection.name} (${columns}) VALUES (${values.map(([, value]) => literal(value)).join(", ")})`,
      });
    }
  }
  for (const { name } of world.values()) {
    const kind = random.next();
    const listRule = kind < 0.5 ? "" : kind < 0.6 ? null : write(randomRule(name));
    await must("PATCH", `/api/collections/${name}`, { listRule });
  }
  await must("POST", "/api/collections", {
    name: "pages",
    type: "base",
    fields: [{ name: "body", type: "editor" }],
  });
  await must("POST", "/api/collections/pages/records", { id: "page00000000000" });
}

function randomRule(collection: string): Expression {
  const base = world.get(collection)!;
  const auth = world.get("users");
  return randomExpression(random, { world, base, isRule: true, auth, maxComparisons: 2 });
}

function jsonOf(field: WorldField): Record<string, unknown> {
  const type = field.kind.replace(/s$/, "");
  const isChoice = type === "select" || type === "relation";
  return {
    name: field.name,
    type,
    hidden: field.hidden,
    ...(type === "select" && { values: OPTIONS }),
    ...(field.target !== "" && { collectionId: idOfCollection(field.target) }),
    ...(isChoice && { maxSelect: isList(field) ? 3 : 1 }),
  };
}

function literal(value: string | number | null): string {
  return typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : String(value);
}

const CONTAINERS = ["div", "section", "blockquote", "article", "li"];
const BLOCKS = ["p", "h1", "h2", "pre"];
const INLINE = ["span", "b", "i", "a", "em", "strong", "code", "small", "script"];
const TEXTS = "hello|wörld| |  |\n|x &amp; y|&lt;|&copy;|&nbsp;|1 < 2|😀|.|a>b|<br>".split("|");

/** Well-formed, as editors write it. */
function randomHtml(source: Random, depth: number): string {
  const content = (inner: () => string) =>
    Array.from({ length: source.integer(1, 4) }, inner).join("");
  const element = (tag: string, inner: string) =>
    `<${tag}${source.chance(0.2) ? ' class="a>b"' : ""}>${inner}</${tag}>`;
  const inline = (level: number): string =>
    level === 0 || source.chance(0.5)
      ? source.pick(TEXTS)
      : element(
          source.pick(INLINE),
          content(() => inline(level - 1)),
        );
  const block = (level: number): string => {
    if (source.chance(0.3)) return inline(2);
    if (level === 0 || source.chance(0.5))
      return element(
        source.pick(BLOCKS),
        content(() => inline(2)),
      );
    const container = source.pick(CONTAINERS);
    const inner = element(
      container,
      content(() => block(level - 1)),
    );
    return container === "li" ? `<ul>${inner}</ul>` : inner;
  };
  return content(() => block(depth));
}
