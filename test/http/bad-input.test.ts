import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterAll, describe, expect, test } from "vitest";
import {
  type Answered,
  askBadly,
  type BadRequest,
  badRequests,
  startWithRoutes,
} from "./bad-input-requests.ts";
import { makeWorld, openStream, samplesOf } from "./bad-input-world.ts";

/* Whatever comes in, at every route: a clear refusal in the known form, at once, and nothing written. */

const HANG_MS = 2_000;
/** Some answers take their time on purpose, so that it tells nothing. */
const AT_ONCE = 8;

const { server, routes } = await startWithRoutes();
const stream = await openStream(server.url);
const world = await makeWorld({ url: server.url, token: await server.superuserToken() });
const samples = samplesOf(world, stream.clientId);
// Changes only when another connection has written.
const watcher = new Sqlite(join(server.dataDir, "data.db"), { readonly: true });
const dataVersion = () => watcher.pragma("data_version", { simple: true });

afterAll(async () => {
  watcher.close();
  stream.close();
  await server.close();
});

const CALLERS = { guest: "", user: world.userToken, superuser: world.token };

test("every route with parameters or a body has a right request to spoil", () => {
  const needed = routes.filter((route) => /\{/.test(route) || /^(POST|PATCH|PUT)/.test(route));
  expect(needed.filter((route) => !samples[route])).toEqual([]);
  expect(Object.keys(samples).filter((route) => !routes.includes(route))).toEqual([]);
});

describe.each(Object.entries(CALLERS))("as %s", (caller, token) => {
  test.each(routes)("%s", async (route) => {
    const problems: string[] = [];
    const bad = badRequests(route, samples[route]).filter(({ name }) => isFor(caller, name));
    for (let next = 0; next < bad.length; next += AT_ONCE) {
      problems.push(...(await problemsOf(bad.slice(next, next + AT_ONCE))));
    }
    expect(problems).toEqual([]);

    async function problemsOf(together: readonly BadRequest[]): Promise<string[]> {
      const before = dataVersion();
      const answers = await Promise.all(together.map((one) => ask(one, token)));
      const found = together.flatMap((one, index) =>
        judge(answers[index]!, route, caller).map((problem) => `${one.name}: ${problem}`),
      );
      if (dataVersion() === before) return found;
      const suspects = together.filter((one, index) => !mayWrite(answers[index]!, one, route));
      if (suspects.length === together.length) found.push(`written by one of ${names(together)}`);
      return [...found, ...(await writersAmong(suspects))];
    }

    async function writersAmong(suspects: readonly BadRequest[]): Promise<string[]> {
      const found: string[] = [];
      for (const suspect of suspects) {
        const before = dataVersion();
        const answer = await ask(suspect, token);
        if (dataVersion() !== before && !mayWrite(answer, suspect, route)) {
          found.push(`${suspect.name}: something was written`);
        }
      }
      return found;
    }
  });
});

function names(requests: readonly BadRequest[]): string {
  return requests.map(({ name }) => name).join(", ");
}

/**
 * Where much that looks odd is right: unknown keys are ignored, most values are cast. The comparison with
 * PocketBase (test/peer) says exactly what.
 */
const WRITING_ROUTES = new Set([
  "PATCH /api/collections/{collection}/auth-extras",
  "POST /api/collections/{collection}/records",
  "PATCH /api/collections/{collection}/records/{id}",
  "POST /api/batch",
  "PATCH /api/settings",
  "POST /api/collections",
  "PATCH /api/collections/{collection}",
  "PUT /api/collections/import",
  "POST /api/collections/{collection}/request-otp",
]);

function mayWrite({ status }: Answered, { name }: BadRequest, route: string): boolean {
  if (!WRITING_ROUTES.has(route)) return false;
  // The answer is made, and its fields are picked, once the change is committed; PocketBase does the same.
  return status < 400 || /^query( fields)?: (brackets|quote)$/.test(name);
}

test("no prototype was touched", () => {
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
});

/** What takes its time is not sent by everyone. */
function isFor(caller: string, name: string): boolean {
  if (name === "body: oversized") return caller === "superuser";
  return caller !== "user" || !name.startsWith("value: ");
}

/** A second time when it took long: a busy machine is no hang. */
async function ask(bad: BadRequest, token: string): Promise<Answered> {
  const answer = await askBadly(server.url, bad, token);
  return answer.milliseconds > HANG_MS ? askBadly(server.url, bad, token) : answer;
}

function judge(answer: Answered, route: string, caller: string): string[] {
  const { status, body, milliseconds } = answer;
  const problems: string[] = [];
  if (status >= 500) problems.push(`${status} ${body.slice(0, 200)}`);
  if (milliseconds > HANG_MS) problems.push(`took ${milliseconds.toFixed(0)} ms`);
  if (status >= 400 && !isEnvelope(answer))
    problems.push(`no envelope: ${status} ${body.slice(0, 200)}`);
  const mayQuote = caller === "superuser" && QUOTING_ROUTES.has(route);
  if (status >= 400 && (mayQuote ? INSIDES : TOLD_BY_NOBODY).test(body)) {
    problems.push(`tells too much: ${body.slice(0, 300)}`);
  }
  return problems;
}

/** Where superusers are told what SQLite said of their own query, as PocketBase does. */
const QUOTING_ROUTES = new Set([
  "POST /api/collections",
  "PATCH /api/collections/{collection}",
  "PUT /api/collections/import",
  "POST /api/collections/meta/dry-run-view",
  "POST /api/sql",
]);

const INSIDES = /node:internal|node_modules|\.ts:\d|\n\s+at |\/tmp\/|pb_data|SQLITE_/;
const TOLD_BY_NOBODY = new RegExp(
  `${INSIDES.source}|SELECT .* FROM|INSERT INTO|UPDATE .* SET|no such (table|column)|syntax error|Cannot read prop|is not a function`,
  "i",
);

const PLAIN =
  /^(400 Bad Request|416 Requested Range Not Satisfiable|431 Request Header Fields Too Large)/;

function isEnvelope({ status, headers, body }: Answered): boolean {
  if (headers["content-type"]?.startsWith("text/plain")) return PLAIN.test(body);
  if (headers["content-type"] !== "application/json") return false;
  const value = JSON.parse(body) as Record<string, unknown>;
  return (
    Object.keys(value).join() === "data,message,status" &&
    value["status"] === status &&
    typeof value["message"] === "string" &&
    typeof value["data"] === "object"
  );
}
