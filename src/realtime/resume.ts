import type { App } from "../app.ts";
import type { ChangeBounds } from "../changes/service.ts";
import type { RealtimeClient } from "./client.ts";
import { Replays, ReplaySession } from "./replays.ts";

/** What a client that can resume says with its subscriptions. */
export interface ResumeRequest {
  /** The last position it is sure of; undefined at its first connection. */
  readonly after?: number | undefined;
  /** Which log that position is of. */
  readonly log?: string | undefined;
  /** Subscriptions that it had when the connection broke. */
  readonly subscriptions: readonly string[];
}

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
    const session = new ReplaySession(client, {
      from: reaches ? request.after! : bounds.newest,
      known: new Set(reaches ? request.subscriptions : []),
      newSince: bounds.newest,
      log: bounds.id,
      isContinued: reaches,
      gap: !isFirst && !reaches,
    });
    replaysOf(app).add(session);
  } catch (error) {
    app.logger.error("failed to resume a realtime client", { clientId: client.id, error });
    // Without its position the client must not be left in the belief that it misses nothing.
    client.close();
  }
}

function isWithin({ id, oldest, newest }: ChangeBounds, { after, log }: ResumeRequest): boolean {
  return after !== undefined && log === id && after + 1 >= oldest && after <= newest;
}

const REPLAYS = new WeakMap<object, Replays>();

function replaysOf(app: App): Replays {
  let replays = REPLAYS.get(app.realtime);
  if (!replays) REPLAYS.set(app.realtime, (replays = new Replays(app)));
  return replays;
}
