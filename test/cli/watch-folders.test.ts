import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FolderWatch, watchFolders } from "../../src/cli/watch/watch-folders.ts";
import { until } from "./watched-program.ts";

let folder: string;
let watching: FolderWatch;
let changes: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "generatio-folders-"));
  for (const name of ["deep/er", ".git", "node_modules/x"])
    mkdirSync(join(folder, name), { recursive: true });
  changes = [];
  watching = watchFolders([folder, join(folder, "missing")], (path) =>
    changes.push(relative(folder, path)),
  );
});

afterEach(() => {
  watching.close();
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string): void {
  writeFileSync(join(folder, name), "x");
}

/** Longer than changes are gathered. */
const QUIET_MS = 300;

describe("watchFolders", () => {
  it.each(["a.ts", "deep/a.ts", "deep/er/a.ts"])("tells of %s", async (name) => {
    write(name);
    await until(
      () => changes.length > 0,
      () => name,
    );
    expect(changes).toEqual([name]);
  });

  it.each([".a.ts.swp", "deep/.hidden", ".git/index", "node_modules/x/index.js"])(
    "does not look at %s",
    async (name) => {
      write(name);
      await sleep(QUIET_MS);
      expect(changes).toEqual([]);
    },
  );

  it("tells once of changes that come together", async () => {
    for (const name of ["a.ts", "b.ts", "deep/c.ts"]) write(name);
    await sleep(QUIET_MS);
    expect(changes).toHaveLength(1);
  });

  it("looks into folders that are made later, and bears with ones that go", async () => {
    mkdirSync(join(folder, "new"));
    await until(
      () => changes.length === 1,
      () => "the folder",
    );
    write("new/a.ts");
    await until(
      () => changes.length === 2,
      () => "the file in it",
    );
    expect(changes[1]).toBe("new/a.ts");
    rmSync(join(folder, "new"), { recursive: true });
    await until(
      () => changes.length === 3,
      () => "its end",
    );
    write("b.ts");
    await until(
      () => changes.includes("b.ts"),
      () => "another file",
    );
  });

  it("tells nothing after its end", async () => {
    write("a.ts");
    watching.close();
    await sleep(QUIET_MS);
    expect(changes).toEqual([]);
  });
});
