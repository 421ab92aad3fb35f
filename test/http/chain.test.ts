import { describe, expect, test } from "vitest";
import { composeChain, defineMiddleware, STOP } from "../../src/http/chain.ts";
import { RequestEvent } from "../../src/http/event.ts";
import type { RequestState } from "../../src/http/state.ts";
import type { Handler } from "../../src/events/hook.ts";

const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 1));

/** Runs handlers around an action that is written down as "action"; they write into the same list. */
async function run(make: (log: string[]) => Handler<RequestEvent>[]): Promise<string[]> {
  const log: string[] = [];
  const chain = composeChain(make(log), () => void log.push("action"));
  try {
    await chain(new RequestEvent({} as RequestState));
  } catch (error) {
    log.push(`failed: ${(error as Error).message}`);
  }
  return log;
}

describe("a chain of handlers that call next() themselves", () => {
  test("runs outside in and returns inside out", async () => {
    const wrap = (log: string[], name: string): Handler<RequestEvent> => ({
      func: async (event) => {
        log.push(`${name} in`);
        await event.next();
        log.push(`${name} out`);
      },
    });
    expect(await run((log) => [wrap(log, "a"), wrap(log, "b")])).toEqual([
      "a in",
      "b in",
      "action",
      "b out",
      "a out",
    ]);
  });

  test("skips the rest when one does not call it", async () => {
    expect(
      await run((log) => [{ func: () => void log.push("a") }, { func: () => void log.push("b") }]),
    ).toEqual(["a"]);
  });

  test("never runs a handler twice", async () => {
    const twice: Handler<RequestEvent> = {
      func: async (event) => {
        await event.next();
        await event.next();
      },
    };
    expect(await run((log) => [twice, { func: (event) => (log.push("b"), event.next()) }])).toEqual(
      ["b", "action"],
    );
  });

  test("a second call goes on with the first handler not yet reached", async () => {
    const retry: Handler<RequestEvent> = {
      func: async (event) => {
        await event.next();
        await event.next();
      },
    };
    expect(await run((log) => [retry, { func: () => void log.push("ends here") }])).toEqual([
      "ends here",
      "action",
    ]);
  });

  test("waits for a next() that nobody awaits, and hears of its error", async () => {
    const forgetful: Handler<RequestEvent> = { func: (event) => void event.next() };
    const late = (log: string[]): Handler<RequestEvent> => ({
      func: async () => {
        await pause();
        log.push("late");
        throw new Error("late failure");
      },
    });
    expect(await run((log) => [forgetful, late(log)])).toEqual(["late", "failed: late failure"]);
  });

  test("does not fail again for an error that a handler dealt with", async () => {
    const catching = (log: string[]): Handler<RequestEvent> => ({
      func: async (event) => {
        await event.next().catch((error: Error) => log.push(`caught ${error.message}`));
      },
    });
    const failing: Handler<RequestEvent> = { func: () => Promise.reject(new Error("x")) };
    expect(await run((log) => [catching(log), failing])).toEqual(["caught x"]);
  });
});

describe("a chain of middlewares in halves", () => {
  test("runs without a promise when nothing waits", () => {
    const log: string[] = [];
    const chain = composeChain(
      [
        defineMiddleware({
          id: "a",
          enter: () => void log.push("enter"),
          leave: () => void log.push("leave"),
        }),
        defineMiddleware({ id: "b", enter: () => void log.push("enter b") }),
      ],
      () => void log.push("action"),
    );
    expect(chain(new RequestEvent({} as RequestState))).toBeUndefined();
    expect(log).toEqual(["enter", "enter b", "action", "leave"]);
  });

  test("stops where a half says so, and still leaves", async () => {
    expect(
      await run((log) => [
        defineMiddleware({ id: "a", leave: () => void log.push("leave") }),
        defineMiddleware({ id: "b", enter: async () => STOP }),
        defineMiddleware({ id: "c", enter: () => void log.push("never") }),
      ]),
    ).toEqual(["leave"]);
  });

  test.each(["at once", "later"])(
    "leaves with what failed %s, and may replace it",
    async (when) => {
      const fail = defineMiddleware({
        id: "fail",
        enter: async () => {
          if (when === "later") await pause();
          throw new Error("inner");
        },
      });
      const replace = defineMiddleware({
        id: "replace",
        leave: (_event, failure) =>
          failure && { error: new Error(`outer of ${(failure.error as Error).message}`) },
      });
      expect(await run(() => [replace, fail])).toEqual(["failed: outer of inner"]);
    },
  );

  test("works the same through its function, between handlers of the other kind", async () => {
    const half = (log: string[]) =>
      defineMiddleware({
        id: "half",
        enter: () => void log.push("enter"),
        leave: (_event, failure) => (log.push(failure ? "leave after failure" : "leave"), failure),
      });
    const asFunction = await run((log) => [
      { func: half(log).func },
      { func: () => Promise.reject(new Error("x")) },
    ]);
    const asHalves = await run((log) => [
      half(log),
      { func: () => Promise.reject(new Error("x")) },
    ]);
    expect(asFunction).toEqual(["enter", "leave after failure", "failed: x"]);
    expect(asHalves).toEqual(asFunction);
  });
});
