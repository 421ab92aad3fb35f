import { describe, expect, it } from "vitest";
import { LruCache } from "../../src/filter/lru-cache.ts";
import { PlanCache, type Shape } from "../../src/filter/shape.ts";

interface Inputs {
  readonly auth: string;
  readonly query: string;
}

/** Asks of the query only when there is somebody. */
function compile(shape: Shape<Inputs>): string {
  const auth = shape.ask("auth", (inputs) => (inputs.auth === "" ? "guest" : "user"));
  if (auth === "guest") return "plan of guests";
  const query = shape.ask("query", (inputs) => (inputs.query === "" ? "empty" : "filled"));
  return `plan of users with ${query} query`;
}

describe("the plan cache", () => {
  it("compiles once per shape of the inputs", () => {
    const cache = new PlanCache<Inputs, string>(1000, () => 1);
    const get = (inputs: Inputs) => cache.get("key", inputs, compile);
    expect(get({ auth: "", query: "a" })).toBe("plan of guests");
    expect(get({ auth: "u1", query: "a" })).toBe("plan of users with filled query");
    expect(get({ auth: "u1", query: "" })).toBe("plan of users with empty query");
    expect(cache.planCompiles).toBe(3);
    expect(get({ auth: "", query: "" })).toBe("plan of guests");
    expect(get({ auth: "u2", query: "b" })).toBe("plan of users with filled query");
    expect(get({ auth: "u2", query: "" })).toBe("plan of users with empty query");
    expect(cache.planCompiles).toBe(3);
  });

  it("keeps keys apart", () => {
    const cache = new PlanCache<Inputs, string>(1000, () => 1);
    cache.get("one", { auth: "", query: "" }, () => "first");
    expect(cache.get("two", { auth: "", query: "" }, () => "second")).toBe("second");
    expect(cache.get("one", { auth: "", query: "" }, () => "third")).toBe("first");
  });

  it("keeps no plan when the compilation fails", () => {
    const cache = new PlanCache<Inputs, string>(1000, () => 1);
    const fail = () => {
      throw new Error("no");
    };
    expect(() => cache.get("key", { auth: "", query: "" }, fail)).toThrow("no");
    expect(cache.get("key", { auth: "", query: "" }, compile)).toBe("plan of guests");
  });

  it("asks every question once", () => {
    const cache = new PlanCache<Inputs, string>(1000, () => 1);
    let asked = 0;
    cache.get("key", { auth: "", query: "" }, (shape) => {
      for (let n = 0; n < 3; n++) shape.ask("same", () => String(++asked));
      return "plan";
    });
    expect(asked).toBe(1);
  });

  it("stays bounded when one key has ever new shapes", () => {
    const cache = new PlanCache<Inputs, string>(1_000_000, () => 1);
    const get = (query: string) => {
      const inputs = { auth: "", query };
      return cache.get("key", inputs, (shape) => shape.ask("query", (each) => each.query));
    };
    for (let n = 0; n < 1000; n++) expect(get(`q${n}`)).toBe(`q${n}`);
    expect(cache.planCompiles).toBe(1000);
    expect(get("q999")).toBe("q999");
    expect(cache.planCompiles).toBe(1000);
    get("q0");
    expect(cache.planCompiles).toBe(1001);
  });

  it("forgets the plans used longest ago", () => {
    const cache = new PlanCache<Inputs, string>(100, () => 30);
    const inputs = { auth: "", query: "" };
    for (const key of ["a", "b", "c", "a", "d"]) cache.get(key, inputs, () => key);
    expect(cache.planCompiles).toBe(4);
    cache.get("a", inputs, () => "a");
    expect(cache.planCompiles).toBe(4);
    cache.get("b", inputs, () => "b");
    expect(cache.planCompiles).toBe(5);
  });
});

describe("the cache", () => {
  it("drops the entries used longest ago when the total cost is too high", () => {
    const cache = new LruCache<string>(10);
    cache.set("a", "A", 4);
    cache.set("b", "B", 4);
    expect(cache.get("a")).toBe("A");
    cache.set("c", "C", 4);
    expect([cache.get("a"), cache.get("b"), cache.get("c")]).toEqual(["A", undefined, "C"]);
  });

  it("counts a replaced entry once and refuses what is larger than itself", () => {
    const cache = new LruCache<string>(10);
    for (let n = 0; n < 5; n++) cache.set("a", String(n), 6);
    expect(cache.get("a")).toBe("4");
    cache.set("b", "B", 11);
    expect(cache.size).toBe(1);
    cache.set("c", "C", 4);
    expect(cache.size).toBe(2);
  });
});
