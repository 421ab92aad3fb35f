import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  configure,
  Uint8ArrayReader,
  Uint8ArrayWriter,
  ZipReader,
  ZipWriter,
} from "@zip.js/zip.js";
import { newFileToken } from "../../src/auth/tokens.ts";
import {
  startTestServer,
  type TestServer,
  type TestServerOptions,
} from "../../src/testing/index.ts";

configure({ useWebWorkers: false });

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Parsed, when it is JSON. */
  readonly json: unknown;
}

export interface BackupServer {
  readonly server: TestServer;
  /** A superuser's. */
  readonly token: string;
  /** One request as the superuser. */
  ask(line: string, body?: unknown): Promise<Answer>;
  /** Sends a file as the part `file`, or another one. */
  upload(name: string, bytes: Uint8Array, part?: string): Promise<Answer>;
  /** A token for links. */
  fileToken(): Promise<string>;
  /** Path of a backup on the disk. */
  path(name: string): string;
  /** Titles of all posts. */
  titles(): Promise<string[]>;
  addPost(title: string): Promise<void>;
  /** Restores a backup through the API and waits for the app that follows. */
  restore(name: string): Promise<void>;
}

/** A server with a superuser and a public collection `posts` of titles and files. */
export async function startBackupServer(options: TestServerOptions = {}): Promise<BackupServer> {
  const server = await startTestServer(options);
  const token = await server.superuserToken();
  const headers = { authorization: token };
  const ask: BackupServer["ask"] = async (line, body) => {
    const [method = "", path = ""] = line.split(" ");
    const json = { method, headers: { ...headers, "content-type": "application/json" } };
    const init = body === undefined ? { method, headers } : { ...json, body: JSON.stringify(body) };
    return toAnswer(await fetch(server.url + path, init));
  };
  const rules = { listRule: "", viewRule: "", createRule: "", updateRule: "", deleteRule: "" };
  const fields = [
    { name: "title", type: "text" },
    { name: "file", type: "file", maxSize: 1 << 30 },
  ];
  const made = await ask("POST /api/collections", {
    name: "posts",
    type: "base",
    ...rules,
    fields,
  });
  if (made.status !== 200) throw new Error(made.text);
  return {
    server,
    token,
    ask,
    async upload(name, bytes, part = "file") {
      const form = new FormData();
      form.append(part, new Blob([new Uint8Array(bytes)]), name);
      const init = { method: "POST", headers, body: form };
      return toAnswer(await fetch(`${server.url}/api/backups/upload`, init));
    },
    async fileToken() {
      const [root] = await server.app.findRecordsByFilter("_superusers", "email != ''");
      return newFileToken(root!);
    },
    path: (name) => join(server.dataDir, "backups", name),
    titles: () => titlesOf(server.url),
    async addPost(title) {
      const { status, text } = await ask("POST /api/collections/posts/records", { title });
      if (status !== 200) throw new Error(text);
    },
    async restore(name) {
      const before = server.app;
      const { status, text } = await ask(`POST /api/backups/${name}/restore`);
      if (status !== 204) throw new Error(text);
      await until(() => server.app !== before);
      await until(async () => (await fetch(`${server.url}/api/health`)).ok);
    },
  };
}

export async function titlesOf(url: string): Promise<string[]> {
  const answer = await fetch(`${url}/api/collections/posts/records?sort=@rowid&perPage=1000`);
  const { items } = (await answer.json()) as { items: { title: string }[] };
  return items.map(({ title }) => title);
}

/** Asks until the answer is yes; what fails counts as no. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 15_000;
  for (;;) {
    const isTrue = await Promise.resolve()
      .then(condition)
      .catch(() => false);
    if (isTrue) return;
    if (performance.now() > end) throw new Error("waited in vain");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function toAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = response.headers.get("content-type") === "application/json";
  const { status, headers } = response;
  return { status, headers, text, json: isJson ? JSON.parse(text) : undefined };
}

/** Names and contents of a zip file. */
export async function readZip(path: string): Promise<Map<string, Buffer>> {
  const zip = new ZipReader(new Uint8ArrayReader(readFileSync(path)), { strictness: "strict" });
  const entries = await zip.getEntries();
  const files = new Map<string, Buffer>();
  for (const entry of entries) {
    if (entry.directory) continue;
    files.set(entry.filename, Buffer.from(await entry.arrayBuffer({ checkCrc32: true })));
  }
  return files;
}

export interface ZipFile {
  readonly name: string;
  readonly content: Uint8Array | string;
  /** The file's mode with its type, as Unix keeps it. */
  readonly mode?: number;
  readonly password?: string;
}

export async function makeZip(files: readonly ZipFile[]): Promise<Buffer> {
  const zip = new ZipWriter(new Uint8ArrayWriter());
  for (const { name, content, mode, password } of files) {
    const bytes = new Uint8Array(Buffer.from(content));
    await zip.add(name, new Uint8ArrayReader(bytes), {
      ...(mode !== undefined && { externalFileAttributes: mode * 0x10000, versionMadeBy: 3 << 8 }),
      ...(password !== undefined && { password }),
    });
  }
  return Buffer.from(await zip.close());
}

/** The same file with other names of the same length: what no honest program writes. */
export function renameIn(zip: Buffer, from: string, to: string): Buffer {
  if (Buffer.byteLength(from) !== Buffer.byteLength(to)) throw new Error("names differ in length");
  return Buffer.from(zip.toString("latin1").replaceAll(from, to), "latin1");
}

/** A backup made before, with some changes. */
export async function changedBackup(
  path: string,
  change: (files: Map<string, Buffer>) => void,
): Promise<Buffer> {
  const files = await readZip(path);
  change(files);
  return makeZip([...files].map(([name, content]) => ({ name, content })));
}

export function save(path: string, bytes: Uint8Array): void {
  writeFileSync(path, bytes);
}
