import { describe, expect, it } from "vitest";
import { FLAGS, isOn, parseCommandLine } from "../../src/cli/flags.ts";
import { UsageError } from "../../src/cli/usage.ts";

describe("parseCommandLine", () => {
  it.each([
    [["--dir", "/data", "--http=0.0.0.0:80"], { dir: "/data", http: "0.0.0.0:80" }, []],
    [["a@b.co", "--dir", "/data", "secret"], { dir: "/data" }, ["a@b.co", "secret"]],
    [["--dev"], { dev: "true" }, []],
    [["--dev=false", "word"], { dev: "false" }, ["word"]],
    [["--dev", "word"], { dev: "true" }, ["word"]],
    [
      ["--automigrate=false", "--hooksWatch=false"],
      { automigrate: "false", hooksWatch: "false" },
      [],
    ],
    [["--hooksWatch"], { hooksWatch: "true" }, []],
    [["--durability=normal"], { durability: "normal" }, []],
  ])("reads %j", (words, flags, positional) => {
    expect(parseCommandLine(words)).toEqual({ flags, words: positional });
  });

  it.each([
    [["--nope"], "There is no flag --nope"],
    [["--dir"], "--dir needs a value"],
    [["--dev=maybe"], "--dev is true or false"],
    [["--https", "0.0.0.0:443"], "--https is not built yet"],
    [["--automigrate=true"], "--automigrate is not built yet"],
    [["--hooksPool", "5"], "--hooksPool has no meaning here"],
  ])("refuses %j with a sentence", (words, message) => {
    expect(() => parseCommandLine(words)).toThrow(UsageError);
    expect(() => parseCommandLine(words)).toThrow(message);
  });

  it("obeys, explains or refuses every flag", () => {
    for (const flag of Object.values(FLAGS))
      expect(flag.help !== "" || flag.refuse !== undefined).toBe(true);
  });
});

describe("isOn", () => {
  it.each([
    [undefined, true, true],
    [undefined, false, false],
    ["true", false, true],
    ["1", false, true],
    ["false", true, false],
  ])("%s with default %s is %s", (value, otherwise, expected) => {
    expect(isOn(value, otherwise)).toBe(expected);
  });
});
