import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CONFLICTS } from "./seeds/conflicts.ts";
import { DOCUMENT_000 } from "./seeds/document-000.ts";
import { DOCUMENT_003 } from "./seeds/document-003.ts";
import { type Row, startWorld, type World } from "./seeds/world.ts";

/*
 * Every row of documents 000 (G) and 003 (F), and every conflict (C) that concerns them, by what a client or the
 * database sees. `npm run campaign -- seeds --controls` runs each of them on a server whose feature is switched off,
 * where it has to fail: then `SEEDS_OFF` names the kind of switch.
 */

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);
const named = (letter: string, ranges: readonly (readonly [number, number])[], digits: number) =>
  ranges.flatMap(([from, to]) =>
    numbers(from, to).map((number) => `${letter}-${String(number).padStart(digits, "0")}`),
  );

const DOCUMENTS = [
  {
    name: "document 000",
    rows: DOCUMENT_000,
    ids: named(
      "G",
      [
        [1, 33],
        [40, 54],
        [60, 68],
        [70, 93],
        [100, 116],
      ],
      3,
    ),
  },
  { name: "document 003", rows: DOCUMENT_003, ids: named("F", [[1, 36]], 3) },
  {
    name: "conflicts",
    rows: CONFLICTS,
    // The others are about documents 001, 002 and 004 alone.
    ids: named(
      "C",
      [
        [1, 16],
        [18, 31],
        [37, 37],
        [45, 50],
        [58, 58],
        [60, 64],
      ],
      2,
    ),
  },
] as const;

/** @throws whatever the check found */
async function isMet(row: Row, world: World): Promise<boolean> {
  await row.check(world);
  return true;
}

const off = process.env["SEEDS_OFF"];

describe.each(DOCUMENTS)("$name", ({ rows, ids }) => {
  it("has a check for each of its rows", () => {
    expect(rows.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
  });
});

describe.runIf(off === undefined).each(DOCUMENTS)("$name", ({ rows }) => {
  let world: World;
  beforeAll(async () => (world = await startWorld()));
  afterAll(() => world.close());

  it.each(rows.filter(needsNothing).map((row) => [row.id, row.title, row] as const))(
    "%s %s",
    async (_id, _title, row) => {
      expect(await isMet(row, world)).toBe(true);
    },
  );
});

/** Rows that need a server that is set up in another way than the others. */
const OWN_SERVER: Readonly<Record<string, Record<string, string>>> = {
  "C-09": { GENERATIO_SYNC_WAIT: "500ms" },
  // These count what is there, and want nobody beside them.
  "G-003": {},
  "G-075": {},
  "C-21": {},
};

function needsNothing({ id }: Row): boolean {
  return !Object.hasOwn(OWN_SERVER, id);
}

describe.runIf(off === undefined)("on a server of its own", () => {
  const rows = DOCUMENTS.flatMap((document) => document.rows).filter((row) => !needsNothing(row));
  it.each(rows.map((row) => [row.id, row.title, row] as const))(
    "%s %s",
    async (id, _title, row) => {
      const world = await startWorld({ env: OWN_SERVER[id]! });
      try {
        expect(await isMet(row, world)).toBe(true);
      } finally {
        await world.close();
      }
    },
  );
});

describe.runIf(off !== undefined)("with its feature switched off", () => {
  const rows = DOCUMENTS.flatMap((document) => [...document.rows]).filter(
    (row) => off === "all" || Object.keys(row.off).includes(off ?? ""),
  );
  it.each(rows.map((row) => [row.id, row.title, row] as const))(
    "%s %s",
    async (id, _title, row) => {
      const env = { ...OWN_SERVER[id], ...row.off.env };
      const world = await startWorld({ ...row.off, env }).catch(() => undefined);
      try {
        // A server that does not even start shows nothing about the row.
        expect(world ? await isMet(row, world) : true).toBe(true);
      } finally {
        await world?.close();
      }
    },
  );
});
