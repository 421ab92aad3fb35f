import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const PROGRAM = process.env["POCKETBASE"] ?? join(homedir(), ".cache/peer-pocketbase/usr/bin/base");

/** The real PocketBase, running on a data folder, with a superuser's access. */
export interface PocketBaseServer {
  readonly url: string;
  /** The superuser's. */
  readonly token: string;
  /** One request as the superuser; the answer's JSON. */
  send(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }>;
  stop(): Promise<void>;
}

/** @throws Error with a sentence when the program is not there */
export function findPocketBase(): string {
  if (existsSync(PROGRAM)) return PROGRAM;
  throw new Error(
    `PocketBase 0.40.4 is not at ${PROGRAM}: set POCKETBASE to the path of its program.`,
  );
}

/** Makes the data folder of a new PocketBase, or adds the superuser to an existing one. */
export function prepareFolder(folder: string): void {
  const account = ["root@example.com", "1234567890"];
  execFileSync(
    findPocketBase(),
    ["superuser", "upsert", ...account, "--dir", folder, "--dev=false"],
    {
      stdio: "pipe",
    },
  );
}

/** @param more further flags of `serve` */
export async function startPocketBase(
  folder: string,
  ...more: string[]
): Promise<PocketBaseServer> {
  prepareFolder(folder);
  const served = await servePocketBase(folder, ...more);
  const headers: Record<string, string> = { "content-type": "application/json" };
  const send: PocketBaseServer["send"] = async (method, path, body) => {
    const init =
      body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
    const response = await fetch(served.url + path, init);
    const text = await response.text();
    return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
  };
  const login = await send("POST", "/api/collections/_superusers/auth-with-password", {
    identity: "root@example.com",
    password: "1234567890",
  });
  const { token } = login.body as { token: string };
  headers["authorization"] = token;
  return { ...served, token, send };
}

/** Serves a data folder as it is. @param more further flags of `serve` */
export async function servePocketBase(
  folder: string,
  ...more: string[]
): Promise<Pick<PocketBaseServer, "url" | "stop">> {
  const address = `127.0.0.1:${await freePort()}`;
  const flags = ["--dir", folder, "--http", address, "--automigrate=false", "--dev=false", ...more];
  const child = spawn(findPocketBase(), ["serve", ...flags], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let output = "";
  child.stderr.on("data", (data) => void (output += String(data)));
  const url = `http://${address}`;
  await answering(url, child, () => output);
  return { url, stop: () => ended(child) };
}

async function answering(url: string, child: ChildProcess, output: () => string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (child.exitCode !== null) break;
    const isUp = await fetch(`${url}/api/health`).then(
      () => true,
      () => false,
    );
    if (isUp) return;
    await sleep(50);
  }
  throw new Error(`PocketBase did not start: ${output()}`);
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill();
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
