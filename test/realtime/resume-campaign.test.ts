import { describe, expect, test } from "vitest";
import { findDisagreements, type Seen, type Write } from "../campaigns/realtime-expectations.ts";
import { run } from "../campaigns/realtime-resume.ts";

test("over broken connections and a killed server nothing is lost, doubled, leaked or out of order", async () => {
  const options = {
    minutes: 1,
    cases: 60,
    seed: 11,
    mutant: undefined,
    extra: new Map<string, string>(),
    print: () => undefined,
  };
  const { failures, figures } = await run(options);
  expect(failures).toEqual([]);
  expect(figures["events"]).toBeGreaterThan(60);
}, 60_000);

describe("the campaign finds", () => {
  const write = (event: string, more: Partial<Write> = {}): Write => ({
    writer: 0,
    event,
    audience: "all",
    isCertain: true,
    ...more,
  });
  const client = (name: string, ...seen: string[]): Seen => ({ name, audience: name, seen });
  const writes = [
    write("create:a"),
    write("create:b", { audience: "ann" }),
    write("create:c", { writer: 1 }),
  ];

  test("nothing when all is well", () => {
    const clients = [
      client("ann", "create:a", "create:c", "create:b"),
      client("bob", "create:a", "create:c"),
    ];
    expect(findDisagreements(writes, clients)).toEqual([]);
  });

  test.for([
    ["a loss", [client("ann", "create:a", "create:b")], "ann missed create:c"],
    [
      "a repetition",
      [client("bob", "create:a", "create:c", "create:a")],
      "bob saw 2 times create:a",
    ],
    ["a leak", [client("bob", "create:a", "create:b", "create:c")], "bob must not see create:b"],
    [
      "an invention",
      [client("bob", "create:a", "create:c", "create:x")],
      "bob saw the unknown create:x",
    ],
    [
      "a wrong order",
      [client("ann", "create:b", "create:a", "create:c")],
      "ann saw create:b before create:a",
    ],
    [
      "two orders",
      [client("ann", "create:a", "create:b", "create:c"), client("bob", "create:c", "create:a")],
      "ann saw create:a where bob saw create:c",
    ],
  ] as const)("%s", ([, clients, sentence]) => {
    expect(findDisagreements(writes, clients)).toContain(sentence);
  });

  test("what only some saw of a write that was never answered", () => {
    const uncertain = [write("create:a", { isCertain: false })];
    expect(findDisagreements(uncertain, [client("ann"), client("bob")])).toEqual([]);
    expect(findDisagreements(uncertain, [client("ann", "create:a"), client("bob")])).toEqual([
      "create:a was seen by 1 of 2",
    ]);
  });
});
