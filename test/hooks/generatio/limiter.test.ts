import { describe, expect, it } from "vitest";
import {
  createLimiter,
  createQueuePerKey,
  LineFullError,
} from "../../../hooks/generatio/limiter.ts";

/** Tasks that end when they are told to. */
function controlled() {
  const started: number[] = [];
  const ends: (() => void)[] = [];
  const task = (id: number) => () =>
    new Promise<number>((resolve) => {
      started.push(id);
      ends[id] = () => resolve(id);
    });
  return { started, ends, task };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe("createLimiter", () => {
  it("starts waiting tasks in order as places become free", async () => {
    const { started, ends, task } = controlled();
    const limiter = createLimiter({ running: 2, waiting: 10 });
    const results = [0, 1, 2, 3].map((id) => limiter.run(task(id)));
    await settle();
    expect(started).toEqual([0, 1]);
    ends[1]!();
    await settle();
    expect(started).toEqual([0, 1, 2]);
    ends[0]!();
    ends[2]!();
    await settle();
    ends[3]!();
    expect(await Promise.all(results)).toEqual([0, 1, 2, 3]);
  });

  it("gives the place on after a failure", async () => {
    const limiter = createLimiter({ running: 1, waiting: 1 });
    const failing = limiter.run(() => Promise.reject(new Error("no")));
    const following = limiter.run(() => Promise.resolve("yes"));
    await expect(failing).rejects.toThrow("no");
    expect(await following).toBe("yes");
  });

  it("refuses when the line is full, without starting the task", async () => {
    const { started, ends, task } = controlled();
    const limiter = createLimiter({ running: 1, waiting: 1 });
    const taken = [limiter.run(task(0)), limiter.run(task(1))];
    await expect(limiter.run(task(2))).rejects.toBeInstanceOf(LineFullError);
    ends[0]!();
    await settle();
    ends[1]!();
    await Promise.all(taken);
    expect(started).toEqual([0, 1]);
  });
});

describe("createQueuePerKey", () => {
  it("runs the tasks of one key one after another, also after a failure", async () => {
    const inTurn = createQueuePerKey();
    const log: string[] = [];
    const step = (name: string, error?: Error) => async () => {
      log.push(`${name} begins`);
      await settle();
      log.push(`${name} ends`);
      if (error) throw error;
    };
    await Promise.allSettled([
      inTurn("a", step("first", new Error("no"))),
      inTurn("a", step("second")),
    ]);
    expect(log).toEqual(["first begins", "first ends", "second begins", "second ends"]);
  });

  it("does not make the tasks of other keys wait", async () => {
    const { started, ends, task } = controlled();
    const inTurn = createQueuePerKey();
    const both = [inTurn("a", task(0)), inTurn("b", task(1))];
    await settle();
    expect(started).toEqual([0, 1]);
    ends[0]!();
    ends[1]!();
    await Promise.all(both);
  });
});
