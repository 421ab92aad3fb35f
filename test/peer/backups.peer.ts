import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { startTestServer } from "../../src/testing/index.ts";
import { readZip } from "../backups/fixture.ts";
import { type PocketBaseServer, startPocketBase } from "./pocketbase.ts";

interface Side {
  readonly url: string;
  readonly token: string;
  readonly dataDir: string;
}

const ROOT = { identity: "root@example.com", password: "1234567890" };

async function ask<T>(side: Side, method: string, path: string, body?: unknown): Promise<T> {
  const isForm = body instanceof FormData;
  const answer = await fetch(side.url + path, {
    method,
    headers: {
      authorization: side.token,
      ...(body !== undefined && !isForm && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

async function ours(): Promise<Side> {
  const server = await startTestServer();
  onTestFinished(() => server.close());
  return {
    url: server.url,
    token: await server.superuserToken(ROOT.identity),
    dataDir: server.dataDir,
  };
}

async function theirs(): Promise<Side> {
  const dataDir = mkdtempSync(join(tmpdir(), "generatio-peer-"));
  const server: PocketBaseServer = await startPocketBase(dataDir);
  onTestFinished(async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return { url: server.url, token: server.token, dataDir };
}

/** Collections, an account, rows and a file, and what can be seen of them. */
async function fill(side: Side): Promise<void> {
  const rules = { listRule: "", viewRule: "", createRule: "", updateRule: "", deleteRule: "" };
  const fields = [
    { name: "title", type: "text" },
    { name: "file", type: "file" },
    { name: "made", type: "autodate", onCreate: true },
  ];
  await ask(side, "POST", "/api/collections", { name: "posts", type: "base", ...rules, fields });
  const account = {
    email: "ada@example.com",
    password: "1234567890",
    passwordConfirm: "1234567890",
  };
  await ask(side, "POST", "/api/collections/users/records", account);
  for (const title of ["one", "zwei", "три"]) {
    const form = new FormData();
    form.append("title", title);
    form.append("file", new Blob([`content of ${title}`]), "file.txt");
    await ask(side, "POST", "/api/collections/posts/records", form);
  }
  await ask(side, "PATCH", "/api/settings", { meta: { appName: "Moved" } });
}

interface Post {
  readonly id: string;
  readonly collectionId: string;
  readonly file: string;
}

/** What a user of the data sees. */
async function view(side: Side): Promise<unknown> {
  const path = "/api/collections/posts/records?sort=title";
  const { items } = await ask<{ items: Post[] }>(side, "GET", path);
  const files: string[] = [];
  for (const { id, collectionId, file } of items)
    files.push(await (await fetch(`${side.url}/api/files/${collectionId}/${id}/${file}`)).text());
  const login = { identity: "ada@example.com", password: "1234567890" };
  const auth = await ask<{ record: unknown }>(
    side,
    "POST",
    "/api/collections/users/auth-with-password",
    login,
  );
  const { meta } = await ask<{ meta: unknown }>(side, "GET", "/api/settings");
  return { items, files, ada: auth.record, meta };
}

/** With a token of the account that is in the restored data. @throws Error when that is not there yet */
async function signedIn(to: Side): Promise<Side> {
  const path = "/api/collections/_superusers/auth-with-password";
  const { token } = await ask<{ token: string }>({ ...to, token: "" }, "POST", path, ROOT);
  const side = { ...to, token };
  const { meta } = await ask<{ meta: { appName: string } }>(side, "GET", "/api/settings");
  if (meta.appName !== "Moved") throw new Error("still the old data");
  return side;
}

let carried = 0;

/** Carries a backup from one to the other and restores it there. @returns the other with a token of the restored account */
async function carry(from: Side, to: Side): Promise<Side> {
  const name = `carried_${++carried}.zip`;
  await ask(from, "POST", "/api/backups", { name });
  const form = new FormData();
  const bytes = readFileSync(join(from.dataDir, "backups", name));
  form.append("file", new Blob([bytes]), name);
  await ask(to, "POST", "/api/backups/upload", form);
  await ask(to, "POST", `/api/backups/${name}/restore`);
  for (let attempt = 0; attempt < 300; attempt++) {
    await sleep(50);
    // While it restarts nothing answers.
    const side = await signedIn(to).catch(() => undefined);
    if (side) return side;
  }
  throw new Error("the restored data did not come");
}

test("a backup of ours is restored by PocketBase, and one of that by us again", async () => {
  const own = await ours();
  await fill(own);
  const expected = await view(own);
  const there = await carry(own, await theirs());
  expect(await view(there)).toEqual(expected);
  const back = await carry(there, await ours());
  expect(await view(back)).toEqual(expected);
}, 120_000);

test("a backup of PocketBase is restored by us, and one of that by PocketBase again", async () => {
  const peer = await theirs();
  await fill(peer);
  const expected = await view(peer);
  const here = await carry(peer, await ours());
  expect(await view(here)).toEqual(expected);
  const back = await carry(here, await theirs());
  expect(await view(back)).toEqual(expected);
}, 120_000);

test("both pack the same files", async () => {
  const [own, peer] = [await ours(), await theirs()];
  const names: string[][] = [];
  for (const side of [own, peer]) {
    await fill(side);
    await ask(side, "POST", "/api/backups", { name: "a.zip" });
    const files = [...(await readZip(join(side.dataDir, "backups", "a.zip"))).keys()];
    names.push(files.map((name) => name.replace(/\/\w{15}\/file_\w{10}/, "/ID/NAME")).toSorted());
  }
  // Written by PocketBase for its own hooks.
  expect(names[1]).toContain("types.d.ts");
  expect(names[0]).toEqual(names[1]!.filter((name) => name !== "types.d.ts"));
}, 60_000);
