import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { noteIds, open, openNotes, sql } from "./fixture.ts";

const KILLS = 20;
const PROGRAM = fileURLToPath(new URL("crash-child.ts", import.meta.url));

test(`after ${KILLS} kills under load every answered write is there and none is half there`, async () => {
  const { path, close } = await prepared();
  await close();
  const answered = new Set<string>();
  for (let round = 0; round < KILLS; round++) await writeUntilKilled(path, `r${round}`, answered);

  const db = await open({}, path);
  expect(await db.values(sql("PRAGMA integrity_check"))).toEqual([["ok"]]);
  const stored = new Set(await noteIds(db));
  expect(answered.size).toBeGreaterThan(KILLS * 10);
  expect([...answered].filter((id) => !stored.has(id))).toEqual([]);
  const halves = [...stored].filter((id) => {
    const [, job, side] = /^(.*)-(left|right)$/.exec(String(id)) ?? [];
    return side !== undefined && !stored.has(`${job}-${side === "left" ? "right" : "left"}`);
  });
  expect(halves).toEqual([]);
});

async function prepared() {
  const db = await openNotes();
  return { path: db.path, close: () => db.close() };
}

/** Starts the writing program, kills it at a random moment and adds the ids whose writes it had answered. */
async function writeUntilKilled(
  path: string,
  prefix: string,
  answered: Set<string>,
): Promise<void> {
  const child = spawn(process.execPath, [PROGRAM, path, prefix], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let printed = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (printed += text));
  await once(child.stdout, "data");
  await sleep(Math.random() * 60);
  child.kill("SIGKILL");
  await once(child, "close");
  // The last line may have been cut in the middle.
  for (const line of printed.split("\n").slice(0, -1)) {
    const [kind, id] = line.split(" ");
    if (kind === "one") answered.add(id!);
    else answered.add(`${id}-left`).add(`${id}-right`);
  }
}
