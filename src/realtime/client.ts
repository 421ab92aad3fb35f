import { randomText } from "../lib/id.ts";
import type { RecordModel } from "../records/record.ts";
import { Frame, type RealtimeMessage } from "./frame.ts";
import { parseTopic, type TopicOptions } from "./topic.ts";

/** One topic that one client listens to. */
export interface Subscription {
  readonly client: RealtimeClient;
  /** As the client sent it; events are sent under this name. */
  readonly text: string;
  readonly topic: string;
  readonly options: TopicOptions;
  /** Equal for equal options. */
  readonly optionsKey: string;
}

/** Where a client's messages go. */
export interface Sink {
  send(frame: Frame): void;
  /** What is sent between the two goes out together. */
  cork(): void;
  uncork(): void;
  /** Resolves once little is left that the client has not taken, or it is gone. */
  drained(): Promise<void>;
  close(): void;
}

/** Told of what clients listen to. */
export interface SubscriptionIndex {
  add(subscription: Subscription): void;
  remove(subscription: Subscription): void;
}

/** A connection to `GET /api/realtime` (PocketBase: subscriptions.Client). */
export class RealtimeClient {
  readonly id = randomText(40);
  readonly #store = new Map<string, unknown>();
  readonly #subscriptions = new Map<string, Subscription>();
  #sink: Sink | undefined;
  #index: SubscriptionIndex | undefined;
  #isClosed = false;

  #auth: RecordModel | undefined;
  #authKey = "";

  /** The client can go on after a break: its events carry their position. */
  isResumable = false;
  /** Everything up to this position was replayed or is known: live events up to it are not for this client. */
  floor = 0;
  /** While missed events are replayed live ones wait in the log; the highest position that was passed over. */
  passedOver: number | undefined;

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Whose rights the client has, since its last subscription request; undefined for guests. */
  get auth(): RecordModel | undefined {
    return this.#auth;
  }

  set auth(auth: RecordModel | undefined) {
    this.#auth = auth;
    this.#authKey = auth ? `${auth.collection.id}/${auth.id}` : "";
  }

  /** Equal for clients of the same account; empty for guests. */
  get authKey(): string {
    return this.#authKey;
  }

  /** Anything that hooks want to remember for the connection. */
  get(key: string): unknown {
    return key === "auth" ? this.auth : this.#store.get(key);
  }

  set(key: string, value: unknown): void {
    if (key === "auth") this.auth = value as RecordModel | undefined;
    else this.#store.set(key, value);
  }

  unset(key: string): void {
    if (key === "auth") this.auth = undefined;
    else this.#store.delete(key);
  }

  /** By their texts. */
  get subscriptions(): ReadonlyMap<string, Subscription> {
    return this.#subscriptions;
  }

  hasSubscription(text: string): boolean {
    return this.#subscriptions.has(text);
  }

  /** Empty texts are ignored. One that is there already stays the same subscription. */
  subscribe(...texts: string[]): void {
    for (const text of texts) {
      if (text === "" || this.#subscriptions.has(text)) continue;
      const { topic, options } = parseTopic(text);
      const subscription = {
        client: this,
        text,
        topic,
        options,
        optionsKey: JSON.stringify(options),
      };
      this.#subscriptions.set(text, subscription);
      this.#index?.add(subscription);
    }
  }

  /** All of them when none is named. */
  unsubscribe(...texts: string[]): void {
    for (const text of texts.length > 0 ? texts : [...this.#subscriptions.keys()]) {
      const subscription = this.#subscriptions.get(text);
      if (!subscription) continue;
      this.#subscriptions.delete(text);
      this.#index?.remove(subscription);
    }
  }

  /** Listens to these and nothing else. */
  replaceSubscriptions(texts: readonly string[]): void {
    const wanted = new Set(texts);
    const unwanted = [...this.#subscriptions.keys()].filter((text) => !wanted.has(text));
    if (unwanted.length > 0) this.unsubscribe(...unwanted);
    this.subscribe(...texts);
  }

  /** Sends a message, in the order of the calls. A client that is gone, or does not take its messages, gets none. */
  send(message: RealtimeMessage): void {
    this.sendFrame(new Frame(message));
  }

  /** As `send`, with bytes that are made once for many clients. */
  sendFrame(frame: Frame): void {
    if (!this.#isClosed) this.#sink?.send(frame);
  }

  /** What is sent from now on goes out together, at `uncork`: one call of the system instead of many. */
  cork(): void {
    this.#sink?.cork();
  }

  uncork(): void {
    this.#sink?.uncork();
  }

  /** Resolves once the client has taken nearly everything that was sent. */
  async drained(): Promise<void> {
    await this.#sink?.drained();
  }

  /** Ends the connection. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.unsubscribe();
    this.#sink?.close();
  }

  /** For the connection: where messages go from now on. */
  attachSink(sink: Sink): void {
    this.#sink = sink;
  }

  /** For the service: who is told of the subscriptions. */
  attachIndex(index: SubscriptionIndex | undefined): void {
    this.#index = index;
    if (index) for (const subscription of this.#subscriptions.values()) index.add(subscription);
  }
}
