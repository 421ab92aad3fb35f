import type { RealtimeClient, Subscription, SubscriptionIndex } from "./client.ts";
import { Frame } from "./frame.ts";

/**
 * The connected clients and what they listen to, reached as `app.realtime` (PocketBase: subscriptions.Broker).
 *
 * @example app.realtime.broadcast("progress/42", { percent: 10 })
 */
export class RealtimeService implements SubscriptionIndex {
  readonly #clients = new Map<string, RealtimeClient>();
  readonly #byTopic = new Map<string, Set<Subscription>>();

  /** By their ids. */
  get clients(): ReadonlyMap<string, RealtimeClient> {
    return this.#clients;
  }

  find(clientId: string): RealtimeClient | undefined {
    return this.#clients.get(clientId);
  }

  /** Makes a client known: from now on it can subscribe and is sent events. */
  register(client: RealtimeClient): void {
    this.#clients.set(client.id, client);
    client.attachIndex(this);
  }

  /** Forgets a client and ends its connection. */
  unregister(clientId: string): void {
    const client = this.#clients.get(clientId);
    if (!client) return;
    this.#clients.delete(clientId);
    client.close();
    client.attachIndex(undefined);
  }

  /** Ends all connections. */
  disconnectAll(): void {
    for (const id of this.#clients.keys()) this.unregister(id);
  }

  /**
   * Sends a message to everyone who listens to a topic of your own. No rule is checked: who may know the topic's
   * name may have what is sent to it; check `onRealtimeSubscribeRequest` for more.
   *
   * @returns how many subscriptions it went to
   */
  broadcast(topic: string, data: unknown): number {
    const subscriptions = [...this.subscribers(topic)];
    const frames = new Map<string, Frame>();
    for (const { client, text } of subscriptions) {
      let frame = frames.get(text);
      if (frame === undefined) frames.set(text, (frame = new Frame({ name: text, data })));
      client.sendFrame(frame);
    }
    return subscriptions.length;
  }

  /** @param topic without options */
  subscribers(topic: string): ReadonlySet<Subscription> {
    return this.#byTopic.get(topic) ?? NOBODY;
  }

  add(subscription: Subscription): void {
    const known = this.#byTopic.get(subscription.topic);
    if (known) known.add(subscription);
    else this.#byTopic.set(subscription.topic, new Set([subscription]));
  }

  remove(subscription: Subscription): void {
    const known = this.#byTopic.get(subscription.topic);
    known?.delete(subscription);
    if (known?.size === 0) this.#byTopic.delete(subscription.topic);
  }
}

const NOBODY: ReadonlySet<Subscription> = new Set();
