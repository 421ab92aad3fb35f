import type { App, RecordModel } from "generatio";
import { WEBHOOKS, type WebhookEvent } from "./endpoints.ts";

/** Who wants to know what; kept in memory, because every job asks. */
export class EndpointBook {
  readonly #byUser = new Map<string, Map<string, readonly string[]>>();

  /** To be called at the start. */
  async load(app: App): Promise<void> {
    for (const endpoint of await app.findRecordsByFilter(WEBHOOKS, "active = true")) {
      this.remember(endpoint);
    }
  }

  remember(endpoint: RecordModel): void {
    this.forget(endpoint);
    if (!endpoint.getBool("active")) return;
    const userId = endpoint.getString("user_id");
    const own = this.#byUser.get(userId) ?? new Map<string, readonly string[]>();
    own.set(endpoint.id, endpoint.getStrings("events"));
    this.#byUser.set(userId, own);
  }

  forget(endpoint: RecordModel): void {
    const userId = endpoint.getString("user_id");
    const own = this.#byUser.get(userId);
    own?.delete(endpoint.id);
    if (own?.size === 0) this.#byUser.delete(userId);
  }

  /** Ids of the endpoints that are to be told. */
  listeningTo(userId: string, event: WebhookEvent): string[] {
    const own = this.#byUser.get(userId);
    if (!own) return [];
    return [...own]
      .filter(([, events]) => events.length === 0 || events.includes(event))
      .map(([id]) => id);
  }
}
