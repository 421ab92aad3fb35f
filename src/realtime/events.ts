import { RequestEvent } from "../http/event.ts";
import type { RealtimeClient } from "./client.ts";
import type { RealtimeMessage } from "./frame.ts";

/** A client connects; what follows `next()` runs when it is gone. */
export class RealtimeConnectRequestEvent extends RequestEvent {
  readonly client: RealtimeClient;
  /** Milliseconds without a message after which the connection is ended. */
  idleTimeout = 5 * 60_000;
  /** Milliseconds after which the connection is ended in any case. */
  maxTimeout = 30 * 60_000;

  constructor(request: RequestEvent, client: RealtimeClient) {
    super(request.state);
    this.client = client;
  }
}

/** A message is about to be sent; an error ends the connection, and without `next()` it is left out. */
export class RealtimeMessageEvent extends RequestEvent {
  readonly client: RealtimeClient;
  message: RealtimeMessage;

  constructor(request: RequestEvent, client: RealtimeClient, message: RealtimeMessage) {
    super(request.state);
    this.client = client;
    this.message = message;
  }
}

/** A client says what it wants to listen to from now on. */
export class RealtimeSubscribeRequestEvent extends RequestEvent {
  readonly client: RealtimeClient;
  subscriptions: string[];

  constructor(request: RequestEvent, client: RealtimeClient, subscriptions: string[]) {
    super(request.state);
    this.client = client;
    this.subscriptions = subscriptions;
  }
}
