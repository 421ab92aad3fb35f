import type { App } from "../app.ts";
import type { Place } from "../changes/commit-order.ts";
import type { ChangeAction } from "../changes/service.ts";
import type { RecordModel } from "../records/record.ts";
import type { Audience, Callers, Hearing, Viewers } from "./audience.ts";
import type { Subscription } from "./client.ts";
import { Frame } from "./frame.ts";
import { mayHear, subscriptionInfo } from "./judge.ts";
import type { Pacer } from "./pacer.ts";
import { renderEvent } from "./render.ts";

/** One text for all who get it. */
export interface Output {
  readonly json: string;
  readonly subscriptions: readonly (readonly Subscription[])[];
}

export interface Telling {
  readonly record: RecordModel;
  readonly action: ChangeAction;
  readonly audience: Audience;
  /** The row still holds the record's values. Asked anew for each question. */
  readonly isStored: () => boolean;
  /** Superusers see hidden fields. */
  readonly showsHidden: boolean;
  readonly pacer: Pacer;
}

/** What those who may hear of an event are sent. */
export async function* outputsOf(app: App, telling: Telling): AsyncGenerator<Output> {
  const viewers = new Map<string, Viewers[]>();
  for (const hearing of telling.audience.hearings) {
    for await (const caller of entitled(app, hearing, telling)) {
      for (const each of caller.viewers.values()) {
        const alike = viewers.get(each.key);
        if (alike) alike.push(each);
        else viewers.set(each.key, [each]);
      }
    }
  }
  const { record, action, showsHidden, pacer } = telling;
  for (const alike of viewers.values()) {
    await pacer.rest();
    const [{ options, auth }] = alike as [Viewers];
    const event = { record, action, showsHidden };
    const json = await renderEvent(app, event, subscriptionInfo(options, auth));
    if (json === undefined) continue;
    yield { json, subscriptions: alike.map(({ subscriptions }) => subscriptions) };
  }
}

/** Callers are judged together, but in portions that hold up nobody. */
const FIRST_PORTION = 64;
const MAX_PORTION = 4096;
const PORTION_MS = 4;

async function* entitled(
  app: App,
  { rule, options, callers }: Hearing,
  { record, isStored, pacer }: Telling,
): AsyncGenerator<Callers> {
  const all = [...callers.values()];
  let size = FIRST_PORTION;
  for (let first = 0; first < all.length;) {
    const portion = all.slice(first, first + size);
    first += size;
    await pacer.rest();
    const started = performance.now();
    const answers = await mayHear(app, record, {
      rule,
      options,
      callers: portion.map(({ auth }) => auth),
      isStored: isStored(),
    });
    const milliseconds = performance.now() - started;
    size = milliseconds < PORTION_MS / 2 ? Math.min(size * 2, MAX_PORTION) : size;
    if (milliseconds > PORTION_MS) size = Math.max(1, Math.ceil(size / 2));
    for (const [index, caller] of portion.entries()) if (answers[index]) yield caller;
  }
}

/** The bytes of one output, made once for each name under which it is sent, with and without its place. */
export class OutputFrames {
  readonly #json: string;
  readonly #place: Pick<Place, "position" | "resumeAfter">;
  readonly #plain = new Map<string, Frame>();
  readonly #placed = new Map<string, Frame>();

  constructor(json: string, place: Pick<Place, "position" | "resumeAfter">) {
    this.#json = json;
    this.#place = place;
  }

  for({ client, text }: Subscription): Frame {
    const frames = client.isResumable ? this.#placed : this.#plain;
    let frame = frames.get(text);
    if (!frame) {
      const data = client.isResumable ? withPosition(this.#json, this.#place) : this.#json;
      frames.set(text, (frame = new Frame({ name: text, data })));
    }
    return frame;
  }
}

/** Resumable clients learn where an event stands. */
function withPosition(
  json: string,
  { position, resumeAfter }: Pick<Place, "position" | "resumeAfter">,
): string {
  if (position === undefined) return json;
  return `${json.slice(0, -1)},"position":${position},"resumeAfter":${resumeAfter}}`;
}
