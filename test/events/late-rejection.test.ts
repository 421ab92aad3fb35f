import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

const EXTENSION = `
export default function late(app) {
  app.onServe().bindFunc(async (event) => {
    event.router.get("/late", async () => {
      setTimeout(() => {
        void Promise.reject(new Error("rejected much later"));
      }, 10);
      setTimeout(() => {
        throw new Error("thrown much later");
      }, 20);
      return { ok: true };
    });
    await event.next();
  });
}
`;

test("what an extension fails at long after its request is logged with its origin and ends nothing", async () => {
  const folder = mkdtempSync(join(tmpdir(), "generatio-late-"));
  const hooks = join(folder, "hooks");
  mkdirSync(hooks);
  mkdirSync(join(folder, "migrations"));
  writeFileSync(join(hooks, "late.js"), EXTENSION);
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  const main = join(import.meta.dirname, "../../src/main.ts");
  const folders = [
    "--dir",
    join(folder, "pb_data"),
    "--hooksDir",
    hooks,
    "--migrationsDir",
    join(folder, "migrations"),
  ];
  const child = spawn(process.execPath, [main, "serve", "--http", "127.0.0.1:0", ...folders]);
  let [output, errors] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  try {
    await expect.poll(() => output, { timeout: 15_000 }).toMatch(/Server started at (\S+)/);
    const [, url] = /Server started at (\S+)/.exec(output)!;
    expect(await (await fetch(`${url}/late`)).json()).toEqual({ ok: true });
    await expect
      .poll(() => errors)
      .toMatch(/rejected much later[^]*late\.js[^]*thrown much later[^]*late\.js/);
    expect((await fetch(`${url}/api/health`)).status).toBe(200);
  } finally {
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
  expect(child.exitCode).toBe(0);
});
