import { availableParallelism } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { hashPassword } from "../../src/lib/password.ts";
import type { RecordModel } from "../../src/records/record.ts";
import { newAuthToken } from "../../src/auth/tokens.ts";
import { allowOAuth2, type Answer, type AuthServer, startAuth } from "./fixture.ts";

/** Hashing one takes a second. */
const SLOW_COST = 14;
/** Long enough for a request to come to bcrypt, and to open a transaction if it does so before. */
const REACHED_MS = 500;

const PROFILE = { sub: "p-1", email: "new@example.com", email_verified: true };
const TYPED = { password: "password2", passwordConfirm: "password2" };

function signUp(server: AuthServer, createData: object): Promise<Answer> {
  const code = server.provider.code(PROFILE);
  return server.post("auth-with-oauth2", { provider: "oidc", code, codeVerifier: "v", createData });
}

function createInBatch(server: AuthServer): Promise<Answer> {
  server.app.settings.batch = { enabled: true, maxRequests: 5, timeout: 60, maxBodySize: 0 };
  const body = { email: "new@example.com", ...TYPED };
  const request = { method: "POST", url: "/api/collections/users/records", body };
  return server.ask("POST /api/batch", { body: { requests: [request] } });
}

/** The form lacks the new password, and is refused for the old one too. */
function sendOldPassword(server: AuthServer, user: RecordModel): Promise<Answer> {
  return server.ask(`PATCH /api/collections/users/records/${user.id}`, {
    body: { oldPassword: "wrong", passwordConfirm: "password2" },
    token: newAuthToken(user),
  });
}

type Ask = (server: AuthServer, user: RecordModel) => Promise<Answer>;
const requests: readonly [string, number, Ask][] = [
  ["a sign-up through a provider", 200, (server) => signUp(server, {})],
  ["such a sign-up with a typed password", 200, (server) => signUp(server, TYPED)],
  ["a batch that makes an account", 200, createInBatch],
  ["an update with an old password", 400, sendOldPassword],
];

test.for(requests)(
  "%s keeps no other write waiting while it waits for bcrypt",
  { timeout: 60_000 },
  async ([, status, ask]) => {
    const server = await startAuth();
    await allowOAuth2(server);
    await server.configure((_, collection) => {
      collection.createRule = "";
    });
    const user = await server.user();
    const other = await server.user({ email: "other@example.com" });
    const places = Array.from({ length: availableParallelism() }, () =>
      hashPassword("taken", SLOW_COST).then(() => "hashed"),
    );
    const answer = ask(server, user).catch(() => ({ status: 0 }));
    await sleep(REACHED_MS);
    other.set("name", "written meanwhile");
    const written = server.app.save(other).then(() => "written");
    expect(await Promise.race([written, ...places])).toBe("written");
    await Promise.all(places);
    expect(await answer).toMatchObject({ status });
  },
);
