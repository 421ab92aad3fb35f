/** Servers as users run them: processes of their own, on a free port and a folder of their own. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export const ROOT = join(import.meta.dirname, "../..");
const MAIN = join(ROOT, "src/main.ts");

export const SUPERUSER = { email: "root@example.com", password: "1234567890" };

export interface ServerProcess {
  readonly url: string;
  /** Of the server itself, not of a shell around it. */
  readonly pid: number;
  /** Asks it to end and waits until it has. */
  stop(): Promise<void>;
  /** Ends it by force and waits until it has. */
  kill(): Promise<void>;
}

export interface ServerCommand {
  /** Program and arguments; `{dir}` and `{port}` are replaced. */
  readonly command: readonly string[];
  readonly dir: string;
  /** Beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** A free one when absent. */
  readonly port?: number;
}

/** The command of our own server, on `{dir}` and `{port}`, without hooks and migrations unless they are given. */
export function ownCommand(emptyFolder: string, more: readonly string[] = []): string[] {
  const folders = ["--hooksDir", emptyFolder, "--migrationsDir", emptyFolder];
  const serve = ["serve", "--dir", "{dir}", "--http", "127.0.0.1:{port}"];
  return [process.execPath, MAIN, ...serve, ...folders, ...more];
}

/** Makes a data folder with a superuser in it. */
export function createDataFolder(dir: string): void {
  const upsert = ["superuser", "upsert", SUPERUSER.email, SUPERUSER.password, "--dir", dir];
  const { status, stderr } = spawnSync(process.execPath, [MAIN, ...upsert], { encoding: "utf8" });
  if (status !== 0) throw new Error(`no data folder could be made: ${stderr}`);
}

/** Starts a server and waits until it answers. */
export async function startServer(command: ServerCommand): Promise<ServerProcess> {
  const { child, url } = await spawnServer(command);
  let output = "";
  child.stdout?.on("data", (text) => (output += text));
  child.stderr?.on("data", (text) => (output += text));
  await waitUntilReady(url, child, () => output);
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, "close");
    child.kill(signal);
    await closed;
  };
  return { url, pid: child.pid!, stop: () => end("SIGTERM"), kill: () => end("SIGKILL") };
}

/** Starts a server without waiting for it. */
export async function spawnServer({
  command,
  dir,
  env,
  port: wanted,
}: ServerCommand): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const port = wanted ?? (await freePort());
  const [program = "", ...args] = command.map((word) =>
    word.replaceAll("{dir}", dir).replaceAll("{port}", String(port)),
  );
  const child = spawn(program, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  return { child, url: `http://127.0.0.1:${port}` };
}

/** @returns a superuser's token */
export async function signIn(url: string): Promise<string> {
  const { token } = await send<{ token: string }>(
    `${url}/api/collections/_superusers/auth-with-password`,
    { body: { identity: SUPERUSER.email, password: SUPERUSER.password } },
  );
  return token;
}

export interface SendOptions {
  /** POST with a body and GET without one when absent. */
  readonly method?: string;
  readonly token?: string;
  readonly body?: unknown;
}

/** @throws Error with the answer's text when its status is no success */
export async function send<T>(url: string, options: SendOptions = {}): Promise<T> {
  const { body, method = body === undefined ? "GET" : "POST", token } = options;
  const answer = await fetch(url, {
    method,
    headers: {
      ...(token !== undefined && { authorization: token }),
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${text}`);
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

const READY_WITHIN_MS = 20_000;

async function waitUntilReady(
  url: string,
  child: ChildProcess,
  output: () => string,
): Promise<void> {
  const until = performance.now() + READY_WITHIN_MS;
  while (performance.now() < until) {
    if (child.exitCode !== null) throw new Error(`the server ended at its start: ${output()}`);
    const isReady = await fetch(`${url}/api/health`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isReady) return;
    await sleep(25);
  }
  child.kill("SIGKILL");
  throw new Error(`the server did not answer in time: ${output()}`);
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  probe.close();
  await once(probe, "close");
  return address.port;
}
