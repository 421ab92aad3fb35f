/** The thread of the listeners of the campaign `realtime-resume`: answers one order after the other. */
import { parentPort } from "node:worker_threads";
import PocketBase from "pocketbase";
import { resumable } from "../../src/client/index.ts";
import { TestEventSource } from "../../src/testing/event-source.ts";
import { Random } from "./random.ts";
import {
  type ListenOrder,
  type Order,
  PASSWORD,
  type Report,
} from "./realtime-resume-listeners.ts";

/** Connections of the SDK can be broken from here. */
class BreakableEventSource extends TestEventSource {
  static readonly open = new Set<BreakableEventSource>();

  constructor(url: string) {
    super(url);
    BreakableEventSource.open.add(this);
  }

  override close(): void {
    BreakableEventSource.open.delete(this);
    super.close();
  }

  break(): void {
    this.close();
    this.onerror?.(new Event("error"));
  }
}

Object.assign(globalThis, { EventSource: BreakableEventSource });

class Listener {
  readonly name: string;
  readonly audience: string;
  readonly seen: number[] = [];
  readonly distinct = new Set<number>();
  readonly #client: PocketBase;

  constructor(client: PocketBase, { name, audience }: { name: string; audience: string }) {
    this.#client = client;
    this.name = name;
    this.audience = audience;
  }

  /** What the SDK thinks of its connection. */
  get state(): string {
    const { isConnected, clientId } = this.#client.realtime;
    return `${isConnected ? "connected" : "not connected"} as ${clientId || "nobody"}`;
  }

  see(place: number): void {
    this.seen.push(place);
    this.distinct.add(place);
  }
}

const listeners: Listener[] = [];
const gaps: string[] = [];
/** Every text once: what two hundred clients see is the same. */
const places = new Map<string, number>();

parentPort!.on("message", (order: Order) => {
  void answer(order).then((reply) => parentPort!.postMessage(reply));
});

async function answer(order: Order): Promise<unknown> {
  switch (order.kind) {
    case "listen":
      for (const { name, audience } of order.clients) await listen(order, name, audience);
      return undefined;
    case "break":
      return breakSome(order.share, new Random(order.seed));
    case "counts":
      return listeners.map(({ audience, distinct }) => ({ audience, distinct: distinct.size }));
    case "collect":
      return report();
  }
}

async function listen(
  { url, isPlain }: ListenOrder,
  name: string,
  audience: string,
): Promise<void> {
  const plain = new PocketBase(url);
  plain.autoCancellation(false);
  const client = isPlain
    ? plain
    : resumable(plain, { onGap: () => gaps.push(`${name}: told of a gap`) });
  if (audience !== "guest")
    await client.collection("users").authWithPassword(`${audience}@example.com`, PASSWORD);
  const listener = new Listener(client, { name, audience });
  listeners.push(listener);
  await client.collection("posts").subscribe("*", ({ action, record }) => {
    listener.see(placeOf(`${action}:${record["title"]}`));
  });
}

function placeOf(text: string): number {
  let place = places.get(text);
  if (place === undefined) places.set(text, (place = places.size));
  return place;
}

function breakSome(share: number, random: Random): number {
  const chosen = Array.from(BreakableEventSource.open).filter(() => random.chance(share));
  for (const source of chosen) source.break();
  return chosen.length;
}

function report(): Report {
  const clients = listeners.map(({ name, audience, seen, state }) => ({
    name,
    audience,
    state,
    seen: Uint32Array.from(seen),
  }));
  return { gaps, texts: [...places.keys()], clients };
}
