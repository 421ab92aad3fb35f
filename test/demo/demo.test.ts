import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { readPictureHeader } from "../../hooks/generatio/pictures/header.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** A program of the project, started as its npm script does. */
function start(...words: string[]) {
  const child = spawn(process.execPath, ["src/launch.js", ...words], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => (printed += String(chunk)));
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  return {
    child,
    ended,
    text: () => printed,
    printed: (what: RegExp) =>
      expect.poll(() => printed, { timeout: 50_000, interval: 50 }).toMatch(what),
  };
}

const firstMatch = (text: string, pattern: RegExp): string => {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`${String(pattern)} is not in:\n${text}`);
  return found;
};

describe("npm run demo", { timeout: 60_000 }, () => {
  it("makes four pictures, tells their cost and where they are, and with --once ends", async () => {
    const demo = start("hooks/generatio/demo.ts", "--once");
    expect({ code: await demo.ended, text: demo.text() }).toMatchObject({ code: 0 });
    const lines = demo.text().trim().split("\n");
    const steps = [
      /^\[emulator\] FAL is played by http:\/\/127\.0\.0\.1:\d+: test patterns, no model, no money\.$/,
      /^Server at http:\/\/127\.0\.0\.1:\d+, data in \S+$/,
      /^Signed up demo@example\.com$/,
      /^Stored a provider key/,
      /^Opened a key session until \d{4}-/,
      /^Generating 4 pictures/,
      /^\[emulator\] queue position [1-3]$/,
      /^\[emulator\] running$/,
      /^\[emulator\] done$/,
      /^4 pictures by flux\/schnell after [\d.]+ s$/,
      /^\[emulator\] picture 1: \S+ \(1024×768\)$/,
      /^\[emulator\] picture 4: \S+ \(1024×768\)$/,
      /^Cost: {10}\$0\.012$/,
      /^Running total: \$0\.012 for 4 pictures$/,
    ];
    const places = steps.map((step) => lines.findIndex((line) => step.test(line)));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
    const paths = lines.flatMap((line) => /picture \d: (\S+)/.exec(line)?.[1] ?? []);
    expect(paths).toHaveLength(4);
    for (const path of paths)
      expect(readPictureHeader(readFileSync(path))).toMatchObject({ width: 1024, height: 768 });
    rmSync(dirname(firstMatch(demo.text(), /data in (\S+)/)), { recursive: true });
  });

  it("leaves the server up until Ctrl-C, and then nothing behind", async () => {
    const demo = start("hooks/generatio/demo.ts");
    await demo.printed(/Ctrl-C ends it/);
    const url = firstMatch(demo.text(), /Server at (http\S+),/);
    const status = await fetch(`${url}/api/custom/status`);
    expect(await status.json()).toMatchObject({
      status: "ok",
      services: { sessions: { active: 1 } },
    });
    const login = await fetch(`${url}/api/collections/generatio_users/auth-with-password`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ identity: "demo@example.com", password: "demo-login-password" }),
    });
    expect(login.status).toBe(200);
    demo.child.kill("SIGINT");
    expect({ code: await demo.ended, text: demo.text() }).toMatchObject({ code: 0 });
    expect(existsSync(dirname(firstMatch(demo.text(), /data in (\S+)/)))).toBe(false);
    await expect(fetch(url)).rejects.toThrow("fetch failed");
  });
});

describe("npm run emulators", { timeout: 60_000 }, () => {
  it("says that it is an emulator and how to use it, and ends with Ctrl-C", async () => {
    const emulators = start("hooks/generatio/testing/emulators.ts");
    await emulators.printed(/Ctrl-C ends it/);
    const url = firstMatch(emulators.text(), /GENERATIO_FAL_URL=(\S+) npm start/);
    const answer = await fetch(`${url}/fal-ai/flux/schnell`, {
      method: "POST",
      headers: { Authorization: "Key any" },
      body: JSON.stringify({ prompt: "a fox" }),
    });
    expect(await answer.json()).toMatchObject({ status: "IN_QUEUE", queue_position: 3 });
    emulators.child.kill("SIGINT");
    expect(await emulators.ended).toBe(0);
  });
});

describe("npm start", { timeout: 60_000 }, () => {
  it("says in two lines how to make a picture with a key, and how to see one without", async () => {
    const dataDir = `${root}.tmp/start-${process.pid}/pb_data`;
    const server = start("src/main.ts", "serve", "--dir", dataDir, "--http", "127.0.0.1:0");
    await server.printed(/npm run demo/);
    const lines = server
      .text()
      .split("\n")
      .filter((line) => line.startsWith("Pictures "));
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/with a FAL key .*tokens\/setup.*create-session.*generate\/image/);
    expect(lines[1]).toMatch(/without a key: npm run demo/);
    server.child.kill("SIGTERM");
    expect(await server.ended).toBe(0);
    rmSync(dirname(dataDir), { recursive: true });
  });
});
