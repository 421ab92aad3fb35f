import type { App } from "../../app.ts";
import { ApiError, type ErrorTree, isLeaf } from "../../lib/errors.ts";
import { redactUrl } from "../../lib/redact-url.ts";
import { defineMiddleware, type Failure } from "../chain.ts";
import { toApiError } from "../errors.ts";
import type { RequestEvent } from "../event.ts";
import { unescapeText } from "../query.ts";

/** Store key under which a handler leaves something to be logged with the request. */
export const LOG_META_KEY = "pbLogMeta";

const SKIP_SUCCESS_KEY = "__skipSuccessActivityLogger";

/** One request for the log, with PocketBase's keys. */
export interface RequestLogEntry {
  readonly level: "info" | "error";
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The seam for whoever stores request logs; nothing is put together while there is none. */
export interface RequestLogSink {
  logRequest?(entry: RequestLogEntry): void;
}

/** Reports every request that ends, failed ones always, others unless their route asked for silence. */
export const activityLogger = defineMiddleware({
  id: "pbActivityLogger",
  priority: -1040,
  leave: (event, failure) => {
    const app: App & RequestLogSink = event.app;
    if (app.logRequest && app.settings.logs.maxDays !== 0) {
      if (failure !== undefined || event.get(SKIP_SUCCESS_KEY) === undefined) {
        app.logRequest(toLogEntry(event, failure));
      }
    }
    return failure;
  },
});

/** Keeps successful requests of a route out of the log. */
export function skipSuccessActivityLog() {
  return defineMiddleware({
    id: "pbSkipSuccessActivityLog",
    enter: (event) => silenceSuccess(event),
  });
}

/** The same for one request. */
export function silenceSuccess(event: RequestEvent): void {
  event.set(SKIP_SUCCESS_KEY, true);
}

function toLogEntry(event: RequestEvent, failure: Failure | undefined): RequestLogEntry {
  const { logs } = event.app.settings;
  const url = redactUrl(cut(event.url, 3000));
  const method = cut(event.method.toUpperCase(), 50);
  const meta = event.get(LOG_META_KEY);
  const data = {
    type: "request",
    execTime: performance.now() - event.state.started,
    ...(meta !== undefined && { meta }),
    ...(failure !== undefined && describeFailure(failure.error)),
    url,
    method,
    status:
      failure === undefined || event.isWritten ? event.status : toApiError(failure.error).status,
    referer: redactUrl(cut(event.header("referer") ?? "", 2000)),
    userAgent: cut(event.header("user-agent") ?? "", 2000),
    auth: event.auth?.collection.name ?? "",
    ...(event.auth !== undefined && logs.logAuthId && { authId: event.auth.id }),
    ...(logs.logIP && { userIP: event.realIP(), remoteIP: event.remoteIP() }),
  };
  const level = failure === undefined ? "info" : "error";
  return { level, message: `${method} ${unescapeText(url) ?? url}`, data };
}

/** The text clients see, and the reason they do not. */
function describeFailure(error: unknown): Record<string, unknown> {
  if (error instanceof ApiError) {
    const reason = error.cause instanceof Error ? error.cause.message : (error.cause ?? null);
    const hasData = Object.keys(error.data).length > 0;
    return { error: error.message, details: hasData ? messagesOf(error.data) : reason };
  }
  return { error: error instanceof Error ? error.message : String(error) };
}

/** What is wrong with each value, by its name; of a request inside a batch, its whole answer. */
function messagesOf(tree: ErrorTree): Record<string, unknown> {
  const messages = Object.entries(tree).map(([key, node]) => [
    key,
    isLeaf(node) ? ("response" in node ? node : node.message) : messagesOf(node),
  ]);
  return Object.fromEntries(messages) as Record<string, unknown>;
}

/** Keeps the first bytes of a text. */
function cut(text: string, bytes: number): string {
  if (text.length <= bytes / 3 || Buffer.byteLength(text) <= bytes) return text;
  return `${Buffer.from(text)
    .subarray(0, bytes)
    .toString("utf8")
    .replace(/\uFFFD$/, "")}...`;
}
