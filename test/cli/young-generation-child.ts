/**
 * `young-generation-child.ts start|load [restrained]`: makes objects as a start does, all of which stay, or as many
 * requests at once do, and prints the size of the young generation in MiB.
 */
import { setImmediate } from "node:timers/promises";
import { getHeapSpaceStatistics } from "node:v8";
import { restrainYoungGeneration } from "../../src/cli/young-generation.ts";

const [work, way] = process.argv.slice(2);
if (way === "restrained") restrainYoungGeneration();
const kept: object[][] = [];
if (work === "start") for (let round = 0; round < 100; round++) kept.push(objects(2000));
else await load();
const space = getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space");
console.log(space!.space_size / 2 ** 20);

function objects(count: number): object[] {
  return Array.from({ length: count }, (_, index) => ({ index, text: `object ${index}` }));
}

/** Always some are at work; each is over after a while. */
async function load(): Promise<void> {
  const until = performance.now() + 4000;
  for (let round = 0; performance.now() < until; round++) {
    kept[round % 8] = objects(10_000);
    if (round % 8 === 0) await setImmediate();
  }
}
