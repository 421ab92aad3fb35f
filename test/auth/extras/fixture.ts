import { newAuthToken } from "../../../src/auth/tokens.ts";
import { SUPERUSERS } from "../../../src/auth/superusers.ts";
import type { TestServerOptions } from "../../../src/testing/index.ts";
import { type AuthServer, startAuth } from "../fixture.ts";

export interface ExtrasServer extends AuthServer {
  /** A superuser's token. */
  readonly root: string;
  /** Switches additions of a collection on or off. */
  turn(change: object, collection?: string): Promise<void>;
  /** The tables of additions that the data folder holds. */
  tables(): Promise<string[]>;
}

export async function startExtras(
  change: object = {},
  options: TestServerOptions = {},
): Promise<ExtrasServer> {
  const server = await startAuth(options);
  const { app } = server;
  const superuser = app.newRecord(SUPERUSERS, {
    email: "root@example.com",
    password: "1234567890",
  });
  await app.save(superuser);
  const root = newAuthToken(superuser);
  const turn: ExtrasServer["turn"] = async (body, collection = "users") => {
    const line = `PATCH /api/collections/${collection}/auth-extras`;
    const answer = await server.ask(line, { body, token: root });
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  };
  if (Object.keys(change).length > 0) await turn(change);
  return {
    ...server,
    root,
    turn,
    async tables() {
      const rows = await app.db.all<{ name: string }>({
        sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE '\\_x%' ESCAPE '\\'",
        parameters: [],
      });
      return rows.map(({ name }) => name).toSorted();
    },
  };
}

/** Sends requests all at once and counts the statuses of their answers. */
export async function race(
  requests: readonly (() => Promise<{ readonly status: number }>)[],
): Promise<Record<string, number>> {
  const answers = await Promise.all(requests.map((request) => request()));
  const counts: Record<string, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
