/**
 * A program that writes without pause, several jobs at a time, and prints the name of each as soon as it was
 * answered: `one <n>` for a row of its own, `two <n>` for a job of two rows. Ends only by force.
 */
import { writeSync } from "node:fs";
import { openDatabase } from "../../src/db/open.ts";

const [path = "", prefix = ""] = process.argv.slice(2);
const CONCURRENT = 32;

const db = await openDatabase(path, { role: "data", durability: "full" });
let count = 0;

const insert = (id: string) => ({ sql: "INSERT INTO notes (id) VALUES (?)", parameters: [id] });

async function writeOn(): Promise<void> {
  for (;;) {
    const id = `${prefix}-${count++}`;
    if (count % 2 === 0) {
      await db.run(insert(id));
      writeSync(1, `one ${id}\n`);
    } else {
      await db.write(async (tx) => {
        await tx.run(insert(`${id}-left`));
        await tx.run(insert(`${id}-right`));
      });
      writeSync(1, `two ${id}\n`);
    }
  }
}

await Promise.all(Array.from({ length: CONCURRENT }, writeOn));
