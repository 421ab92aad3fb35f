import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const CHILD = join(import.meta.dirname, "young-generation-child.ts");

async function sizeAfter(...words: string[]): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [CHILD, ...words]);
  return Number(stdout);
}

test("what a start leaves in memory does not give young objects more room, as it does by itself", async () => {
  expect(await sizeAfter("start")).toBeGreaterThan(8);
  expect(await sizeAfter("start", "restrained")).toBeLessThan(4);
});

test("under load they get it", async () => {
  expect(await sizeAfter("load", "restrained")).toBeGreaterThan(16);
});
