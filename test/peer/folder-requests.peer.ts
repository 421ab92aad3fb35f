import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startTestServer } from "../../src/testing/server.ts";
import { type Request, SEQUENCES } from "./collection-requests.ts";
import { startPocketBase } from "./pocketbase.ts";

type Send = (method: string, path: string, body?: unknown) => Promise<string>;

/** Answers that are meant to differ: the text of an internal reason. */
const OTHER_WORDS: readonly RegExp[] = [
  // Where Go names its own types and paths.
  /Raw error:\\njson: cannot unmarshal/,
  // A view that selects from itself is found out one step later.
  /no such table: main\.v1b/,
];

test.for(Object.entries(SEQUENCES))(
  "%s: the same requests, the same answers",
  async ([, requests]) => {
    const [ours, theirs] = [await openOurs(), await openTheirs()];
    const answers: string[] = [];
    const expected: string[] = [];
    for (const request of requests) {
      const [theirAnswer, ourAnswer] = [await theirs(...request), await ours(...request)];
      const hasOtherWords = OTHER_WORDS.some((words) => words.test(theirAnswer));
      const compared = (answer: string) =>
        `${describeRequest(request)} ${hasOtherWords ? answer.slice(0, 3) : answer}`;
      expected.push(compared(theirAnswer));
      answers.push(compared(ourAnswer));
    }
    expect(answers).toEqual(expected);
  },
);

function describeRequest([method, path, body]: Request): string {
  return `${method} ${path} ${JSON.stringify(body) ?? ""}`;
}

async function openOurs(): Promise<Send> {
  const server = await startTestServer();
  onTestFinished(() => server.close());
  server.app.logger.warn = () => undefined;
  return sender(server.url, await server.superuserToken());
}

async function openTheirs(): Promise<Send> {
  const folder = mkdtempSync(join(tmpdir(), "generatio-peer-"));
  const server = await startPocketBase(folder);
  onTestFinished(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return sender(server.url, server.token);
}

function sender(url: string, token: string): Send {
  const headers = { "content-type": "application/json", authorization: token };
  return async (method, path, body) => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const response = await fetch(url + path, {
      method,
      headers,
      ...(text === undefined ? {} : { body: text }),
    });
    const answer = await response.text();
    // Errors and picked fields come in any order.
    const isUnordered =
      response.status >= 400 || path.includes("fields=") || path.endsWith("/scaffolds");
    return `${response.status} ${masked(isUnordered ? sorted(answer) : answer)}`;
  };
}

function sorted(text: string): string {
  const order = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(order);
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries.map(([key, item]) => [key, order(item)]));
  };
  return text === "" ? "" : JSON.stringify(order(JSON.parse(text)));
}

/** Without what is made up anew each time. */
function masked(text: string): string {
  return text
    .replace(/"collectionId":"pbc_\d+","collectionName":"temp_view/g, '"collectionName":"temp_view')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z/g, "DATE")
    .replace(/(_clone_|temp_view_|_temp_)\w{4,6}/g, "$1");
}
