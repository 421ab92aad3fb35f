import type { App } from "../app.ts";
import type { LoggedChange } from "../changes/service.ts";
import { RecordModel } from "../records/record.ts";
import { Audience, topicsOf } from "./audience.ts";
import type { RealtimeClient, Subscription } from "./client.ts";
import { OutputFrames, outputsOf } from "./outputs.ts";
import { Pacer } from "./pacer.ts";

/** Changes that are read at a time. */
const PAGE = 500;
/** What clients are sent before it is looked whether they take it. */
const PAGE_LENGTH = 256 << 10;

export interface ReplayOptions {
  /** Everything up to here the client has. */
  readonly from: number;
  /** Subscriptions that want everything behind `from`. */
  readonly known: ReadonlySet<string>;
  /** The others want everything behind this. */
  readonly newSince: number;
  readonly log: string;
  /** The client has got everything up to `from`. */
  readonly isContinued: boolean;
  readonly gap: boolean;
}

/** One client on its way to the present. Live events are passed over meanwhile. */
export class ReplaySession {
  readonly client: RealtimeClient;
  readonly #options: ReplayOptions;
  /** Everything up to here was sent. */
  position: number;
  /** What was sent before has not been taken yet. */
  isWaiting = false;

  constructor(client: RealtimeClient, options: ReplayOptions) {
    this.client = client;
    this.#options = options;
    this.position = options.from;
    // Whoever cannot go on begins here, before anything that comes later.
    if (!options.isContinued) this.#announce();
  }

  /** Whether a subscription is to be told of what is at a position. */
  wants(subscription: Subscription, position: number): boolean {
    const { known, newSince } = this.#options;
    return position > newSince || known.has(subscription.text);
  }

  /** @returns true when no live event was passed over that has not been sent: the client is in the present */
  finish(): boolean {
    const { client } = this;
    if (client.isClosed) return true;
    if (client.passedOver! > this.position) return false;
    client.floor = this.position;
    client.passedOver = undefined;
    if (this.#options.isContinued) this.#announce();
    return true;
  }

  #announce(): void {
    const [name] = this.client.subscriptions.keys();
    const { log, gap } = this.#options;
    const { position } = this;
    if (name !== undefined) this.client.send({ name, data: { resume: { position, log, gap } } });
  }
}

/**
 * Sends clients what they have missed, all of them together: after a break of many connections the same changes are
 * wanted many times, and each is read, judged and rendered once for all who are at it. Who is further back is brought
 * up to the others; who does not take what is sent is left behind until it does, and holds up nobody.
 */
export class Replays {
  readonly #app: App;
  readonly #sessions = new Set<ReplaySession>();
  #isRunning = false;
  /** Ends the wait for somebody who takes more. */
  #wake = () => {};

  constructor(app: App) {
    this.#app = app;
  }

  add(session: ReplaySession): void {
    this.#sessions.add(session);
    this.#wake();
    if (!this.#isRunning) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      while (this.#sessions.size > 0) {
        await this.#step();
        // Connections that broke together come back together.
        await new Promise((resolve) => setImmediate(resolve));
      }
    } catch (error) {
      this.#app.logger.error("failed to resume realtime clients", { error });
      // Without their positions they must not be left in the belief that they miss nothing.
      for (const { client } of this.#sessions) client.close();
      this.#sessions.clear();
    } finally {
      this.#isRunning = false;
    }
  }

  /** Brings those who are furthest back a page ahead. */
  async #step(): Promise<void> {
    const ready = await this.#ready();
    if (ready.length === 0) return;
    const from = Math.min(...ready.map(({ position }) => position));
    const { newest } = await this.#app.changes.bounds(this.#app);
    const changes = await this.#app.changes.read(this.#app, {
      after: from,
      upTo: newest,
      collections: this.#collectionsOf(ready),
      limit: PAGE,
    });
    const told = await this.#tellPage(changes, ready);
    const isAll = told === changes.length && changes.length < PAGE;
    const reached = isAll ? Math.max(newest, from) : changes[told - 1]!.position;
    for (const session of ready) {
      session.position = Math.max(session.position, reached);
      if (reached >= newest && session.finish()) this.#sessions.delete(session);
      else this.#waitFor(session);
    }
  }

  /** Those who take what they are sent; waits until there is one. */
  async #ready(): Promise<ReplaySession[]> {
    for (;;) {
      for (const session of this.#sessions)
        if (session.client.isClosed) this.#sessions.delete(session);
      const ready = [...this.#sessions].filter(({ isWaiting }) => !isWaiting);
      if (ready.length > 0 || this.#sessions.size === 0) return ready;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #waitFor(session: ReplaySession): void {
    session.isWaiting = true;
    void session.client.drained().then(() => {
      session.isWaiting = false;
      this.#wake();
    });
  }

  /** Ids of those that anybody listens to. */
  #collectionsOf(sessions: readonly ReplaySession[]): string[] {
    const names = new Set<string>();
    for (const { client } of sessions)
      for (const { topic } of client.subscriptions.values()) names.add(topic.split("/")[0]!);
    return [...names].flatMap((name) => this.#app.collections.find(name)?.id ?? []);
  }

  /** @returns how many of the changes were told: fewer when they are large */
  async #tellPage(
    changes: readonly LoggedChange[],
    sessions: readonly ReplaySession[],
  ): Promise<number> {
    const pacer = new Pacer();
    let [told, length] = [0, 0];
    for (const { client } of sessions) client.cork();
    try {
      while (told < changes.length && length < PAGE_LENGTH) {
        const change = changes[told++]!;
        await pacer.rest();
        const behind = sessions.filter(({ position }) => position < change.position);
        length += await this.#tell(change, behind, pacer);
      }
    } finally {
      for (const { client } of sessions) client.uncork();
    }
    return told;
  }

  /** @returns the length of what was sent */
  async #tell(
    change: LoggedChange,
    sessions: readonly ReplaySession[],
    pacer: Pacer,
  ): Promise<number> {
    const collection = this.#app.collections.find(change.collection);
    if (!collection) return 0;
    const record = RecordModel.fromRow(collection, change.row);
    const audience = new Audience(this.#app, record);
    const topics = topicsOf(record);
    for (const session of sessions) {
      for (const subscription of session.client.subscriptions.values()) {
        const rule = topics.get(subscription.topic);
        if (rule !== undefined && session.wants(subscription, change.position))
          audience.add(rule, subscription);
      }
    }
    const telling = { record, action: change.action, audience, pacer };
    let length = 0;
    const place = { position: change.position, resumeAfter: change.position - 1 };
    for await (const { json, subscriptions } of outputsOf(this.#app, {
      ...telling,
      isStored: () => false,
      showsHidden: false,
    })) {
      length += json.length;
      const frames = new OutputFrames(json, place);
      for (const list of subscriptions)
        for (const subscription of list)
          if (subscription.client.hasSubscription(subscription.text))
            subscription.client.sendFrame(frames.for(subscription));
    }
    return length;
  }
}
