import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CommandTable } from "../../src/command-table.ts";

const MAIN = join(import.meta.dirname, "../../src/main.ts");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "generatio-commands-"));
  mkdirSync(join(folder, "hooks"));
  writeFileSync(
    join(folder, "hooks", "commands.ts"),
    `export default (app) => {
      app.commands.add("people", "people [PREFIX]   names of the users", async (words) => {
        const users = await app.findRecordsByFilter("users", "name ~ {:prefix}", {
          params: { prefix: words[0] ?? "" },
        });
        console.log(users.map((user) => user.getString("name")).join() || "nobody", words.join("|"));
      });
      app.commands.add("fail", "fail   always", () => {
        throw new Error("That does not work.");
      });
    };`,
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function program(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...words], {
    cwd: folder,
    encoding: "utf8",
    timeout: 20_000,
  });
  return { status, stdout: stdout.trim(), stderr: stderr.trim() };
}

describe("a command that an extension adds", () => {
  test("runs with the data folder open, gets its words, and ends the program", () => {
    const words = ["people", "A", "--dir", "pb_data", "B", "--", "--loud", "C"];
    expect(program(...words)).toEqual({ status: 0, stdout: "nobody A|B|--loud|C", stderr: "" });
    expect(existsSync(join(folder, "pb_data", "data.db"))).toBe(true);
  });

  test("tells why it fails", () => {
    expect(program("fail")).toEqual({ status: 1, stdout: "", stderr: "That does not work." });
  });

  test("is not there under another name, and then nothing is opened", () => {
    const { status, stderr } = program("peeple");
    expect([status, stderr]).toEqual([
      2,
      'There is no command "peeple". Commands: serve, superuser, version, help, people, fail.',
    ]);
    expect(existsSync(join(folder, "pb_data"))).toBe(false);
  });
});

test.each(["", "-x", "two words", "a=b"])("a command cannot be called %j", (name) => {
  expect(() => new CommandTable().add(name, "", () => undefined)).toThrow("name of a command");
});
