/**
 * Random walks over everything that gives, renews and ends tokens, with all tokens ever given tried again and
 * again: each must open its record exactly as long as a model of a few lines says. Tokens are used right
 * before and after what ends them, so that whatever remembers them is asked to forget.
 */
import { createHash } from "node:crypto";
import type { ApiKey } from "../../src/auth/extras/api-keys.ts";
import { NO_EXTRAS } from "../../src/auth/extras/options.ts";
import { SUPERUSERS } from "../../src/auth/superusers.ts";
import { newAuthToken, newToken } from "../../src/auth/tokens.ts";
import { startTestServer, type TestServer } from "../../src/testing/index.ts";
import { type CampaignOptions, type CampaignResult, hasBudget } from "./campaign.ts";
import { Random } from "./random.ts";

export const summary = "auth actions and cached tokens against a model of who may sign in";

/** Defects of the server, planted while it runs. */
const MUTANTS: Readonly<Record<string, (server: TestServer) => void>> = {
  "cache keeps changed records": ({ app }) => {
    app.auth.tokens.forget = () => undefined;
  },
  "cache keeps tokens of old secrets": ({ app }) => {
    app.auth.tokens.forgetAll = () => undefined;
  },
  "a new password ends no tokens": ({ app }) =>
    app.onRecordUpdateExecute().unbind("__pbAuthRecordUpdate__"),
  "keys outlive the tokens of their record": ({ app }) => {
    app.auth.tokens.findByKey = async (inner, text) => {
      const hash = createHash("sha256").update(text).digest("hex");
      const [row] = await inner.db.all<{ id: string; record: string; scope: string }>({
        sql: "SELECT * FROM _xApiKeys WHERE hash = ?",
        parameters: [hash],
      });
      if (!row) return undefined;
      const record = await inner.findRecordById("users", row.record);
      const scope = JSON.parse(row.scope) as ApiKey["scope"];
      return { record, key: { id: row.id, scope, lastUsed: Date.now() } };
    };
  },
  "verifying keeps links": ({ app }) => app.onRecordUpdateExecute().unbind("__pbAuthVerified__"),
  "a new password keeps second factors": ({ app }) =>
    app.onRecordUpdate().unbind("__pbAuthPasswordChange__"),
  "a new key keeps one-time passwords": ({ app }) =>
    app.onRecordUpdateExecute().unbind("__pbAuthTokenKeyChange__"),
  "deleting keeps what belonged to the record": ({ app }) =>
    app
      .onRecordDeleteExecute()
      .unbind(...["_mfas", "_otps", "_externalAuths"].map((name) => `__pbAuthReference_${name}__`)),
};

export const mutants: readonly string[] = Object.keys(MUTANTS);

interface Token {
  readonly text: string;
  readonly user: User;
  /** The user's epoch and the secret's when it was made. */
  readonly epoch: number;
  readonly secret: number;
  readonly isStatic: boolean;
  /** The id of the key when it is no token but an API key. */
  readonly keyId?: string;
}

interface User {
  readonly id: string;
  readonly email: string;
  password: string;
  verified: boolean;
  isDeleted: boolean;
  /** Goes up with whatever ends the user's tokens. */
  epoch: number;
  /** What else belongs to the user, by system collection. */
  readonly owned: Record<"_mfas" | "_otps" | "_externalAuths", number>;
  /** API keys that were made and not revoked, those that have ended too. */
  keys: number;
}

type Action = (walk: Walk) => Promise<void>;

/** Gives up after this many steps of one walk: a new server then. */
const WALK_STEPS = 150;
const MAX_FAILURES = 5;

export async function run(options: CampaignOptions): Promise<CampaignResult> {
  const random = new Random(options.seed);
  const started = performance.now();
  const failures: string[] = [];
  let cases = 0;
  let checked = 0;
  while (
    hasBudget(options, started, cases) &&
    failures.length < (options.mutant ? 1 : MAX_FAILURES)
  ) {
    const walk = await Walk.start(random);
    if (options.mutant) MUTANTS[options.mutant]!(walk.server);
    try {
      for (let step = 0; step < WALK_STEPS && hasBudget(options, started, cases); step++, cases++) {
        const failure = await walk.step();
        if (failure) {
          failures.push(`seed ${options.seed}, case ${cases}: ${failure}`);
          break;
        }
      }
      checked += walk.checked;
    } finally {
      await walk.server.close();
    }
  }
  return { cases, failures, figures: { "tokens tried": checked } };
}

class Walk {
  readonly server: TestServer;
  readonly random: Random;
  readonly root: string;
  readonly users: User[] = [];
  readonly tokens: Token[] = [];
  readonly log: string[] = [];
  secret = 0;
  made = 0;
  checked = 0;
  #failure: string | undefined;

  private constructor(server: TestServer, random: Random, root: string) {
    this.server = server;
    this.random = random;
    this.root = root;
  }

  static async start(random: Random): Promise<Walk> {
    const server = await startTestServer();
    const { app } = server;
    const users = app.findCollection("users").clone();
    users.findField("password")!["cost"] = 4;
    users.auth!.authAlert.enabled = false;
    await app.save(users);
    await app.auth.extras.saveOptions(app, app.findCollection("users"), {
      ...NO_EXTRAS,
      apiKeys: { enabled: true, maxDays: 30 },
    });
    const record = app.newRecord(SUPERUSERS, { email: "root@example.com", password: "1234567890" });
    await app.save(record);
    const walk = new Walk(server, random, newAuthToken(record));
    for (let count = 0; count < 3; count++) await ACTIONS["create"]!(walk);
    return walk;
  }

  /** @returns what went wrong */
  async step(): Promise<string | undefined> {
    const [name, action] = this.random.pick(Object.entries(ACTIONS));
    // Used now, so that it is remembered when the action ends it.
    await this.tryTokens(4);
    this.log.push(name);
    await action(this);
    await this.tryTokens(8);
    if (this.random.chance(0.2)) await this.countOwned();
    return this.#failure && `${this.#failure} after ${this.log.slice(-12).join(", ")}`;
  }

  fail(what: string): void {
    this.#failure ??= what;
  }

  user(): User | undefined {
    const alive = this.users.filter(({ isDeleted }) => !isDeleted);
    return alive.length > 0 ? this.random.pick(alive) : undefined;
  }

  keep(text: unknown, user: User, more: { isStatic?: boolean; keyId?: string } = {}): void {
    const { epoch } = user;
    const { isStatic = false, ...rest } = more;
    this.tokens.push({ text: String(text), user, epoch, secret: this.secret, isStatic, ...rest });
    if (this.tokens.length > 60) this.tokens.splice(this.random.integer(0, 30), 1);
  }

  /** The collection's secret signs tokens and no keys. */
  isGood({ user, epoch, secret, keyId }: Token): boolean {
    const isSigned = keyId !== undefined || this.secret === secret;
    return !user.isDeleted && user.epoch === epoch && isSigned;
  }

  async ask(line: string, body?: unknown, token = "") {
    const [method = "", path = ""] = line.split(" ");
    const response = await fetch(this.server.url + path, {
      method,
      headers: { "content-type": "application/json", ...(token && { authorization: token }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: (text === "" ? {} : JSON.parse(text)) as Record<string, unknown>,
    };
  }

  async expect(
    line: string,
    status: number,
    body?: unknown,
    token = "",
  ): Promise<Record<string, unknown>> {
    const answer = await this.ask(line, body, token);
    if (answer.status !== status) {
      this.fail(
        `${line} gave ${answer.status} instead of ${status}: ${JSON.stringify(answer.body)}`,
      );
    }
    return answer.body;
  }

  async tryTokens(count: number): Promise<void> {
    for (let index = 0; index < count && this.tokens.length > 0; index++) {
      const token = this.random.pick(this.tokens);
      const { status } = await this.ask(
        `GET /api/collections/users/records/${token.user.id}`,
        undefined,
        token.text,
      );
      this.checked++;
      const isGood = this.isGood(token);
      // The view rule lets only the owner see the record: anyone else gets 404. A key that is over is told.
      const refused = token.keyId === undefined ? 404 : 401;
      if (status !== (isGood ? 200 : refused)) {
        this.fail(`a token that is ${isGood ? "good" : "over"} gave ${status}`);
      }
    }
  }

  async countOwned(): Promise<void> {
    for (const user of this.users) {
      for (const [name, count] of Object.entries(user.owned)) {
        const filter = "recordRef = {:id}";
        const found = await this.server.app.countRecords(name, filter, { id: user.id });
        if (found !== count) this.fail(`${found} instead of ${count} records of ${name}`);
      }
    }
  }

  /** A change by a superuser. */
  patch(user: User, values: object): Promise<Record<string, unknown>> {
    return this.expect(`PATCH /api/collections/users/records/${user.id}`, 200, values, this.root);
  }
}

/** What a new token key takes with it. */
function endTokens(user: User): void {
  user.epoch++;
  user.owned._otps = 0;
}

const withUser = (act: (walk: Walk, user: User) => Promise<void>) => async (walk: Walk) => {
  const user = walk.user();
  if (user) await act(walk, user);
};

const ACTIONS: Readonly<Record<string, Action>> = {
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
