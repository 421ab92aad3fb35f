import type { App } from "../app.ts";
import type { ApiError } from "../lib/errors.ts";
import { isPromise } from "./chain.ts";
import { errorBody, isUnexpected, toApiError } from "./errors.ts";
import { RequestEvent } from "./event.ts";
import type { Incoming } from "./incoming.ts";
import type { Outgoing } from "./outgoing.ts";
import { MALFORMED_ESCAPE } from "./query.ts";
import type { CompiledRouter } from "./router.ts";
import { RequestState } from "./state.ts";

/** An answer, and what is to be done once it was sent. */
export interface Reply {
  readonly outgoing: Outgoing;
  /** Absent when there is nothing to do. */
  readonly dispose?: (() => Promise<void>) | undefined;
}

/** Takes a request through its route to an answer. Never throws; synchronous where nothing waits. */
export function dispatch(
  app: App,
  router: CompiledRouter,
  incoming: Incoming,
): Reply | Promise<Reply> {
  const path = pathOf(incoming.url);
  if (path === "*") return { outgoing: serverWide(incoming) };
  if (!path.startsWith("/") || MALFORMED_ESCAPE.test(path)) return { outgoing: malformed() };
  const host = incoming.host.replace(/:\d*$/, "");
  const routing = router.find(incoming.method, host, path);
  if ("redirectPath" in routing) {
    return {
      outgoing: redirectTo(incoming, routing.redirectPath + incoming.url.slice(path.length)),
    };
  }
  const { route, params } = routing;
  const state = new RequestState({ app, incoming, params, pattern: route.pattern });
  try {
    const done = route.chain(new RequestEvent(state));
    if (!isPromise(done)) return reply(state);
    return done.then(
      () => reply(state),
      (error: unknown) => broken(state, error),
    );
  } catch (error) {
    return broken(state, error);
  }
}

function pathOf(url: string): string {
  const mark = url.indexOf("?");
  return mark < 0 ? url : url.slice(0, mark);
}

function reply(state: RequestState): Reply {
  try {
    return toReply(state);
  } catch (error) {
    state.encode = undefined;
    return failed(state, error);
  }
}

function toReply(state: RequestState): Reply {
  const outgoing = state.outgoing();
  return state.needsDispose ? { outgoing, dispose: () => state.dispose() } : { outgoing };
}

/** What a handler had answered before something went wrong stays: in PocketBase it has been sent by then. */
function broken(state: RequestState, error: unknown): Reply {
  if (state.answer === undefined) return failed(state, error);
  const { method } = state.incoming;
  state.app.logger.error(`${method} ${state.path} failed after it was answered`, { error });
  return reply(state);
}

function failed(state: RequestState, error: unknown): Reply {
  const apiError = toApiError(error);
  if (isUnexpected(error) || (apiError.status >= 500 && apiError.cause !== undefined)) {
    const { method } = state.incoming;
    state.app.logger.error(`${method} ${state.path} failed`, { status: apiError.status, error });
  }
  answerWithError(state, apiError);
  return toReply(state);
}

/** Replaces whatever was decided before; headers that described an earlier body go with it. */
function answerWithError(state: RequestState, error: ApiError): void {
  const { headers } = state;
  if (state.answer !== undefined) for (const name of BODY_HEADERS) delete headers[name];
  headers["content-type"] ??= "application/json";
  state.write(error.status, state.incoming.method === "HEAD" ? undefined : errorBody(error));
}

const BODY_HEADERS = [
  "content-type",
  "content-length",
  "content-encoding",
  "content-range",
  "content-disposition",
  "accept-ranges",
  "last-modified",
];

/** An unclean path leads to its canonical form, keeping the method (Go: http.Redirect). */
function redirectTo({ method }: Incoming, location: string): Outgoing {
  const isHead = method === "HEAD";
  const headers: Record<string, string> = { location };
  if (method !== "GET" && !isHead) return { status: 307, headers, body: "", isHead };
  headers["content-type"] = "text/html; charset=utf-8";
  const body = isHead ? undefined : `<a href="${escapeHtml(location)}">Temporary Redirect</a>.\n\n`;
  return { status: 307, headers, body, isHead };
}

/** `OPTIONS *` asks about the server as a whole; nothing else can be asked of it. */
function serverWide({ method }: Incoming): Outgoing {
  return {
    status: method === "OPTIONS" ? 200 : 400,
    headers: {},
    body: "",
    isHead: method === "HEAD",
  };
}

function malformed(): Outgoing {
  const headers = { "content-type": "text/plain; charset=utf-8", connection: "close" };
  return { status: 400, headers, body: "400 Bad Request", isHead: false };
}

const HTML_ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&#34;",
  "'": "&#39;",
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => HTML_ESCAPES[character]!);
}
