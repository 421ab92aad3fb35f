import { once } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { newCollection } from "../../src/index.ts";
import { NO_EXTRAS } from "../../src/auth/extras/options.ts";
import { SUPERUSERS } from "../../src/auth/superusers.ts";
import { newAuthToken } from "../../src/auth/tokens.ts";
import { startTestServer, type TestServer } from "../../src/testing/index.ts";
import { Listener } from "../realtime/listener.ts";
import { ACTIONS } from "./auth-state-actions.ts";
import type { Random } from "./random.ts";

export interface Token {
  readonly text: string;
  readonly user: User;
  /** The user's epoch and the secret's when it was made. */
  readonly epoch: number;
  readonly secret: number;
  readonly isStatic: boolean;
  /** The id of the key when it is no token but an API key. */
  readonly keyId?: string;
}

export interface User {
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

/** A realtime connection that was opened with a token, good or not. */
interface Stream {
  readonly listener: Listener;
  readonly token: Token;
  /** False when the token was over before: then it stays a guest's. */
  readonly beganGood: boolean;
}

/** Everybody may see its records. */
const MARKS = "marks";

/** Nobody opens more. */
const MAX_STREAMS = 4;

/** One server, its model, and every token that it gave. */
export class AuthWalk {
  readonly server: TestServer;
  readonly random: Random;
  readonly root: string;
  readonly users: User[] = [];
  readonly tokens: Token[] = [];
  readonly streams: Stream[] = [];
  readonly log: string[] = [];
  secret = 0;
  made = 0;
  checked = 0;
  /** How often a stream was asked whether it heard of a change. */
  heard = 0;
  readonly #agent = new Agent({ keepAlive: true });
  #failure: string | undefined;

  private constructor(server: TestServer, random: Random, root: string) {
    this.server = server;
    this.random = random;
    this.root = root;
  }

  static async start(random: Random): Promise<AuthWalk> {
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
    const marks = newCollection("base", MARKS);
    marks.listRule = "";
    await app.save(marks);
    const walk = new AuthWalk(server, random, newAuthToken(record));
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
    if (this.random.chance(0.3)) await this.listen();
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

  /** Over connections that are kept, by the client that costs the least: most of a walk is asking. */
  async ask(line: string, body?: unknown, token = "") {
    const [method = "", path = ""] = line.split(" ");
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      ...(token && { authorization: token }),
      ...(sent && {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(sent),
      }),
    };
    const call = request(this.server.url + path, { agent: this.#agent, method, headers });
    call.end(sent);
    const [answer] = (await once(call, "response")) as [IncomingMessage];
    const received = await text(answer);
    return {
      status: answer.statusCode ?? 0,
      body: (received === "" ? {} : JSON.parse(received)) as Record<string, unknown>,
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

  /** Some of them, at the same time. */
  async tryTokens(count: number): Promise<void> {
    if (this.tokens.length === 0) return;
    const tokens = Array.from({ length: count }, () => this.random.pick(this.tokens));
    await Promise.all(tokens.map((token) => this.tryToken(token)));
  }

  async tryToken(token: Token): Promise<void> {
    const line = `GET /api/collections/users/records/${token.user.id}`;
    const { status } = await this.ask(line, undefined, token.text);
    this.checked++;
    const isGood = this.isGood(token);
    // The view rule lets only the owner see the record: anyone else gets 404. A key that is over is told.
    const refused = token.keyId === undefined ? 404 : 401;
    if (status !== (isGood ? 200 : refused)) {
      this.fail(`a token that is ${isGood ? "good" : "over"} gave ${status}`);
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

  /** Opens a connection with a token, which decides now whose it is. */
  async openStream(token: Token): Promise<void> {
    if (this.streams.length >= MAX_STREAMS) {
      const [oldest] = this.streams.splice(0, 1);
      oldest!.listener.close();
    }
    const listener = await Listener.connect(this.server.url);
    await listener.subscribe(["users/*", `${MARKS}/*`], { token: token.text });
    this.streams.push({ listener, token, beganGood: this.isGood(token) });
  }

  /**
   * Changes a user, and everybody else's public record after it: who has heard of the second has heard of the
   * first, or never will. Only the user's own connections may, while what they were opened with is good.
   */
  async listen(): Promise<void> {
    const user = this.user();
    if (!user || this.streams.length === 0) return;
    const name = `heard ${this.made++}`;
    await this.patch(user, { name });
    const line = `POST /api/collections/${MARKS}/records`;
    const { id } = await this.expect(line, 200, {}, this.root);
    for (const { listener, token, beganGood } of this.streams) {
      await listener.until(() =>
        listener.messages(`${MARKS}/*`).some(({ record }) => record["id"] === id),
      );
      const heard = listener.messages("users/*").some(({ record }) => record["name"] === name);
      const mayHear = beganGood && this.isGood(token) && token.user === user;
      this.heard++;
      if (heard !== mayHear)
        this.fail(`a stream ${mayHear ? "did not hear" : "heard"} of a change`);
    }
  }

  async close(): Promise<void> {
    for (const { listener } of this.streams) listener.close();
    this.#agent.destroy();
    await this.server.close();
  }

  /** A change by a superuser. */
  patch(user: User, values: object): Promise<Record<string, unknown>> {
    return this.expect(`PATCH /api/collections/users/records/${user.id}`, 200, values, this.root);
  }
}
