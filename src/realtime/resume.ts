import type { App } from "../app.ts";
import type { ChangeBounds, LoggedChange } from "../changes/service.ts";
import { RecordModel } from "../records/record.ts";
import { topicsOf } from "./audience.ts";
import { withPosition } from "./broadcast.ts";
import type { RealtimeClient, Subscription } from "./client.ts";
import { mayHear, subscriptionInfo } from "./judge.ts";
import { renderEvent } from "./render.ts";

/** What a client that can resume says with its subscriptions. */
export interface ResumeRequest {
  /** The last position it is sure of; undefined at its first connection. */
  readonly after?: number | undefined;
  /** Which log that position is of. */
  readonly log?: string | undefined;
  /** Subscriptions that it had when the connection broke. */
  readonly subscriptions: readonly string[];
}

const PAGE = 500;

/** Reads the `resume` of a subscription request; undefined when there is none, or it makes no sense. */
export function parseResume(value: unknown): ResumeRequest | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { after, log, subscriptions } = value as Readonly<Record<string, unknown>>;
  return {
    after: Number.isSafeInteger(after) ? (after as number) : undefined,
    log: typeof log === "string" ? log : undefined,
    subscriptions: Array.isArray(subscriptions)
      ? subscriptions.filter((each) => typeof each === "string")
      : [],
  };
}

/**
 * Lets a client go on where it was. From now on its events carry their positions; those it missed are sent in
 * the background, judged by today's rules. Then, or at once when there was no earlier connection, it is told
 * where it is: `{"resume":{"position","log","gap"}}` under the name of its first subscription. When the log does
 * not reach back far enough, nothing is sent again and `gap` is true.
 *
 * To be called once its subscriptions are set.
 */
export async function resumeClient(
  app: App,
  client: RealtimeClient,
  request: ResumeRequest,
): Promise<void> {
  if (client.passedOver !== undefined) return;
  client.isResumable = true;
  client.passedOver = 0;
  try {
    await app.changes.open(app);
    const bounds = await app.changes.bounds(app);
    const isFirst = request.after === undefined;
    const reaches = isWithin(bounds, request);
    const replay = new Replay(app, client, {
      from: reaches ? request.after! : bounds.newest,
      known: new Set(reaches ? request.subscriptions : []),
      newSince: bounds.newest,
      log: bounds.id,
      isContinued: reaches,
      gap: !isFirst && !reaches,
    });
    void replay.run().catch((error: unknown) => giveUp(app, client, error));
  } catch (error) {
    giveUp(app, client, error);
  }
}

function isWithin({ id, oldest, newest }: ChangeBounds, { after, log }: ResumeRequest): boolean {
  return after !== undefined && log === id && after + 1 >= oldest && after <= newest;
}

/** Without its position the client must not be left in the belief that it misses nothing. */
function giveUp(app: App, client: RealtimeClient, error: unknown): void {
  app.logger.error("failed to resume a realtime client", { clientId: client.id, error });
  client.close();
}

interface ReplayOptions {
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

class Replay {
  readonly #app: App;
  readonly #client: RealtimeClient;
  readonly #options: ReplayOptions;

  constructor(app: App, client: RealtimeClient, options: ReplayOptions) {
    this.#app = app;
    this.#client = client;
    this.#options = options;
  }

  /** Live events are passed over meanwhile, so it goes on until none of them is missing. */
  async run(): Promise<void> {
    const client = this.#client;
    const { from, isContinued } = this.#options;
    let position = from;
    // Whoever cannot go on begins here, before anything that comes later.
    if (!isContinued) this.#announce(position);
    do {
      const { newest } = await this.#app.changes.bounds(this.#app);
      await this.#sendBetween(position, newest);
      position = Math.max(position, newest);
    } while (!client.isClosed && client.passedOver! > position);
    client.floor = position;
    client.passedOver = undefined;
    if (isContinued) this.#announce(position);
  }

  #announce(position: number): void {
    const [name] = this.#client.subscriptions.keys();
    const { log, gap } = this.#options;
    if (name !== undefined) this.#client.send({ name, data: { resume: { position, log, gap } } });
  }

  async #sendBetween(after: number, upTo: number): Promise<void> {
    while (after < upTo && !this.#client.isClosed) {
      const collections = this.#collections();
      const changes = await this.#app.changes.read(this.#app, {
        after,
        upTo,
        collections,
        limit: PAGE,
      });
      for (const change of changes) await this.#send(change);
      await this.#client.drained();
      if (changes.length < PAGE) return;
      after = changes.at(-1)!.position;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Ids of those that the client listens to. */
  #collections(): string[] {
    const names = [...this.#client.subscriptions.values()].map(({ topic }) => topic.split("/")[0]!);
    return [...new Set(names)].flatMap((name) => this.#app.collections.find(name)?.id ?? []);
  }

  async #send(change: LoggedChange): Promise<void> {
    const collection = this.#app.collections.find(change.collection);
    if (!collection) return;
    const record = RecordModel.fromRow(collection, change.row);
    for (const [topic, rule] of topicsOf(record)) {
      for (const subscription of this.#listenersOf(topic, change.position)) {
        const info = subscriptionInfo(subscription.options, this.#client.auth);
        if (!(await mayHear(this.#app, record, rule, info, false))) continue;
        const event = { record, action: change.action, showsHidden: false };
        const json = await renderEvent(this.#app, event, info);
        if (json === undefined) continue;
        const place = { position: change.position, resumeAfter: change.position - 1 };
        this.#client.send({ name: subscription.text, data: withPosition(json, place) });
      }
    }
  }

  #listenersOf(topic: string, position: number): Subscription[] {
    const { known, newSince } = this.#options;
    return [...this.#client.subscriptions.values()].filter(
      (subscription) =>
        subscription.topic === topic && (position > newSince || known.has(subscription.text)),
    );
  }
}
