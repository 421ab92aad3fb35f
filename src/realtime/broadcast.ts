import type { App } from "../app.ts";
import type { Place } from "../changes/commit-order.ts";
import { type ChangeAction, subjectOf } from "../changes/service.ts";
import type { RecordModel } from "../records/record.ts";
import { type AccessGroup, audienceOf } from "./audience.ts";
import { type Subscription, toFrame } from "./client.ts";
import { mayHear, subscriptionInfo } from "./judge.ts";
import { renderEvent } from "./render.ts";

/** One text for all who get it. */
interface Output {
  readonly json: string;
  readonly subscriptions: readonly Subscription[];
}

/** What is known of a delete before the row is gone. */
interface PreparedDelete {
  readonly outputs: readonly Output[];
  /** Everyone who was looked at, also those who may not hear of it. */
  readonly considered: ReadonlySet<Subscription>;
}

/** How an event's listeners are judged. */
interface Hearing {
  /** The row still holds the event's values. */
  readonly isStored: () => boolean;
  readonly except?: ReadonlySet<Subscription> | undefined;
  /** Is filled with everyone who was looked at. */
  readonly considered?: Set<Subscription>;
}

/** Sends record events to those who may have them. */
export class Broadcaster {
  readonly #app: App;
  readonly #deletes = new WeakMap<RecordModel, PreparedDelete[]>();

  constructor(app: App) {
    this.#app = app;
  }

  /** A create or update is committed: its listeners are told once it is its turn. */
  publish(action: ChangeAction, record: RecordModel): void {
    const { order } = this.#app.changes;
    if (!this.#hasListeners()) return order.gone(record);
    const snapshot = record.fresh();
    order.ready(record, subjectOf(record), (place) =>
      this.#quietly(() =>
        this.#tell(snapshot, action, { place, isStored: () => place.isLatest() }),
      ),
    );
  }

  /** Judges a delete while the row and all it refers to are still there. */
  async prepareDelete(record: RecordModel): Promise<void> {
    if (!this.#hasListeners()) return;
    const considered = new Set<Subscription>();
    const outputs: Output[] = [];
    for await (const output of this.#outputs(record, "delete", {
      isStored: () => true,
      considered,
    }))
      outputs.push(output);
    const others = this.#deletes.get(record);
    if (others) others.push({ outputs, considered });
    else this.#deletes.set(record, [{ outputs, considered }]);
  }

  /** A delete is committed. */
  publishDelete(record: RecordModel): void {
    const { order } = this.#app.changes;
    const prepared = this.#takeDelete(record);
    if (!prepared && !this.#hasListeners()) return order.gone(record);
    const snapshot = record.fresh();
    order.ready(record, subjectOf(record), (place) =>
      this.#quietly(async () => {
        const pacer = new Pacer();
        for (const output of prepared?.outputs ?? []) await this.#send(output, place, pacer);
        // Who came while the delete was under way is judged by what the row was.
        if (place.position === undefined) return;
        await this.#tell(snapshot, "delete", {
          place,
          isStored: () => false,
          except: prepared?.considered,
        });
      }),
    );
  }

  /** A write has failed or was rolled back. */
  drop(action: ChangeAction, record: RecordModel): void {
    if (action === "delete") this.#takeDelete(record);
    this.#app.changes.order.gone(record);
  }

  #takeDelete(record: RecordModel): PreparedDelete | undefined {
    const prepared = this.#deletes.get(record);
    const first = prepared?.shift();
    if (prepared?.length === 0) this.#deletes.delete(record);
    return first;
  }

  #hasListeners(): boolean {
    return this.#app.realtime.clients.size > 0;
  }

  async #tell(
    record: RecordModel,
    action: ChangeAction,
    { place, ...how }: Pick<Hearing, "isStored" | "except"> & { readonly place: Place },
  ): Promise<void> {
    const pacer = new Pacer();
    for await (const output of this.#outputs(record, action, how))
      await this.#send(output, place, pacer);
  }

  async #quietly(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#app.logger.warn("failed to broadcast a record event", { error: String(error) });
    }
  }

  async *#outputs(record: RecordModel, action: ChangeAction, how: Hearing): AsyncGenerator<Output> {
    const pacer = new Pacer();
    const groups = audienceOf(this.#app, record, how.except);
    if (how.considered)
      for (const subscription of membersOf(groups)) how.considered.add(subscription);
    for (const { rule, sample, auth, outputs } of groups) {
      await pacer.rest();
      const info = subscriptionInfo(sample.options, auth);
      if (!(await mayHear(this.#app, record, rule, info, how.isStored()))) continue;
      for (const output of outputs.values()) {
        const viewer = subscriptionInfo(output.sample.options, output.auth);
        const json = await renderEvent(this.#app, { record, action, showsHidden: true }, viewer);
        if (json !== undefined) yield { json, subscriptions: output.subscriptions };
      }
    }
  }

  async #send({ json, subscriptions }: Output, place: Place, pacer: Pacer): Promise<void> {
    const frames = new Map<string, string>();
    for (const subscription of subscriptions) {
      sendTo(subscription, json, place, frames);
      await pacer.rest();
    }
  }
}

/** Sends an event to one subscriber if it is for them at this moment. @param frames texts made before, by name */
function sendTo(
  { client, text }: Subscription,
  json: string,
  place: Place,
  frames: Map<string, string>,
): void {
  const { position } = place;
  if (!client.hasSubscription(text)) return;
  if (position !== undefined && client.passedOver !== undefined) {
    client.passedOver = Math.max(client.passedOver, position);
    return;
  }
  if (position !== undefined && position <= client.floor) return;
  const data = client.isResumable ? withPosition(json, place) : json;
  const message = { name: text, data };
  const key = `${client.isResumable}${text}`;
  let frame = frames.get(key);
  if (frame === undefined) frames.set(key, (frame = toFrame(message)));
  client.sendFrame(message, frame);
}

/** Resumable clients learn where an event stands. */
export function withPosition(
  json: string,
  { position, resumeAfter }: Pick<Place, "position" | "resumeAfter">,
): string {
  if (position === undefined) return json;
  return `${json.slice(0, -1)},"position":${position},"resumeAfter":${resumeAfter}}`;
}

/** Work may go on for this long before others get their turn. */
const SLICE_MS = 5;

/** Cuts long work into slices, so that requests are answered in between. */
class Pacer {
  #started = performance.now();

  /** To be awaited between two steps. */
  rest(): Promise<void> | undefined {
    if (performance.now() - this.#started < SLICE_MS) return undefined;
    return new Promise((resolve) => {
      setImmediate(() => {
        this.#started = performance.now();
        resolve();
      });
    });
  }
}

function membersOf(groups: readonly AccessGroup[]): Subscription[] {
  return groups.flatMap(({ outputs }) =>
    [...outputs.values()].flatMap(({ subscriptions }) => subscriptions),
  );
}
