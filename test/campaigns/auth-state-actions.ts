import { newAuthToken, newToken } from "../../src/auth/tokens.ts";
import type { AuthWalk, User } from "./auth-state-walk.ts";

type Action = (walk: AuthWalk) => Promise<void>;

/** What a new token key takes with it. */
function endTokens(user: User): void {
  user.epoch++;
  user.owned._otps = 0;
}

const withUser = (act: (walk: AuthWalk, user: User) => Promise<void>) => async (walk: AuthWalk) => {
  const user = walk.user();
  if (user) await act(walk, user);
};

/** What a walk does, one at random in each step: to the server and to the model. */
export const ACTIONS: Readonly<Record<string, Action>> = {
  create: async (walk) => {
    if (walk.users.filter(({ isDeleted }) => !isDeleted).length >= 4) return;
    const email = `user${walk.made++}@example.com`;
    const password = walk.random.word(10);
    const body = await walk.expect("POST /api/collections/users/records", 200, {
      email,
      password,
      passwordConfirm: password,
    });
    const owned = { _mfas: 0, _otps: 0, _externalAuths: 0 };
    walk.users.push({
      id: String(body["id"]),
      email,
      password,
      verified: false,
      isDeleted: false,
      epoch: 0,
      owned,
      keys: 0,
    });
  },
  "sign in": withUser(async (walk, user) => {
    const form = { identity: user.email, password: user.password };
    const body = await walk.expect("POST /api/collections/users/auth-with-password", 200, form);
    walk.keep(body["token"], user);
  }),
  "sign in with an old password": withUser(async (walk, user) => {
    const form = { identity: user.email, password: `${user.password}x` };
    await walk.expect("POST /api/collections/users/auth-with-password", 400, form);
  }),
  refresh: async (walk) => {
    if (walk.tokens.length === 0) return;
    const token = walk.random.pick(walk.tokens);
    const isGood = walk.isGood(token);
    const good = token.keyId === undefined ? 200 : 403;
    const body = await walk.expect(
      "POST /api/collections/users/auth-refresh",
      isGood ? good : 401,
      {},
      token.text,
    );
    if (!isGood || good !== 200) return;
    if (token.isStatic && body["token"] !== token.text)
      walk.fail("a token that must not last was renewed");
    walk.keep(body["token"], token.user, { isStatic: token.isStatic });
  },
  "open a stream": async (walk) => {
    // A key opens none.
    const tokens = walk.tokens.filter(({ keyId }) => keyId === undefined);
    if (tokens.length > 0) await walk.openStream(walk.random.pick(tokens));
  },
  impersonate: withUser(async (walk, user) => {
    const body = await walk.expect(
      `POST /api/collections/users/impersonate/${user.id}`,
      200,
      {},
      walk.root,
    );
    walk.keep(body["token"], user, { isStatic: true });
  }),
  "make an API key": withUser(async (walk, user) => {
    const record = await walk.server.app.findRecordById("users", user.id);
    const scope = { name: "key", collections: ["users"], actions: ["view"] };
    const line = "POST /api/collections/users/api-keys";
    const body = await walk.expect(line, 200, scope, newAuthToken(record));
    user.keys++;
    walk.keep(body["key"], user, { keyId: String(body["id"]) });
  }),
  "revoke an API key": async (walk) => {
    const keys = walk.tokens.filter((token) => token.keyId !== undefined && walk.isGood(token));
    if (keys.length === 0) return;
    const key = walk.random.pick(keys);
    const record = await walk.server.app.findRecordById("users", key.user.id);
    const line = `DELETE /api/collections/users/api-keys/${key.keyId}`;
    await walk.expect(line, 204, undefined, newAuthToken(record));
    key.user.keys--;
    await walk.expect("GET /api/health", 401, undefined, key.text);
    walk.tokens.splice(walk.tokens.indexOf(key), 1);
  },
  "change the name": withUser(async (walk, user) => {
    await walk.patch(user, { name: walk.random.word(5) });
  }),
  "change the password": withUser(async (walk, user) => {
    user.password = walk.random.word(12);
    await walk.patch(user, { password: user.password, passwordConfirm: user.password });
    endTokens(user);
    user.owned._mfas = 0;
  }),
  "set another key": withUser(async (walk, user) => {
    await walk.patch(user, { "tokenKey:autogenerate": "" });
    endTokens(user);
  }),
  verify: withUser(async (walk, user) => {
    await walk.patch(user, { verified: true });
    if (!user.verified && user.owned._externalAuths + user.keys > 0) {
      user.owned._externalAuths = 0;
      user.keys = 0;
      endTokens(user);
    }
    user.verified = true;
  }),
  "take the verification back": withUser(async (walk, user) => {
    await walk.patch(user, { verified: false });
    user.verified = false;
  }),
  "own a link, a code and a session": withUser(async (walk, user) => {
    const { app } = walk.server;
    const refs = { collectionRef: app.findCollection("users").id, recordRef: user.id };
    const provider = walk.random.pick(["google", "github", "gitlab"]);
    const id = walk.random.word(12);
    await app
      .save(app.newRecord("_mfas", { ...refs, method: "otp" }))
      .then(() => user.owned._mfas++);
    if (walk.random.chance(0.3)) {
      await app
        .save(app.newRecord("_otps", { ...refs, password: "12345678" }))
        .then(() => user.owned._otps++);
    }
    await app.save(app.newRecord("_externalAuths", { ...refs, provider, providerId: id })).then(
      () => user.owned._externalAuths++,
      // One link per provider.
      () => undefined,
    );
  }),
  "reset the password": withUser(async (walk, user) => {
    const { app } = walk.server;
    const record = await app.findRecordById("users", user.id);
    const token = newToken(record, "passwordReset", { email: user.email });
    user.password = walk.random.word(12);
    const form = { token, password: user.password, passwordConfirm: user.password };
    await walk.expect("POST /api/collections/users/confirm-password-reset", 204, form);
    if (!user.verified) {
      user.owned._externalAuths = 0;
      user.keys = 0;
    }
    user.verified = true;
    endTokens(user);
    user.owned._mfas = 0;
    await walk.expect("POST /api/collections/users/confirm-password-reset", 400, form);
  }),
  "fail to change it": withUser(async (walk, user) => {
    const { app } = walk.server;
    const work = app.runInTransaction(async (tx) => {
      const record = await tx.findRecordById("users", user.id);
      record.set("password", "never saved");
      await tx.save(record);
      // Inside, the change is real: what is looked up there must not be remembered.
      for (const token of walk.tokens.slice(0, 5))
        await tx.auth.findRecordByToken(token.text, ["auth"]);
      throw new Error("rolled back");
    });
    await work.catch(() => undefined);
  }),
  delete: withUser(async (walk, user) => {
    if (walk.random.chance(0.5)) return;
    await walk.expect(
      `DELETE /api/collections/users/records/${user.id}`,
      204,
      undefined,
      walk.root,
    );
    user.isDeleted = true;
    Object.assign(user.owned, { _mfas: 0, _otps: 0, _externalAuths: 0 });
  }),
  "change the secret": async (walk) => {
    if (walk.random.chance(0.6)) return;
    const secret = walk.random.word(40);
    await walk.expect(
      "PATCH /api/collections/users",
      200,
      { authToken: { secret, duration: 100_000 } },
      walk.root,
    );
    walk.secret++;
  },
  "change the auth rule": async (walk) => {
    if (walk.random.chance(0.6)) return;
    const authRule = `id != '${walk.random.word(6)}'`;
    await walk.expect("PATCH /api/collections/users", 200, { authRule }, walk.root);
    walk.secret++;
  },
};
