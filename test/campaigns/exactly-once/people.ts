import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { Random } from "../random.ts";
import { send } from "../server-process.ts";
import { drawOrder, type Order, type Purse } from "./orders.ts";
import type { World } from "./world.ts";

const PASSWORD = "login-password-1";
const KEY_PASSWORD = "key-password-22";

/** What the server has said about a job. Everything that it was told of must be there in the end. */
export interface Receipt {
  readonly jobId: string;
  readonly order: number;
}

const answered = z.object({ job_id: z.string() });
const page = z.object({ totalItems: z.number(), items: z.array(z.object({ job_id: z.string() })) });

/** Somebody with an account, who orders pictures whatever becomes of the server. */
export class Person {
  readonly #world: World;
  readonly #purse: Purse;
  readonly #random: Random;
  readonly #name: string;
  readonly #receipts: Receipt[];
  #token = "";
  #sessionId = "";
  #unfinished = 0;
  readonly #placing = new Set<Promise<void>>();

  constructor(world: World, options: { purse: Purse; seed: number; receipts: Receipt[] }) {
    this.#world = world;
    this.#purse = options.purse;
    this.#random = new Random(options.seed);
    this.#name = `person${options.seed}@example.com`;
    this.#receipts = options.receipts;
  }

  /** @param superuser a token */
  async register(url: string, superuser: string): Promise<void> {
    const users = `${url}/api/collections/generatio_users`;
    const account = { email: this.#name, password: PASSWORD, passwordConfirm: PASSWORD };
    const { id } = await send<{ id: string }>(`${users}/records`, { body: account });
    if (this.#purse !== "own-key") {
      const body = { plan: "enterprise" };
      await send(`${users}/records/${id}`, { method: "PATCH", token: superuser, body });
    }
    if (this.#purse === "credits") {
      const body = { amount: GIFT, reason: "to spend" };
      await send(`${url}/api/custom/admin/users/${id}/credits`, { token: superuser, body });
    }
    const login = { identity: this.#name, password: PASSWORD };
    const { token } = await send<{ token: string }>(`${users}/auth-with-password`, { body: login });
    this.#token = token;
    if (this.#purse === "own-key") {
      // One password opens both, so that a job may go from one vendor to the other.
      const keys = [{ fal_token: `key:${id}` }, { provider: "replicate", token: `r8_${id}` }];
      for (const key of keys) {
        const body = { ...key, password: KEY_PASSWORD };
        await send(`${url}/api/custom/tokens/setup`, { token, body });
      }
    }
  }

  /** After every start of the server, for who has a key of their own. */
  async openSession(url: string): Promise<void> {
    if (this.#purse !== "own-key") return;
    const body = { password: KEY_PASSWORD };
    const path = `${url}/api/custom/auth/create-session`;
    const opened = await send<{ session_id: string }>(path, { token: this.#token, body });
    this.#sessionId = opened.session_id;
  }

  /** Orders until there are no more numbers, never with too much unfinished. */
  async orderOn(next: () => number | undefined): Promise<void> {
    for (let number = next(); number !== undefined; number = next()) {
      await this.#waitForRoom();
      const order = drawOrder(this.#random, number, this.#purse);
      const placing = this.#place(order).finally(() => this.#placing.delete(placing));
      this.#placing.add(placing);
      // A synchronous one is not waited for, so that something else goes on meanwhile.
      if (order.isAsync) await placing;
      this.#unfinished++;
    }
  }

  /** Waits for the answers that are still to come. */
  async finish(): Promise<void> {
    await Promise.all(this.#placing);
  }

  async #waitForRoom(): Promise<void> {
    while (this.#unfinished >= MOST_UNFINISHED) {
      const query = "state=queued,running&perPage=1";
      const answer = await this.#call("GET", `jobs?${query}`).catch(() => undefined);
      const read = page.safeParse(answer?.body);
      if (read.success) this.#unfinished = read.data.totalItems;
      if (this.#unfinished >= MOST_UNFINISHED) await sleep(LOOK_EVERY_MS);
    }
  }

  async #place(order: Order): Promise<void> {
    const headers = order.isKeyed ? { "idempotency-key": `order-${order.number}` } : {};
    for (;;) {
      const answer = await this.#call("POST", "generate/image", {
        body: order.body,
        headers,
      }).catch(() => undefined);
      const receipt = answered.safeParse(answer?.body);
      if (receipt.success) return this.#follow(order, receipt.data.job_id);
      // Without an answer and without a key nobody can know whether it was taken.
      const isAgain = answer === undefined || answer.status === 401;
      if (!order.isKeyed || !isAgain) return;
    }
  }

  async #follow(order: Order, jobId: string): Promise<void> {
    this.#receipts.push({ jobId, order: order.number });
    if (order.cancelAfterMs !== undefined) {
      await sleep(order.cancelAfterMs);
      await this.#call("POST", `jobs/${jobId}/cancel`, { body: {} }).catch(() => undefined);
    } else if (this.#random.chance(RETRY_SHARE)) {
      await sleep(RETRY_AFTER_MS);
      const answer = await this.#call("POST", `jobs/${jobId}/retry`, { body: {} }).catch(
        () => undefined,
      );
      const receipt = answered.safeParse(answer?.body);
      if (receipt.success) this.#receipts.push({ jobId: receipt.data.job_id, order: order.number });
    }
  }

  /** @throws Error when no answer came */
  async #call(
    method: string,
    path: string,
    sent: { body?: unknown; headers?: Readonly<Record<string, string>> } = {},
  ): Promise<{ status: number; body: unknown }> {
    const url = await this.#world.up();
    const response = await fetch(`${url}/api/custom/${path}`, {
      method,
      headers: {
        authorization: this.#token,
        "content-type": "application/json",
        ...(this.#sessionId === "" ? {} : { "x-session-id": this.#sessionId }),
        ...sent.headers,
      },
      ...(sent.body === undefined ? {} : { body: JSON.stringify(sent.body) }),
    });
    return { status: response.status, body: await response.json() };
  }
}

const GIFT = 1_000_000;
const MOST_UNFINISHED = 24;
const LOOK_EVERY_MS = 200;
const RETRY_SHARE = 0.05;
const RETRY_AFTER_MS = 2000;
