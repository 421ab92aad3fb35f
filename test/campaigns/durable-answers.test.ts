import { expect, test } from "vitest";
import { findUnsafeAnswers } from "./durable-answers.ts";
import { parseTrace } from "./trace.ts";

/** Lines as strace writes them with `-f -yy -xx`. */
const hex = (text: string) =>
  [...text].map((char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`).join("");
const header = (isCommit: boolean) =>
  `\0\0\0\x02\0\0\0${isCommit ? "\x02" : "\0"}${"s".repeat(16)}`;
const write = (bytes: string) =>
  `7 pwrite64(22<${hex("/d/data.db-wal")}>, "${hex(bytes)}", ${bytes.length}, 32) = ${bytes.length}`;
const sync = (result = "0") => `7 fdatasync(22<${hex("/d/data.db-wal")}>) = ${result}`;
const answer = (bytes: string) =>
  `7 writev(30<${hex("TCP:[1]")}>, [{iov_base="${hex("HTTP ")}", iov_len=5}, {iov_base="${hex(bytes)}", iov_len=9}], 2) = 14`;

const SAFE = [write(header(false)), write("other"), write(header(true)), write("..M1..")];

function judge(lines: readonly string[]): string[] {
  return findUnsafeAnswers(parseTrace(lines.join("\n")), {
    markers: ["M1"],
    isLog: (path) => path === "/d/data.db-wal",
    isAnswer: (target) => target.startsWith("TCP"),
  });
}

test("an answer after the sync after the commit is safe", () => {
  expect(judge([...SAFE, sync(), answer("M1")])).toEqual([]);
});

test.for([
  ["answered before the log was synced", [...SAFE, answer("M1"), sync()]],
  [
    "answered before the log was synced",
    [...SAFE, sync("-1 EIO (Input/output error)"), answer("M1")],
  ],
  [
    "answered before the log was synced",
    [SAFE[0]!, SAFE[1]!, sync(), SAFE[2]!, SAFE[3]!, answer("M1")],
  ],
  ["answered before it was written to the log", [answer("M1"), ...SAFE, sync()]],
  [
    "answered, but never written to the log",
    [write(header(true)), write("other"), sync(), answer("M1")],
  ],
  [
    "answered, but its transaction was never committed in the log",
    [write(header(false)), write("..M1.."), sync(), answer("M1")],
  ],
] as const)("%s", ([problem, lines]) => {
  expect(judge(lines)).toEqual([`M1: ${problem}`]);
});

test("a sync that another thread interrupts counts from its start to its end", () => {
  const started = `7 fdatasync(22<${hex("/d/data.db-wal")}> <unfinished ...>`;
  const ended = "7 <... fdatasync resumed>) = 0";
  expect(judge([...SAFE, started, ended, answer("M1")])).toEqual([]);
  expect(judge([...SAFE, started, answer("M1"), ended])).toHaveLength(1);
  expect(
    judge([SAFE[0]!, SAFE[1]!, SAFE[2]!, started, SAFE[3]!, ended, answer("M1")]),
  ).toHaveLength(1);
});

test("an answer that was never seen is a mistake of the question", () => {
  expect(() => judge([...SAFE, sync()])).toThrow("no answer with M1");
});
