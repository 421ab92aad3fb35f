import { rmSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Case, openSides, run, type Side } from "./sides.ts";
import { makeWorld, type World } from "./world.ts";

/** One test per case: answers and trace of both servers are the same. */
export function compareCases(cases: readonly Case[]): void {
  let world: World;
  let sides: readonly [theirs: Side, ours: Side];
  beforeAll(async () => {
    world = await makeWorld();
    sides = await openSides(world.folder);
  });
  afterAll(async () => {
    await Promise.all(sides.map((side) => side.close()));
    rmSync(world.folder, { recursive: true, force: true });
  });

  test.each(cases.map((given) => [given.name, given] as const))("%s", async (_, given) => {
    const [theirs, ours] = await Promise.all(sides.map((side) => run(side, given, world.tokens)));
    expect(ours).toEqual(theirs);
  });
}
