import { beforeEach, describe, expect, test } from "vitest";
import { CommitOrder, type Place } from "../../src/changes/commit-order.ts";

let order: CommitOrder;
let told: string[];

beforeEach(() => {
  order = new CommitOrder({ patienceMs: 60, expiryMs: 300 });
  told = [];
});

const keys = new Map<string, object>();

function key(name: string): object {
  const known = keys.get(name) ?? {};
  keys.set(name, known);
  return known;
}

const open = (name: string, position?: number) => order.open(key(name), name, position);

const ready = (name: string, turn?: (place: Place) => void) =>
  order.ready(key(name), name, async (place) => {
    turn?.(place);
    told.push(`${name}:${place.position ?? "-"}:${place.resumeAfter}`);
  });

const rest = (milliseconds = 10) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe("the commit order", () => {
  test("gives turns in the order of the writes, not of the commits", async () => {
    open("a", 1);
    open("b", 2);
    open("c", 3);
    ready("c");
    ready("b");
    await rest();
    expect(told).toEqual([]);
    ready("a");
    await rest();
    expect(told).toEqual(["a:1:0", "b:2:1", "c:3:2"]);
  });

  test("gives the turn only after whoever committed has gone on", async () => {
    open("a", 1);
    ready("a");
    await Promise.resolve();
    expect(told).toEqual([]);
    await rest();
    expect(told).toEqual(["a:1:0"]);
  });

  test("waits for a turn to end before the next", async () => {
    open("a", 1);
    open("b", 2);
    order.ready(key("a"), "a", async () => {
      await rest(20);
      told.push("a");
    });
    ready("b");
    await rest(40);
    expect(told).toEqual(["a", "b:2:1"]);
  });

  test("passes over what was rolled back", async () => {
    open("a", 1);
    open("b", 1);
    ready("b");
    order.gone(key("a"));
    order.gone(key("unknown"));
    await rest();
    expect(told).toEqual(["b:1:0"]);
  });

  test("overtakes what takes long, which then is told late; nobody resumes behind it meanwhile", async () => {
    open("slow", 1);
    open("b", 2);
    ready("b");
    await rest(90);
    expect(told).toEqual(["b:2:0"]);
    open("c", 3);
    ready("c");
    await rest();
    ready("slow");
    open("d", 4);
    ready("d");
    await rest();
    expect(told).toEqual(["b:2:0", "c:3:0", "slow:1:0", "d:4:3"]);
  });

  test("forgets what never ends", async () => {
    open("lost", 1);
    await rest(400);
    open("b", 2);
    ready("b");
    await rest(90);
    expect(told).toEqual(["b:2:1"]);
  });

  test("several writes of one object are settled one after another", async () => {
    open("a", 1);
    open("a", 2);
    ready("a");
    ready("a");
    await rest();
    expect(told).toEqual(["a:1:0", "a:2:1"]);
  });

  test("knows when a row was written again", async () => {
    const latest: boolean[] = [];
    open("a", 1);
    open("a", 2);
    ready("a", (place) => latest.push(place.isLatest()));
    ready("a", (place) => latest.push(place.isLatest()));
    await rest();
    open("a", 3);
    ready("a", (place) => latest.push(place.isLatest()));
    await rest();
    expect(latest).toEqual([false, true, true]);
  });

  test("what was written without a place goes to the end", async () => {
    open("a", 1);
    ready("stray");
    ready("a");
    await rest();
    expect(told).toEqual(["a:1:0", "stray:-:0"]);
  });
});
