import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const MAIN = join(import.meta.dirname, "../../src/main.ts");
const PATIENCE_MS = 15_000;

/** `generatio serve --hooksWatch` in a process of its own, over a temporary folder. */
export class WatchedProgram {
  readonly folder = mkdtempSync(join(tmpdir(), "generatio-watch-"));
  output = "";
  url = "";
  #child: ChildProcess | undefined;

  /** Puts a file below the hooks folder. */
  write(name: string, text: string): void {
    const file = join(this.folder, "hooks", name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  async start(...flags: string[]): Promise<void> {
    const folders = [
      "--dir",
      "pb_data",
      "--hooksDir",
      "hooks",
      "--migrationsDir",
      "schema/migrations",
    ];
    mkdirSync(join(this.folder, "schema/migrations"), { recursive: true });
    const words = [MAIN, "serve", "--http", "127.0.0.1:0", ...folders, ...flags];
    const child = spawn(process.execPath, words, {
      cwd: this.folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (text: Buffer) => (this.output += text.toString()));
    await this.says("Watching");
    this.url = /Server started at (\S+)/.exec(this.output)![1]!;
  }

  /** Waits until the program has printed something (again, behind `since`). */
  async says(text: string, since = 0): Promise<void> {
    await until(
      () => this.output.slice(since).includes(text),
      () => `"${text}" in:\n${this.output}`,
    );
  }

  /** @returns the text that a route answers with, or the status of an error */
  async get(path: string): Promise<string> {
    const response = await fetch(this.url + path);
    const text = await response.text();
    return response.ok ? text : String(response.status);
  }

  /** Asks again until the answer is this one. @returns how long that took, in milliseconds */
  async answers(path: string, expected: string): Promise<number> {
    const started = performance.now();
    let last = "";
    await until(
      async () => (last = await this.get(path)) === expected,
      () => `${path} to answer ${expected} instead of ${last}:\n${this.output}`,
    );
    return performance.now() - started;
  }

  /** @returns the exit code, null when it was killed */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child!;
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, "exit");
      child.kill(signal);
      await exited;
    }
    return child.exitCode;
  }

  async remove(): Promise<void> {
    if (this.#child) await this.end("SIGTERM");
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** An extension with `GET /answer`, which gives a text. */
export function answering(text: string): string {
  return `export default (app) => {
    app.onServe().bindFunc((event) => {
      event.router.get("/answer", (request) => request.text(200, ${JSON.stringify(text)}));
      event.router.get("/process", (request) => request.text(200, String(process.pid)));
      return event.next();
    });
  };`;
}

export async function until(
  condition: () => boolean | Promise<boolean>,
  wanted: () => string,
): Promise<void> {
  for (const end = performance.now() + PATIENCE_MS; !(await condition()); await sleep(10))
    if (performance.now() > end) throw new Error(`waited in vain for ${wanted()}`);
}
