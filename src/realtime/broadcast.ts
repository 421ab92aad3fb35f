import type { App } from "../app.ts";
import type { Place } from "../changes/commit-order.ts";
import { type ChangeAction, subjectOf } from "../changes/service.ts";
import type { RecordModel } from "../records/record.ts";
import { Audience, topicsOf } from "./audience.ts";
import type { Subscription } from "./client.ts";
import { type Output, OutputFrames, outputsOf, type Telling } from "./outputs.ts";
import { Pacer } from "./pacer.ts";

/** What is known of a delete before the row is gone. */
interface PreparedDelete {
  readonly outputs: readonly Output[];
  /** Everyone who was looked at, also those who may not hear of it. */
  readonly considered: ReadonlySet<Subscription>;
}

/** Sends record events to those who may have them. */
export class Broadcaster {
  readonly #app: App;
  readonly #deletes = new WeakMap<RecordModel, PreparedDelete[]>();

  constructor(app: App) {
    this.#app = app;
  }

  /** A change is committed: its listeners are told once it is its turn. */
  publish(action: ChangeAction, record: RecordModel): void {
    if (action === "delete") return this.#publishDelete(record);
    const { order } = this.#app.changes;
    if (!this.#hasListeners()) return order.gone(record);
    const snapshot = record.fresh();
    order.ready(record, subjectOf(record), (place) =>
      this.#quietly(() =>
        this.#tell(snapshot, action, place, {
          audience: this.#audienceOf(snapshot),
          isStored: () => place.isLatest(),
        }),
      ),
    );
  }

  /** Judges a delete while the row and all it refers to are still there. */
  async prepareDelete(record: RecordModel): Promise<void> {
    if (!this.#hasListeners()) return;
    const considered = new Set<Subscription>();
    const outputs = await Array.fromAsync(
      outputsOf(this.#app, {
        record,
        action: "delete",
        audience: this.#audienceOf(record, { considered }),
        isStored: () => true,
        showsHidden: true,
        pacer: new Pacer(),
      }),
    );
    const others = this.#deletes.get(record);
    if (others) others.push({ outputs, considered });
    else this.#deletes.set(record, [{ outputs, considered }]);
  }

  /** A write has failed, was rolled back, or a handler kept it from being told. */
  drop(action: ChangeAction, record: RecordModel): void {
    if (action === "delete") this.#takeDelete(record);
    this.#app.changes.order.gone(record);
  }

  #publishDelete(record: RecordModel): void {
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
        const except = prepared?.considered;
        await this.#tell(snapshot, "delete", place, {
          audience: this.#audienceOf(snapshot, { except }),
          isStored: () => false,
        });
      }),
    );
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
    place: Place,
    how: Pick<Telling, "audience" | "isStored">,
  ): Promise<void> {
    const pacer = new Pacer();
    const telling = { record, action, showsHidden: true, pacer, ...how };
    for await (const output of outputsOf(this.#app, telling))
      await this.#send(output, place, pacer);
  }

  async #quietly(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#app.logger.warn("failed to broadcast a record event", { error: String(error) });
    }
  }

  /** Everyone who listens to a record. */
  #audienceOf(
    record: RecordModel,
    {
      except,
      considered,
    }: {
      readonly except?: ReadonlySet<Subscription> | undefined;
      /** Is filled with them. */
      readonly considered?: Set<Subscription>;
    } = {},
  ): Audience {
    const audience = new Audience(this.#app, record);
    for (const [topic, rule] of topicsOf(record)) {
      for (const subscription of this.#app.realtime.subscribers(topic)) {
        if (except?.has(subscription)) continue;
        considered?.add(subscription);
        audience.add(rule, subscription);
      }
    }
    return audience;
  }

  async #send({ json, subscriptions }: Output, place: Place, pacer: Pacer): Promise<void> {
    const frames = new OutputFrames(json, place);
    for (const list of subscriptions) {
      for (const subscription of list) {
        sendTo(subscription, frames, place);
        const rest = pacer.rest();
        if (rest) await rest;
      }
    }
  }
}

/** Sends an event to one subscriber if it is for them at this moment. */
function sendTo(subscription: Subscription, frames: OutputFrames, { position }: Place): void {
  const { client, text } = subscription;
  if (!client.hasSubscription(text)) return;
  if (position !== undefined && client.passedOver !== undefined) {
    client.passedOver = Math.max(client.passedOver, position);
    return;
  }
  if (position !== undefined && position <= client.floor) return;
  client.sendFrame(frames.for(subscription));
}
