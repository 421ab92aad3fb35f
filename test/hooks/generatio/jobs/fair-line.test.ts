import { describe, expect, it } from "vitest";
import { FairLine, type InLine } from "../../../../hooks/generatio/jobs/fair-line.ts";

interface Named extends InLine {
  readonly name: string;
}

/** `a1` is user a's first task; `a1!5` has priority 5. */
function line(...names: string[]): FairLine<Named> {
  const fair = new FairLine<Named>();
  for (const [rank, name] of names.entries()) {
    fair.add({ name, userId: name[0]!, priority: Number(name.split("!")[1] ?? 0), rank });
  }
  return fair;
}

/** The order in which tasks get their turn when each is over before the next begins. */
function order(fair: FairLine<Named>): string {
  const names = [];
  for (let next = fair.take(() => 0, 1); next; next = fair.take(() => 0, 1)) names.push(next.name);
  return names.join(" ");
}

describe("turns", () => {
  it.for([
    ["are in order of age for one user", ["a1", "a2", "a3"], "a1 a2 a3"],
    ["alternate between users", ["a1", "a2", "a3", "b1", "b2"], "a1 b1 a2 b2 a3"],
    ["go round three users", ["a1", "a2", "b1", "c1", "c2"], "a1 b1 c1 a2 c2"],
    ["respect priorities of one user", ["a1", "a2!5", "a3!5", "a4!-1"], "a2!5 a3!5 a1 a4!-1"],
    ["give no user more for their priorities", ["a1!9", "a2!9", "b1"], "a1!9 b1 a2!9"],
  ] as const)("%s", ([, names, expected]) => {
    expect(order(line(...names))).toBe(expected);
  });

  it("go to who has the least at work", () => {
    const fair = line("a1", "b1");
    expect(fair.take((user) => (user === "a" ? 1 : 0), 2)?.name).toBe("b1");
  });

  it("are not given beyond a user's limit", () => {
    const fair = line("a1", "a2");
    expect(fair.take(() => 2, 2)).toBeUndefined();
    expect(fair.take(() => 1, 2)?.name).toBe("a1");
  });
});

it("tells how many of one's own are in front, and lets somebody go", () => {
  const fair = line("a1", "b1", "a2");
  const [a1, a2] = fair.all().filter(({ userId }) => userId === "a");
  expect([fair.aheadOf(a1!), fair.aheadOf(a2!)]).toEqual([0, 1]);
  expect([fair.remove(a1!), fair.remove(a1!)]).toEqual([true, false]);
  expect(fair.aheadOf(a2!)).toBe(0);
  expect(order(fair).split(" ").toSorted()).toEqual(["a2", "b1"]);
});

describe("a move within one's own line", () => {
  it.for([
    ["a3", 0, "a3 a1 a2 a4!-1"],
    ["a1", 1, "a2 a1 a3 a4!-1"],
    ["a1", 2, "a2 a3 a1 a4!-1"],
    ["a1", 99, "a2 a3 a4!-1 a1"],
    ["a4!-1", 0, "a4!-1 a1 a2 a3"],
    ["a4!-1", 1, "a1 a4!-1 a2 a3"],
    ["a2", 1, "a1 a2 a3 a4!-1"],
  ] as const)("of %s to %i gives %s", ([name, position, expected]) => {
    const fair = line("a1", "a2", "a3", "a4!-1", "b1");
    const task = fair.all().find((each) => each.name === name)!;
    const place = fair.placeAt(task, position)!;
    fair.remove(task);
    fair.add({ ...task, ...place });
    const own = order(fair)
      .split(" ")
      .filter((each) => each.startsWith("a"));
    expect(own.join(" ")).toBe(expected);
  });

  it("is none for who does not wait", () => {
    const fair = line("a1");
    const task = fair.take(() => 0, 1)!;
    expect(fair.placeAt(task, 0)).toBeUndefined();
  });
});
