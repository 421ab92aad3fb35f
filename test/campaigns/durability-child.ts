/**
 * The program that the campaign `durability` watches: writes rows through the database core, many at a time,
 * and prints each row's marker as soon as its write was answered.
 */
import { writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { openDatabase } from "../../src/db/open.ts";
import { Random } from "./random.ts";
import { marker } from "./watched.ts";

const [path = "", count = "0", seed = "0", mutant = ""] = process.argv.slice(2);
const CONCURRENT = 8;

const random = new Random(Number(seed));
const db = await openDatabase(path, {
  role: mutant === "auxiliary-role" ? "auxiliary" : "data",
  durability: mutant === "durability-normal" ? "normal" : "full",
});
await db.run(sql("CREATE TABLE rows (marker TEXT)"));
if (mutant === "synchronous-off") await db.run(sql("PRAGMA synchronous = OFF"));

let next = 0;
await Promise.all(Array.from({ length: CONCURRENT }, writeOn));
await db.close();

async function writeOn(): Promise<void> {
  while (next < Number(count)) {
    const text = marker(next++);
    await write(text);
    if (random.chance(0.2)) await sleep(random.integer(0, 3));
  }
}

async function write(text: string): Promise<void> {
  const insert = sql("INSERT INTO rows (marker) VALUES (?)", text);
  const kind = random.integer(0, 2);
  if (mutant === "answer-first") answer(text);
  if (kind === 0) await db.run(insert);
  else {
    const job = db.write(
      async (tx) => {
        await tx.run(insert);
        if (kind === 2) await sleep(1);
        if (mutant === "answer-inside") answer(text);
        if (mutant === "answer-undone") throw new Error("undone");
      },
      { exclusive: kind === 2 },
    );
    await job.catch(() => undefined);
  }
  answer(text);
}

function answer(text: string): void {
  writeSync(1, `${text}\n`);
}

function sql(text: string, ...parameters: readonly unknown[]) {
  return { sql: text, parameters };
}
