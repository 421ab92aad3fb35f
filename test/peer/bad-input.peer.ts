import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Sqlite from "better-sqlite3";
import { afterAll, describe, expect, test } from "vitest";
import { askBadly, badRequests, startWithRoutes } from "../http/bad-input-requests.ts";
import { makeWorld, openStream, samplesOf } from "../http/bad-input-world.ts";
import { startPocketBase } from "./pocketbase.ts";

/* Bad input at every route: the same status, and written or not, as PocketBase. */

/** Where we differ on purpose, by `route | input`. */
const DIFFERENCES: readonly RegExp[] = [
  // It crashes: 500.
  /(confirm-password-reset|request-email-change) \| body: null$/,
  /^POST \/api\/batch \| value: requests\.0: null$/,
  /^PATCH \/api\/settings \| body: null$/,
  // It takes for a form without a name what is null.
  /^PATCH \/api\/collections\/\{collection\} \| body: null$/,
  // Too large is 413 here, whoever reads the body; there some say 400.
  / \| body: oversized$/,
  // A text with NUL is spelled as a Go literal, which is no JSON.
  /records.* \| value: data: nul$/,
  // Levels are counted where a list of uploads is expected.
  /records.* \| value: files?: deep list$/,
  // Header lines of parts are not read byte by byte.
  / \| body: an upload that leads elsewhere$/,
  /^POST \/api\/realtime \| value: subscriptions\.0: null$/,
  // Keys are matched in any case without an order.
  /^POST \/api\/collections \| body: keys that differ in case$/,
];

/** PocketBase writes to data.db when it makes a backup; ours only reads it. */
const WRITTEN_THERE_ONLY = /^POST \/api\/backups \|/;

/** An update of the same values within one millisecond has nothing to write here, not even the date. */
const IS_UPDATE = /^PATCH .*\/records\//;

/** The admin UI is another one; the rest PocketBase does not have. */
const OWN_ROUTES = /\/_\/|auth-extras|second-factors/;

const { server, routes } = await startWithRoutes();
const folder = mkdtempSync(join(tmpdir(), "generatio-peer-"));
const peer = await startPocketBase(folder);
const sides = [
  await openSide({ url: server.url, token: await server.superuserToken() }, server.dataDir),
  await openSide(peer, folder),
] as const;

afterAll(async () => {
  for (const side of sides) side.close();
  await server.close();
  await peer.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function openSide({ url, token }: { url: string; token: string }, dir: string) {
  const stream = await openStream(url);
  const world = await makeWorld({ url, token });
  const watcher = new Sqlite(join(dir, "data.db"), { readonly: true });
  return {
    url,
    tokens: { guest: "", user: world.userToken, superuser: token },
    samples: samplesOf(world, stream.clientId),
    dataVersion: () => watcher.pragma("data_version", { simple: true }),
    close: () => {
      watcher.close();
      stream.close();
    },
  };
}

describe.each(["guest", "user", "superuser"] as const)("as %s", (caller) => {
  test.each(routes.filter((route) => !OWN_ROUTES.test(route)))(
    "%s",
    async (route) => {
      const outcomes = await Promise.all(sides.map((side) => outcomesOf(side, route, caller)));
      expect(outcomes[0]).toEqual(outcomes[1]);
    },
    60_000,
  );
});

async function outcomesOf(
  { url, samples, tokens, dataVersion }: Awaited<ReturnType<typeof openSide>>,
  route: string,
  caller: "guest" | "user" | "superuser",
): Promise<string[]> {
  const outcomes: string[] = [];
  for (const bad of badRequests(route, samples[route])) {
    if (IS_UPDATE.test(route)) await sleep(1);
    const before = dataVersion();
    const { status } = await askBadly(url, bad, tokens[caller]);
    const name = `${route} | ${bad.name}`;
    const isWritten = dataVersion() !== before && !WRITTEN_THERE_ONLY.test(name);
    const written = isWritten ? ", written" : "";
    if (!DIFFERENCES.some((known) => known.test(name)))
      outcomes.push(`${name}: ${status}${written}`);
  }
  return outcomes;
}
