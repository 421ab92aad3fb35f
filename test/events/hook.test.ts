import { describe, expect, test } from "vitest";
import { Hook, HookEvent, TaggedHook } from "../../src/index.ts";

class Probe extends HookEvent {
  readonly order: string[] = [];
  readonly #tags: readonly string[];

  constructor(...tags: string[]) {
    super();
    this.#tags = tags;
  }

  tags(): readonly string[] {
    return this.#tags;
  }
}

/** A handler that says its name before and after the rest of the chain. */
const around = (name: string) => async (event: Probe) => {
  event.order.push(name);
  await event.next();
  event.order.push(`/${name}`);
};

async function run(hook: Hook<Probe>, event = new Probe()): Promise<string[]> {
  await hook.trigger(event, (last) => {
    last.order.push("core");
  });
  return event.order;
}

describe("the order of handlers", () => {
  test("is ascending by priority, and as bound where that is equal", async () => {
    const hook = new Hook<Probe>();
    for (const [name, priority] of [
      ["c", 5],
      ["a", -10],
      ["d", 5],
      ["b", 0],
    ] as const) {
      hook.bind({ id: name, priority, func: around(name) });
    }
    expect(await run(hook)).toEqual(["a", "b", "c", "d", "core", "/d", "/c", "/b", "/a"]);
  });

  test("a handler with a known id takes the other's place, and its own priority", async () => {
    const hook = new Hook<Probe>();
    for (const name of ["a", "b", "c"]) hook.bind({ id: name, func: around(name) });
    expect(hook.bind({ id: "b", func: around("B") })).toBe("b");
    expect(await run(hook)).toEqual(["a", "B", "c", "core", "/c", "/B", "/a"]);
    hook.bind({ id: "a", priority: 1, func: around("A") });
    expect(await run(hook)).toEqual(["B", "c", "A", "core", "/A", "/c", "/B"]);
    expect(hook.length).toBe(3);
  });

  test("handlers without an id get one, by which they are removed", async () => {
    const hook = new Hook<Probe>();
    const [first, second] = [hook.bindFunc(around("a")), hook.bindFunc(around("b"))];
    expect(first).toMatch(/^\w{20}$/);
    hook.unbind(first, "unknown");
    expect(await run(hook)).toEqual(["b", "core", "/b"]);
    expect(hook.ids).toEqual([second]);
    hook.unbindAll();
    expect(await run(hook)).toEqual(["core"]);
  });

  test("what is bound or removed while a chain runs counts from the next one on", async () => {
    const hook = new Hook<Probe>();
    hook.bind({
      id: "a",
      func: async (event) => {
        hook.bind({ id: "late", func: around("late") });
        hook.unbind("b");
        await event.next();
      },
    });
    hook.bind({ id: "b", func: around("b") });
    expect(await run(hook)).toEqual(["b", "core", "/b"]);
    expect(await run(hook)).toEqual(["late", "core", "/late"]);
  });
});

describe("next()", () => {
  test("that is never called skips the rest and the core, without an error", async () => {
    const hook = new Hook<Probe>();
    hook.bindFunc(around("a"));
    hook.bindFunc((event) => void event.order.push("stop"));
    hook.bindFunc(around("never"));
    expect(await run(hook)).toEqual(["a", "stop", "/a"]);
  });

  test("called twice runs no handler a second time", async () => {
    const hook = new Hook<Probe>();
    hook.bindFunc(async (event) => {
      await event.next();
      await event.next();
    });
    hook.bindFunc(around("b"));
    expect(await run(hook)).toEqual(["b", "core", "/b"]);
  });

  test("called again after an inner handler stopped goes on behind that one", async () => {
    const hook = new Hook<Probe>();
    hook.bindFunc(async (event) => {
      await event.next();
      await event.next();
    });
    hook.bindFunc((event) => void event.order.push("stop"));
    hook.bindFunc(around("c"));
    expect(await run(hook)).toEqual(["stop", "c", "core", "/c"]);
  });

  test("that is not awaited is still waited for", async () => {
    const hook = new Hook<Probe>();
    hook.bindFunc((event) => void event.next());
    hook.bindFunc(async (event) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      await event.next();
    });
    expect(await run(hook)).toEqual(["core"]);
  });

  test("outside of a chain, and at its end, does nothing", async () => {
    const event = new Probe();
    await event.next();
    await run(new Hook<Probe>(), event);
    await event.next();
    expect(event.order).toEqual(["core"]);
  });
});

describe("errors", () => {
  test("travel outwards through the waiting handlers", async () => {
    const hook = new Hook<Probe>();
    const event = new Probe();
    hook.bindFunc(async (outer) => {
      try {
        await outer.next();
      } finally {
        outer.order.push("seen");
      }
    });
    await expect(
      hook.trigger(event, () => {
        throw new Error("core");
      }),
    ).rejects.toThrow("core");
    expect(event.order).toEqual(["seen"]);
  });

  test("can be swallowed or replaced by an outer handler", async () => {
    const swallow = new Hook<Probe>();
    swallow.bindFunc((event) => event.next().catch(() => undefined));
    swallow.bindFunc(() => Promise.reject(new Error("inner")));
    expect(await run(swallow)).toEqual([]);
    const replace = new Hook<Probe>();
    replace.bindFunc((event) =>
      event.next().catch((error: unknown) => {
        throw new Error("outer", { cause: error });
      }),
    );
    replace.bindFunc(() => Promise.reject(new Error("inner")));
    await expect(run(replace)).rejects.toThrow("outer");
  });

  test("of a next() that nobody awaited reach the caller too", async () => {
    const hook = new Hook<Probe>();
    hook.bindFunc((event) => void event.next());
    hook.bindFunc(async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      throw new Error("late");
    });
    await expect(run(hook)).rejects.toThrow("late");
  });
});

describe("tags", () => {
  test("a handler without a matching tag is passed over, one without tags sees everything", async () => {
    const hook = new Hook<Probe>();
    new TaggedHook(hook, ["posts", "comments"]).bindFunc(around("posts"));
    new TaggedHook(hook, ["pbc_1"]).bindFunc(around("id"));
    new TaggedHook(hook, []).bindFunc(around("all"));
    expect(await run(hook, new Probe("posts", "pbc_1"))).toEqual([
      "posts",
      "id",
      "all",
      "core",
      "/all",
      "/id",
      "/posts",
    ]);
    expect(await run(hook, new Probe("users", "pbc_2"))).toEqual(["all", "core", "/all"]);
    expect(await run(hook, new Probe())).toEqual(["all", "core", "/all"]);
  });

  test("isWatched knows the engine's own handlers from those of users", () => {
    const hook = new Hook<Probe>();
    hook.bind({ id: "__pbRecordSystemHook__", func: () => undefined });
    expect(hook.isWatched()).toBe(false);
    new TaggedHook(hook, ["posts"]).bindFunc(() => undefined);
    expect([hook.isWatched(), hook.isWatched(["posts"]), hook.isWatched(["users"])]).toEqual([
      true,
      true,
      false,
    ]);
  });
});
