import type PocketBase from "pocketbase";
import type { SendOptions } from "pocketbase";

/** Where the client is after a connection was made (again). */
export interface Resumption {
  /** Everything up to here was received or will never be missed. */
  readonly position: number;
  /** Events may be missing that can no longer be had: what was loaded before must be loaded again. */
  readonly gap: boolean;
}

export interface ResumableOptions {
  /** Called after each connection, once what was missed has been received. */
  readonly onResume?: (resumption: Resumption) => void;
  /** Called when events are missing for good; `onResume` is called too. */
  readonly onGap?: (resumption: Resumption) => void;
}

/**
 * Makes the realtime subscriptions of a PocketBase client survive broken connections and restarts of the server
 * without loss: every event that the rules allow reaches each listener once and in order. Call it before the
 * first `subscribe`. Against another server than this one it changes nothing.
 *
 * @example
 * const pb = resumable(new PocketBase(url), { onGap: () => reloadEverything() });
 * await pb.collection("posts").subscribe("*", ({ action, record }) => …);
 */
export function resumable<C extends PocketBase>(client: C, options: ResumableOptions = {}): C {
  const progress = new Progress(options);
  const abandoned = endWithTheirConnection(client);
  const send = client.send.bind(client);
  client.send = async <T>(path: string, request: SendOptions): Promise<T> => {
    if (path !== "/api/realtime" || request.method !== "POST") return send<T>(path, request);
    const body = request["body"] as SubscriptionRequest;
    const extended = progress.extend(body);
    const signal = abandoned(String(request.requestKey));
    const answer = send<T>(path, { ...request, body: extended, signal });
    if (extended !== body) await assureConnected(client, body, answer);
    await answer;
    progress.sent(body);
    return answer;
  };
  const subscribe = client.realtime.subscribe.bind(client.realtime);
  client.realtime.subscribe = (topic, callback, subscribeOptions) =>
    subscribe(topic, progress.filter(callback), subscribeOptions);
  return client;
}

/**
 * A request that outlives its connection keeps the next connection's back, and once that has broken, too, the SDK
 * takes itself for connected and never tries again. The SDK cancels the requests of a connection that breaks; without
 * automatic cancellation nothing comes of that, so it is seen to here.
 *
 * @returns gives the signal that ends the requests with a key
 */
function endWithTheirConnection(client: PocketBase): (requestKey: string) => AbortSignal {
  const controllers = new Map<string, AbortController>();
  const cancelRequest = client.cancelRequest.bind(client);
  client.cancelRequest = (requestKey) => {
    controllers.get(requestKey)?.abort();
    controllers.delete(requestKey);
    return cancelRequest(requestKey);
  };
  return (requestKey) => {
    const controller = controllers.get(requestKey) ?? new AbortController();
    controllers.set(requestKey, controller);
    return controller.signal;
  };
}

/**
 * When a connection breaks while its first request is under way, the SDK takes the request's end for success and
 * gives up the reconnection that it had begun. An error makes it go on.
 */
async function assureConnected(
  client: PocketBase,
  { clientId }: SubscriptionRequest,
  answer: Promise<unknown>,
): Promise<void> {
  const error: unknown = await answer.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const isAborted = error instanceof Error && "isAbort" in error && error.isAbort === true;
  const isBroken = error === undefined && client.realtime.clientId !== clientId;
  if (isAborted || isBroken)
    throw new Error("The connection broke while its subscriptions were sent.");
}

interface SubscriptionRequest {
  readonly clientId: string;
  readonly subscriptions: readonly string[];
}

interface Message {
  readonly position?: number;
  readonly resumeAfter?: number;
  readonly resume?: Resumption & { readonly log: string };
}

/** How far the client has come. */
class Progress {
  readonly #options: ResumableOptions;
  /** Every event up to it has been received. */
  #after: number | undefined;
  #log: string | undefined;
  /** The connection that the present subscriptions were sent for. */
  #clientId = "";
  /** The connection that has not yet said where it is. */
  #awaited = "";
  #subscriptions: readonly string[] = [];

  constructor(options: ResumableOptions) {
    this.#options = options;
  }

  /** Adds to the first request of a connection where to go on. */
  extend(request: SubscriptionRequest): SubscriptionRequest {
    if (request.clientId === this.#clientId) return request;
    this.#awaited = request.clientId;
    const resume = { after: this.#after, log: this.#log, subscriptions: this.#subscriptions };
    return { ...request, resume } as SubscriptionRequest;
  }

  sent({ clientId, subscriptions }: SubscriptionRequest): void {
    this.#clientId = clientId;
    this.#subscriptions = subscriptions;
  }

  /** A listener that gets every event once, without the additions of the protocol. */
  filter(listener: (data: unknown) => void): (data: unknown) => void {
    let log = this.#log;
    /** Received, and not covered by `#after` yet. */
    let seen = new Set<number>();
    return (data) => {
      if (typeof data !== "object" || data === null) return listener(data);
      const { position, resumeAfter, resume, ...event } = data as Message;
      if (resume) return this.#resumed(resume);
      if (position === undefined || resumeAfter === undefined) return listener(data);
      if (log !== this.#log) seen = new Set();
      log = this.#log;
      if (seen.has(position)) return undefined;
      seen.add(position);
      this.#after = Math.max(this.#after ?? 0, resumeAfter);
      for (const each of seen) if (each <= this.#after) seen.delete(each);
      return listener(event);
    };
  }

  #resumed({ position, log, gap }: NonNullable<Message["resume"]>): void {
    // Every listener of the subscription is told; only the first one counts.
    if (this.#awaited === "") return;
    this.#awaited = "";
    this.#log = log;
    this.#after = position;
    this.#options.onResume?.({ position, gap });
    if (gap) this.#options.onGap?.({ position, gap });
  }
}
