import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createDataFolder, send, signIn } from "../campaigns/server-process.ts";
import { until, WatchedProgram } from "./watched-program.ts";

const MAIN = join(import.meta.dirname, "../../src/main.ts");

/** State of a module: only a program that was loaded anew has it as it was at first. */
const COUNTING = `let count = 0;
  export default (app) => {
    app.onServe().bindFunc((event) => {
      event.router.get("/count", (request) => request.text(200, process.pid + " " + ++count));
      return event.next();
    });
  };`;

let root: string;
let child: ChildProcess | undefined;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "generatio-restart-"));
});
afterEach(async () => {
  if (child && child.exitCode === null) {
    child.kill("SIGTERM");
    await once(child, "exit");
  }
  rmSync(root, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, "close");
  return port;
}

async function textOf(url: string): Promise<string> {
  return fetch(url).then(
    (answer) => answer.text(),
    () => "",
  );
}

/** Makes a backup, changes something, restores, and waits until the change is undone. */
async function restoreOnce(url: string): Promise<void> {
  const token = await signIn(url);
  await send(`${url}/api/backups`, { token, body: { name: "a.zip" } });
  await send(`${url}/api/collections`, { token, body: { name: "later", type: "base" } });
  await send(`${url}/api/backups/a.zip/restore`, { method: "POST", token });
  const collections = `${url}/api/collections/later`;
  await until(
    async () =>
      (await fetch(collections, { headers: { authorization: token } }).catch(() => undefined))
        ?.status === 404,
    () => "the restored data",
  );
}

test.skipIf(process.platform === "win32")(
  "after a restore the program is another one in the same process, on the same address",
  async () => {
    const port = await freePort();
    const dir = join(root, "pb_data");
    createDataFolder(dir);
    mkdirSync(join(root, "hooks"));
    writeFileSync(join(root, "hooks/count.ts"), COUNTING);
    const words = ["serve", "--dir", dir, "--http", `127.0.0.1:${port}`];
    const folders = ["--hooksDir", join(root, "hooks"), "--migrationsDir", join(root, "hooks")];
    child = spawn(process.execPath, [MAIN, ...words, ...folders], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream!.on("data", (text: Buffer) => (output += text.toString()));
    const url = `http://127.0.0.1:${port}`;
    await until(
      async () => (await textOf(`${url}/count`)) !== "",
      () => output,
    );
    expect(await textOf(`${url}/count`)).toBe(`${child.pid} 2`);
    await restoreOnce(url);
    await until(
      async () => (await textOf(`${url}/count`)) !== "",
      () => output,
    );
    expect(await textOf(`${url}/count`)).toBe(`${child.pid} 2`);
    expect(output.match(/Server started at/g)).toHaveLength(2);
    expect(output).not.toMatch(/error|warning/i);
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    expect(await exited).toEqual([0, null]);
  },
  60_000,
);

test("after a restore another process serves what is watched", async () => {
  const program = new WatchedProgram();
  try {
    program.write("count.ts", COUNTING);
    createDataFolder(join(program.folder, "pb_data"));
    await program.start("--hooksWatch");
    const [before] = (await program.get("/count")).split(" ");
    await restoreOnce(program.url);
    const [after, count] = (await program.get("/count")).split(" ");
    expect(after).not.toBe(before);
    expect(count).toBe("1");
    expect(program.output).toContain("Restarted");
    // It goes on watching.
    program.write("count.ts", COUNTING.replace("++count", '"changed"'));
    await until(
      async () => (await program.get("/count")).endsWith("changed"),
      () => program.output,
    );
  } finally {
    await program.remove();
  }
}, 60_000);
