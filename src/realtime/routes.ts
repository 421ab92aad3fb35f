import type { RequestEvent } from "../http/event.ts";
import { skipSuccessActivityLog } from "../http/middleware/activity-log.ts";
import type { Router } from "../http/router.ts";
import {
  badRequest,
  type ErrorTree,
  forbidden,
  notFound,
  problem,
  ValidationError,
} from "../lib/errors.ts";
import { foldKeys } from "../lib/fold-keys.ts";
import { length, required } from "../lib/rules.ts";
import { isSameAuth } from "./auth-state.ts";
import { RealtimeClient } from "./client.ts";
import { Connection } from "./connection.ts";
import { RealtimeConnectRequestEvent, RealtimeSubscribeRequestEvent } from "./events.ts";
import { parseResume, resumeClient } from "./resume.ts";

/** The realtime API (PocketBase: apis/realtime.go). */
export function addRealtimeRoutes(router: Router): void {
  const group = router.group("/api/realtime");
  group.get("", connectHandler).bind(skipSuccessActivityLog());
  group.post("", subscribeHandler);
}

/** Where the address of the client that connected is kept, as in PocketBase. */
const IP_KEY = "pbRealtimeClientIP";

/**
 * Opens an event stream. The hook chain around it lives as long as the connection, the request's own ends with
 * the beginning of the stream.
 */
async function connectHandler(event: RequestEvent): Promise<void> {
  event.setHeader("content-type", "text/event-stream");
  event.setHeader("cache-control", "no-store");
  // Proxies must not hold events back.
  event.setHeader("x-accel-buffering", "no");
  const connect = new RealtimeConnectRequestEvent(event, new RealtimeClient());
  connect.client.set(IP_KEY, event.realIP());
  const opened = Promise.withResolvers<void>();
  let isOpen = false;
  const chain = event.app.events.onRealtimeConnectRequest.trigger(connect, async () => {
    const connection = new Connection(connect);
    isOpen = true;
    await event.stream(200, "text/event-stream", connection.body);
    opened.resolve();
    await live(connect, connection);
  });
  chain.then(opened.resolve, (error: unknown) => {
    if (!isOpen) opened.reject(error);
    else event.app.logger.warn("a realtime connection ended with an error", { error });
  });
  await opened.promise;
}

async function live(
  { app, client }: RealtimeConnectRequestEvent,
  connection: Connection,
): Promise<void> {
  app.realtime.register(client);
  try {
    app.logger.debug("Realtime connection established", { clientId: client.id });
    client.send({ name: "PB_CONNECT", data: { clientId: client.id } });
    await connection.closed;
  } finally {
    app.realtime.unregister(client.id);
    app.logger.debug("Realtime connection closed", { clientId: client.id });
  }
}

async function subscribeHandler(event: RequestEvent): Promise<void> {
  const body = await event.body();
  const { clientId, subscriptions } = parseForm(isJson(event) ? body : asTexts(body));
  const client = event.app.realtime.find(clientId);
  if (!client) throw notFound("Missing or invalid client id.");
  const connectedFrom = client.get(IP_KEY);
  if (connectedFrom && connectedFrom !== event.realIP())
    throw badRequest("Invalid realtime client.");
  if (client.auth && !isSameAuth(client.auth, event.auth)) {
    throw forbidden("The current and the previous request authorization don't match.");
  }
  const subscribe = new RealtimeSubscribeRequestEvent(event, client, subscriptions);
  await event.app.events.onRealtimeSubscribeRequest.trigger(subscribe, async () => {
    client.auth = subscribe.auth;
    client.replaceSubscriptions(subscribe.subscriptions);
    const resume = parseResume(body["resume"]);
    if (resume) await resumeClient(event.app, client, resume);
    event.app.logger.debug("Realtime subscriptions updated", {
      clientId: client.id,
      subscriptions: subscribe.subscriptions,
    });
    await subscribe.noContent();
  });
}

const MAX_CLIENT_ID = 255;
const MAX_SUBSCRIPTIONS = 1000;
const MAX_SUBSCRIPTION = 2500;

function isJson(event: RequestEvent): boolean {
  return event.header("content-type")?.startsWith("application/json") ?? true;
}

/** Form values were given types by their look, and one alone is no list. */
function asTexts({ clientId, subscriptions }: Readonly<Record<string, unknown>>) {
  return {
    clientId: String([clientId].flat()[0] ?? ""),
    subscriptions: [subscriptions ?? []].flat().map(String),
  };
}

function parseForm(body: Readonly<Record<string, unknown>>): {
  clientId: string;
  subscriptions: string[];
} {
  const { clientId = "", subscriptions = [] } = foldKeys(body, ["clientId", "subscriptions"]);
  if (typeof (clientId ?? "") !== "string") throw badRequest();
  const list = subscriptions ?? [];
  if (!Array.isArray(list) || !list.every((each) => typeof each === "string")) throw badRequest();
  const id = (clientId ?? "") as string;
  const errors: ErrorTree = {};
  const idProblem = required(id) ?? length(id, 1, MAX_CLIENT_ID);
  if (idProblem) errors["clientId"] = idProblem;
  const listProblem = checkSubscriptions(list);
  if (listProblem) errors["subscriptions"] = listProblem;
  if (Object.keys(errors).length > 0) throw new ValidationError(errors);
  return { clientId: id, subscriptions: list };
}

function checkSubscriptions(list: readonly string[]): ErrorTree[string] | undefined {
  if (list.length > MAX_SUBSCRIPTIONS) return tooLong(MAX_SUBSCRIPTIONS);
  const errors: ErrorTree = {};
  list.forEach((each, index) => {
    if (Buffer.byteLength(each) > MAX_SUBSCRIPTION) errors[index] = tooLong(MAX_SUBSCRIPTION);
  });
  return Object.keys(errors).length > 0 ? errors : undefined;
}

function tooLong(max: number) {
  return problem("validation_length_too_long", `The length must be no more than ${max}`, {
    max,
    min: 0,
  });
}
