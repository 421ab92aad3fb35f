import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "generatio-launch-"));
  mkdirSync(join(folder, "src"));
  cpSync(new URL("../../src/launch.js", import.meta.url), join(folder, "src", "launch.js"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(
    join(folder, "script.ts"),
    "const text: string = process.argv[2]!;\nconsole.log(text);\n",
  );
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What `script.ts` prints, run by the launcher of the folder. */
function launched(environment: NodeJS.ProcessEnv = {}): string {
  const { NODE_COMPILE_CACHE: _, ...inherited } = process.env;
  return execFileSync(process.execPath, ["src/launch.js", "script.ts", "hello"], {
    cwd: folder,
    env: { ...inherited, ...environment },
    encoding: "utf8",
  });
}

test("what was compiled is kept beside the packages", () => {
  mkdirSync(join(folder, "node_modules"));
  expect(launched()).toBe("hello\n");
  expect(existsSync(join(folder, "node_modules", ".cache", "generatio"))).toBe(true);
  expect(launched()).toBe("hello\n");
});

test("nothing is kept where that was turned off", () => {
  mkdirSync(join(folder, "node_modules"));
  expect(launched({ NODE_DISABLE_COMPILE_CACHE: "1" })).toBe("hello\n");
  expect(existsSync(join(folder, "node_modules", ".cache"))).toBe(false);
});

test("a folder without packages is left as it is", () => {
  expect(launched()).toBe("hello\n");
  expect(existsSync(join(folder, "node_modules"))).toBe(false);
});
