import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  moveHome,
  moveIn,
  moveOut,
  openSwapped,
  planSwap,
  type SwapPlan,
} from "../../src/backups/folder-swap.ts";

type Files = Readonly<Record<string, string>>;

const OLD: Files = {
  "data.db": "old",
  "data.db-wal": "old log",
  "auxiliary.db": "old logs",
  "storage/a/b.txt": "old file",
  "only-old.txt": "old",
  ".pb_files_unsettled/1-x.json": "[]",
};
const NEW: Files = {
  "data.db": "new",
  "auxiliary.db": "new logs",
  "storage/c.txt": "new file",
  "only-new/x.txt": "new",
};
/** What stays, whatever happens. */
const STAYS: Files = { "backups/a.zip": "zip", "kept.txt": "kept" };

let folder: string;
beforeEach(async () => {
  folder = join(mkdtempSync(join(tmpdir(), "generatio-swap-")), "pb_data");
  write(folder, { ...OLD, ...STAYS });
  const work = join(folder, ".pb_temp_to_delete", "work");
  write(join(work, "new"), { ...NEW, "backups/evil.zip": "evil" });
  await planSwap(folder, { work, exclude: ["backups", "kept.txt"] });
});
afterEach(() => rmSync(dirname(folder), { recursive: true, force: true }));

function write(root: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

/** Everything but what is on its way out. */
function content(): Files {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((path) => !path.startsWith(".pb_temp_to_delete/"));
  return Object.fromEntries(files.map((path) => [path, readFileSync(join(folder, path), "utf8")]));
}

const plan = (): SwapPlan =>
  JSON.parse(readFileSync(join(folder, ".pb_restore", "plan.json"), "utf8")) as SwapPlan;

/** Carries out the first moves only, as a process does that is killed then. @returns false when there are fewer */
async function interrupted(moves: AsyncGenerator<string>, count: number): Promise<boolean> {
  for (let done = 0; done < count; done++) if ((await moves.next()).done) return false;
  return true;
}

/** Opening as it is done: it makes files of its own. */
async function open(accepts: (database: string) => boolean = () => true): Promise<unknown[]> {
  const refusals: unknown[] = [];
  await openSwapped(folder, {
    async open() {
      write(folder, { "data.db-shm": "made by opening", "auxiliary.db-wal": "made by opening" });
      const database = readFileSync(join(folder, "data.db"), "utf8");
      if (!accepts(database)) throw new Error(`${database} is not accepted`);
      for (const name of ["data.db-shm", "auxiliary.db-wal"]) rmSync(join(folder, name));
    },
    close: async () => rmSync(join(folder, "data.db-shm")),
    refused: (error) => refusals.push(String(error)),
  });
  return refusals;
}

const STEPS = Array.from({ length: 12 }, (_, index) => index);

describe("a folder whose content is replaced", () => {
  test.each(STEPS)("holds the new content after %i moves and a new start", async (count) => {
    const reached = await interrupted(moveIn(folder, plan()), count);
    expect(await open()).toEqual([]);
    expect(content()).toEqual({ ...NEW, ...STAYS });
    expect(existsSync(join(folder, ".pb_restore"))).toBe(false);
    // There are moves for all of these numbers but the last.
    expect(reached).toBe(count <= 10);
  });

  test.each(STEPS)(
    "holds the old content after %i moves and a new start that finds the new one useless",
    async (count) => {
      await interrupted(moveIn(folder, plan()), count);
      expect(await open((database) => database === "old")).toEqual(["Error: new is not accepted"]);
      expect(content()).toEqual({ ...OLD, ...STAYS });
    },
  );

  test.each(STEPS)("holds the old content after %i moves of the way back", async (count) => {
    await interrupted(moveIn(folder, plan()), Infinity);
    write(folder, { "data.db-shm": "made by opening", "auxiliary.db-wal": "made by opening" });
    const back: SwapPlan = { ...plan(), state: "out", wasOpened: true };
    write(join(folder, ".pb_restore"), { "plan.json": JSON.stringify(back) });
    await interrupted(moveOut(folder, back), count);
    expect(await open((database) => database === "old")).toEqual([]);
    expect(content()).toEqual({ ...OLD, ...STAYS });
  });

  test.each(STEPS)("holds the old content after %i moves of its last stretch", async (count) => {
    await interrupted(moveIn(folder, plan()), Infinity);
    const back: SwapPlan = { ...plan(), state: "home" };
    await interrupted(moveOut(folder, { ...back, wasOpened: true }), Infinity);
    write(join(folder, ".pb_restore"), { "plan.json": JSON.stringify(back) });
    await interrupted(moveHome(folder, back), count);
    expect(await open((database) => database === "old")).toEqual([]);
    expect(content()).toEqual({ ...OLD, ...STAYS });
  });

  test("is tried again when a process has ended while it opened the new content", async () => {
    await interrupted(moveIn(folder, plan()), Infinity);
    const tried: SwapPlan = { ...plan(), state: "try" };
    write(join(folder, ".pb_restore"), { "plan.json": JSON.stringify(tried) });
    write(folder, { "data.db-shm": "made by opening" });
    expect(await open()).toEqual([]);
    expect(content()).toEqual({ ...NEW, ...STAYS });
  });

  test("cannot be replaced by something else meanwhile", async () => {
    const work = join(folder, ".pb_temp_to_delete", "other");
    write(join(work, "new"), NEW);
    await expect(planSwap(folder, { work, exclude: [] })).rejects.toThrow(/not empty|EEXIST/);
  });

  test("ends with the error of opening when the old content is useless, too", async () => {
    await expect(open(() => false)).rejects.toThrow("old is not accepted");
    expect(content()).toMatchObject({ "data.db": "old" });
  });
});

test("a folder with nothing planned is just opened", async () => {
  await open();
  const before = content();
  await open();
  expect(content()).toEqual(before);
});
