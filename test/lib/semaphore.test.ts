import { describe, expect, test } from "vitest";
import { Semaphore } from "../../src/lib/semaphore.ts";

describe("a semaphore", () => {
  test("runs so many jobs at a time, in the order they came", async () => {
    const semaphore = new Semaphore(2);
    const log: string[] = [];
    const gates = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
    const jobs = gates.map((gate, index) =>
      semaphore.run(async () => {
        log.push(`start ${index}`);
        await gate.promise;
        log.push(`end ${index}`);
      }),
    );
    await Promise.resolve();
    expect(log).toEqual(["start 0", "start 1"]);
    gates[1]!.resolve();
    await jobs[1];
    await new Promise((resolve) => setImmediate(resolve));
    expect(log).toEqual(["start 0", "start 1", "end 1", "start 2"]);
    for (const gate of gates) gate.resolve();
    await Promise.all(jobs);
    expect(log.slice(4).toSorted()).toEqual(["end 0", "end 2", "end 3", "start 3"]);
  });

  test("frees the place of a job that fails", async () => {
    const semaphore = new Semaphore(1);
    await expect(semaphore.run(() => Promise.reject(new Error("failed")))).rejects.toThrow(
      "failed",
    );
    expect(await semaphore.run(async () => "next")).toBe("next");
  });

  test("gives up a job that waits too long, and not its place in line", async () => {
    const semaphore = new Semaphore(1);
    const gate = Promise.withResolvers<void>();
    const running = semaphore.run(() => gate.promise);
    await expect(semaphore.run(async () => "late", 5)).rejects.toThrow(
      "waited more than 5 ms for a turn",
    );
    const patient = semaphore.run(async () => "patient", 5000);
    gate.resolve();
    await running;
    expect(await patient).toBe("patient");
  });
});
