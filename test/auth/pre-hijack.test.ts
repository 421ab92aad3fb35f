import { describe, expect, test } from "vitest";
import { NO_EXTRAS } from "../../src/auth/extras/options.ts";
import { Authenticator } from "./extras/authenticator.ts";
import { codeAt } from "./extras/authenticator-app.ts";
import { allowOAuth2, type AuthServer, startAuth, tokenIn } from "./fixture.ts";

/*
 * Account pre-hijacking (CVE-2024-38351, CVE-2026-44166): someone makes an account with another person's
 * address and waits until its owner starts to use it. Whatever they signed in with before must not open it
 * after. And the other way round: whoever comes second must prove the address.
 */

const VICTIM = "victim@example.com";
const ATTACKER_PASSWORD = "attacker password";
const VICTIM_PASSWORD = "victim password";

/** Everything the attacker can try afterwards. */
type Attack = () => Promise<{ readonly status: number; readonly body: Record<string, unknown> }>;

/** How the attacker got an account with the victim's address; returns its id and what opens it. */
type First = (
  server: AuthServer,
) => Promise<{ readonly id: string; readonly attacks: readonly Attack[] }>;

const FIRST: Readonly<Record<string, First>> = {
  password: async (server) => {
    const { id, attacks } = await registerWithPassword(server);
    return { id, attacks };
  },
  "OAuth2 that omits email_verified": (server) => registerWithOAuth2(server, "oidc2", {}),
  "OAuth2 with email_verified false": (server) =>
    registerWithOAuth2(server, "oidc2", { email_verified: false }),
  "OAuth2 with a verified address of their own": (server) =>
    registerWithOAuth2(server, "oidc2", { email: "attacker@example.com", email_verified: true }),
  "password, then linked OAuth2": async (server) => {
    const first = await registerWithPassword(server);
    const link = await linkOAuth2(server, "oidc2", first.token);
    return { id: first.id, attacks: [...first.attacks, link] };
  },
  "OAuth2, then linked OAuth2": async (server) => {
    const first = await registerWithOAuth2(server, "oidc2", {});
    const link = await linkOAuth2(server, "oidc3", first.token);
    return { id: first.id, attacks: [...first.attacks, link] };
  },
  "password, then an API key": async (server) => {
    const first = await registerWithPassword(server);
    const scope = { name: "key", collections: ["users"], actions: ["view"] };
    const { body } = await server.post("api-keys", scope, first.token);
    return { id: first.id, attacks: [...first.attacks, viewWith(server, first.id, body["key"])] };
  },
  "password, then a passkey": async (server) => {
    const first = await registerWithPassword(server);
    const key = new Authenticator();
    const { body } = await server.post("passkeys/register-options", {}, first.token);
    const made = key.create(body as unknown as Parameters<Authenticator["create"]>[0]);
    await server.post("passkeys", { name: "key", response: made }, first.token);
    const enter: Attack = async () => {
      const options = (await server.post("passkeys/auth-options")).body;
      const response = key.get(options as unknown as Parameters<Authenticator["get"]>[0]);
      return server.post("auth-with-passkey", { response });
    };
    return { id: first.id, attacks: [enter, ...first.attacks] };
  },
  "password, then an authenticator app that only they have": async (server) => {
    const first = await registerWithPassword(server);
    const { body } = await server.post("totp/enroll", {}, first.token);
    const secret = String(body["secret"]);
    await server.post("totp/confirm", { code: codeAt(secret, -1) }, first.token);
    const enter: Attack = async () => {
      const { mfaId } = (await server.signIn(VICTIM, ATTACKER_PASSWORD)).body;
      return server.post("auth-with-totp", { mfaId, code: codeAt(secret) });
    };
    return { id: first.id, attacks: [enter, ...first.attacks] };
  },
  "password and a one-time password asked for before": async (server) => {
    const first = await registerWithPassword(server);
    const { body } = await server.post("request-otp", { email: VICTIM });
    // Its digits are in the victim's mail; the attacker may try a few.
    const guess: Attack = () =>
      server.post("auth-with-otp", { otpId: body["otpId"], password: "00000000" });
    await server.mailbox.next();
    return { id: first.id, attacks: [...first.attacks, guess] };
  },
};

/** How the victim signs in; true when they got into the account with their address. */
const SECOND: Readonly<Record<string, (server: AuthServer, id: string) => Promise<boolean>>> = {
  "password, by a reset": async (server, id) => {
    await server.post("request-password-reset", { email: VICTIM });
    const token = tokenIn((await server.mailbox.next()).html);
    await server.post("confirm-password-reset", {
      token,
      password: VICTIM_PASSWORD,
      passwordConfirm: VICTIM_PASSWORD,
    });
    return opened(await server.signIn(VICTIM, VICTIM_PASSWORD), id);
  },
  "one-time password": async (server, id) => {
    const { body } = await server.post("request-otp", { email: VICTIM });
    const password = /<strong>(\d+)<\/strong>/.exec((await server.mailbox.next()).html)![1];
    return opened(await server.post("auth-with-otp", { otpId: body["otpId"], password }), id);
  },
  OAuth2: async (server, id) =>
    opened(
      await signInWithOAuth2(server, "oidc", {
        sub: "victim",
        email: VICTIM,
        email_verified: true,
      }),
      id,
    ),
  "OAuth2 that tells it as text": async (server, id) =>
    opened(
      await signInWithOAuth2(server, "oidc", {
        sub: "victim",
        email: VICTIM,
        email_verified: "true",
      }),
      id,
    ),
};

describe("an account made by someone else with the owner's address, unverified:", () => {
  const pairs = Object.keys(FIRST).flatMap((first) =>
    Object.keys(SECOND).map((second) => [first, second] as const),
  );

  test.for(pairs)(
    "%s, then the owner by %s: the first credential opens nothing",
    async ([first, second]) => {
      const server = await startServer();
      const { id, attacks } = await FIRST[first]!(server);
      // They do open it before, so that a refusal afterwards means something.
      expect(opened(await attacks[0]!(), id)).toBe(true);
      expect(await SECOND[second]!(server, id)).toBe(true);
      for (const [index, attack] of attacks.entries()) {
        expect([index, opened(await attack(), id)]).toEqual([index, false]);
      }
    },
  );
});

describe("an account of the owner, verified:", () => {
  const providers: readonly [string, Record<string, unknown>][] = [
    ["omits email_verified", {}],
    ["says email_verified false", { email_verified: false }],
    ['says email_verified "false"', { email_verified: "false" }],
    ["says email_verified null", { email_verified: null }],
  ];

  test.for(providers)(
    "a second sign-in through a provider that %s does not get in",
    async ([, claims]) => {
      const server = await startServer();
      const owner = await server.user({ email: VICTIM, verified: true });
      const answers = [
        await signInWithOAuth2(server, "oidc2", { sub: "attacker", email: VICTIM, ...claims }),
        await signInWithOAuth2(
          server,
          "oidc2",
          { sub: "attacker", email: VICTIM, ...claims },
          { email: VICTIM },
        ),
        await signInWithOAuth2(
          server,
          "oidc2",
          { sub: "attacker", email: VICTIM, ...claims },
          { id: owner.id },
        ),
      ];
      for (const answer of answers) expect(opened(answer, owner.id)).toBe(false);
      expect(await server.app.countRecords("_externalAuths")).toBe(0);
    },
  );

  test("keeps its password when its owner also comes by OAuth2", async () => {
    const server = await startServer();
    const owner = await server.user({ email: VICTIM, password: VICTIM_PASSWORD, verified: true });
    expect(await SECOND["OAuth2"]!(server, owner.id)).toBe(true);
    expect(opened(await server.signIn(VICTIM, VICTIM_PASSWORD), owner.id)).toBe(true);
  });
});

async function startServer(): Promise<AuthServer> {
  const server = await startAuth();
  for (const name of ["oidc", "oidc2", "oidc3"]) await allowOAuth2(server, name);
  await server.configure((auth) => {
    auth.otp.enabled = true;
    auth.authAlert.enabled = false;
  });
  await server.app.auth.extras.saveOptions(server.app, server.app.findCollection("users"), {
    ...NO_EXTRAS,
    apiKeys: { enabled: true, maxDays: 30 },
    passkeys: { enabled: true, rpId: "", origins: [] },
    totp: { enabled: true, issuer: "" },
  });
  return server;
}

/** The record as a key gives it, in the shape of a sign-in. */
function viewWith(server: AuthServer, id: string, key: unknown): Attack {
  return async () => {
    const line = `GET /api/collections/users/records/${id}`;
    const { status, body } = await server.ask(line, { token: String(key) });
    return { status, body: { record: body } };
  };
}

function opened({ status, body }: Awaited<ReturnType<Attack>>, id: string): boolean {
  return status === 200 && (body["record"] as { id?: string } | undefined)?.id === id;
}

async function registerWithPassword(server: AuthServer) {
  const form = { email: VICTIM, password: ATTACKER_PASSWORD, passwordConfirm: ATTACKER_PASSWORD };
  const { body } = await server.post("records", form);
  const id = String(body["id"]);
  const signIn = await server.signIn(VICTIM, ATTACKER_PASSWORD);
  const token = String(signIn.body["token"]);
  const attacks: Attack[] = [
    () => server.signIn(VICTIM, ATTACKER_PASSWORD),
    () => server.post("auth-refresh", {}, token),
  ];
  return { id, token, attacks };
}

/** Signs up through a provider that does not vouch for the address that is sent along. */
async function registerWithOAuth2(
  server: AuthServer,
  provider: string,
  claims: Record<string, unknown>,
) {
  const raw = { sub: "attacker", email: VICTIM, ...claims };
  const { body } = await signInWithOAuth2(server, provider, raw, { email: VICTIM });
  const id = (body["record"] as { id: string }).id;
  const token = String(body["token"]);
  const attacks: Attack[] = [
    () => server.post("auth-refresh", {}, token),
    () => signInWithOAuth2(server, provider, raw),
  ];
  return { id, token, attacks };
}

async function linkOAuth2(server: AuthServer, provider: string, token: string): Promise<Attack> {
  const raw = { sub: "attacker's other" };
  const { status } = await signInWithOAuth2(server, provider, raw, {}, token);
  expect(status).toBe(200);
  return () => signInWithOAuth2(server, provider, raw);
}

function signInWithOAuth2(
  server: AuthServer,
  provider: string,
  raw: Record<string, unknown>,
  createData = {},
  token = "",
) {
  const code = server.provider.code(raw);
  return server.post(
    "auth-with-oauth2",
    { provider, code, codeVerifier: "", redirectURL: "http://x", createData },
    token,
  );
}
