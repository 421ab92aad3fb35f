import type { App } from "../app.ts";
import { assertLength } from "../http/body.ts";
import { errorBody, toApiError } from "../http/errors.ts";
import { RequestEvent } from "../http/event.ts";
import { bindForm } from "../http/form.ts";
import type { Incoming } from "../http/incoming.ts";
import { Query } from "../http/query.ts";
import type { Router } from "../http/router.ts";
import { RequestState } from "../http/state.ts";
import {
  ApiError,
  badRequest,
  type ErrorLeaf,
  forbidden,
  internalError,
  ValidationError,
} from "../lib/errors.ts";
import { RawJson } from "../lib/json.ts";
import { findRecord } from "../records/find.ts";
import { hasSuperuserAuth } from "../records/request-info.ts";
import { createRecord, removeRecord, type Then, updateRecord } from "../records/routes.ts";
import { SETTLED_SECRETS, type SettledSecrets, settleSecrets } from "../records/settled-secrets.ts";
import { BatchRequestEvent, type InternalRequest } from "./events.ts";
import { checkBatch, readBatch } from "./read-batch.ts";

/** The batch API (PocketBase: apis/batch.go). Its body limit is a setting of its own. */
export function addBatchRoutes(router: Router): void {
  router.post("/api/batch", batchHandler).unbind("pbBodyLimit");
}

const DEFAULT_TIMEOUT_SECONDS = 3;
const DEFAULT_MAX_BODY = 128 << 20;

async function batchHandler(event: RequestEvent): Promise<void> {
  const { enabled, maxRequests, timeout, maxBodySize } = event.app.settings.batch;
  if (!enabled || maxRequests <= 0) throw forbidden("Batch requests are not allowed.");
  event.state.bodyLimit = maxBodySize > 0 ? maxBodySize : DEFAULT_MAX_BODY;
  assertLength(event.state.incoming, event.state.bodyLimit);
  const requests = await readRequests(event, maxRequests);
  const batch = new BatchRequestEvent(event, requests);
  await event.app.events.onBatchRequest.trigger(batch, async () => {
    const seconds = timeout > 0 ? timeout : DEFAULT_TIMEOUT_SECONDS;
    await batch.json(200, await new BatchRun(batch).run(seconds * 1000));
  });
}

async function readRequests(event: RequestEvent, maxRequests: number): Promise<InternalRequest[]> {
  try {
    const requests = readBatch(await event.body(), await event.files());
    checkBatch(requests, maxRequests);
    return requests;
  } catch (error) {
    if (error instanceof ValidationError)
      throw badRequest("Invalid batch request data.", { data: error.errors });
    if (error instanceof ApiError && error.status !== 400) throw error;
    throw badRequest("Failed to read the submitted batch data.", { cause: error });
  }
}

interface BatchResult {
  readonly status: number;
  readonly body: RawJson | null;
}

/** The requests of one batch: one transaction, each request inside the hooks of the one before. */
class BatchRun {
  readonly #event: BatchRequestEvent;
  readonly #states: RequestState[] = [];
  readonly #secrets = new Map<InternalRequest, SettledSecrets>();
  #failedIndex: number | undefined;
  #isStopped = false;

  constructor(event: BatchRequestEvent) {
    this.#event = event;
  }

  /** @throws ApiError with the first failure under `data.requests.N` */
  async run(timeoutMs: number): Promise<BatchResult[]> {
    await this.#settleSecrets();
    try {
      await this.#event.app.runInTransaction((tx) => this.#runInTime(tx, timeoutMs));
    } catch (error) {
      if (error instanceof ApiError) throw error;
      const data = error instanceof ValidationError ? error.errors : {};
      throw badRequest("Batch transaction failed.", { data, cause: error });
    }
    return this.#states.map(toResult);
  }

  /** Passwords are hashed before anyone waits for the transaction's end. */
  async #settleSecrets(): Promise<void> {
    const { app, batch, signal } = this.#event;
    const mayAll = hasSuperuserAuth(await this.#event.requestInfo());
    for (const request of batch) {
      const name = (COLLECTION_URL.exec(request.url) ?? RECORD_URL.exec(request.url))?.[1];
      const collection = app.collections.find(name ?? "");
      if (!collection || signal.aborted) continue;
      const isOpen = collection.createRule !== null || collection.updateRule !== null;
      if (!isOpen && !mayAll) continue;
      this.#secrets.set(request, await settleSecrets(collection, request.body));
    }
  }

  async #runInTime(tx: App, timeoutMs: number): Promise<void> {
    const { signal } = this.#event;
    const stop = Promise.withResolvers<never>();
    const timer = setTimeout(() => stop.reject(new Error("batch transaction timeout")), timeoutMs);
    const interrupt = () => stop.reject(new Error("batch request interrupted"));
    signal.addEventListener("abort", interrupt, { once: true });
    try {
      await Promise.race([this.#process(tx, 0), stop.promise]);
    } catch (error) {
      if (this.#failedIndex === undefined) throw error;
      throw new ValidationError({ requests: { [this.#failedIndex]: toFailure(error) } }, error);
    } finally {
      this.#isStopped = true;
      clearTimeout(timer);
      signal.removeEventListener("abort", interrupt);
    }
  }

  async #process(tx: App, index: number): Promise<void> {
    const request = this.#event.batch[index];
    if (!request || this.#isStopped) return;
    try {
      await this.#perform(tx, request, async () => {
        try {
          await this.#process(tx, index + 1);
        } catch (error) {
          throw error instanceof ApiError ? error : internalError("", { cause: error });
        }
      });
    } catch (error) {
      if (!this.#isStopped) this.#failedIndex ??= index;
      throw error;
    }
  }

  async #perform(tx: App, request: InternalRequest, then: Then): Promise<void> {
    const action = await findAction(tx, request);
    if (!action) throw new Error("unknown batch request action");
    // Handlers of the batch that look afterwards see what was done, as in PocketBase.
    request.method = action.method;
    request.url = action.url;
    const state = new RequestState({
      app: tx,
      incoming: new InternalIncoming(this.#event.state.incoming, request, action),
      params: action.params,
      pattern: `${action.method} /api/collections/{collection}/records${"id" in action.params ? "/{id}" : ""}`,
      parent: this.#event.state,
      bound: { values: bodyOf(request, action), files: request.files },
    });
    state.set("infoContext", "batch");
    state.set(SETTLED_SECRETS, this.#secrets.get(request));
    this.#states.push(state);
    await ACTIONS[action.method](new RequestEvent(state), then);
  }
}

const ACTIONS = {
  POST: createRecord,
  PATCH: updateRecord,
  DELETE: removeRecord,
} as const satisfies Record<string, (event: RequestEvent, then: Then) => Promise<unknown>>;

interface Action {
  readonly method: keyof typeof ACTIONS;
  readonly url: string;
  readonly params: Readonly<Record<string, string>>;
}

const COLLECTION_URL = /^\/api\/collections\/([^/?]+)\/records(\?.*)?$/;
const RECORD_URL = /^\/api\/collections\/([^/?]+)\/records\/([^/?]+)(\?.*)?$/;

/** What a request of a batch does; PUT is an update when the record exists, else a create. */
async function findAction(
  tx: App,
  { method, url, body }: InternalRequest,
): Promise<Action | undefined> {
  const [, collection, query = ""] = COLLECTION_URL.exec(url) ?? [];
  if (collection !== undefined && method === "POST") return { method, url, params: { collection } };
  if (collection !== undefined && method === "PUT") {
    const { id } = body;
    const found = tx.collections.find(collection);
    const isStored = typeof id === "string" && found && (await findRecord(tx, found, id));
    if (!isStored) return { method: "POST", url, params: { collection } };
    const path = `/api/collections/${collection}/records/${id}`;
    return { method: "PATCH", url: path + query, params: { collection, id } };
  }
  const [, owner, id] = RECORD_URL.exec(url) ?? [];
  if (owner === undefined || id === undefined) return undefined;
  if (method !== "PATCH" && method !== "DELETE") return undefined;
  return { method, url, params: { collection: owner, id } };
}

/** A request of a batch as if it had come alone over the batch's connection. */
class InternalIncoming implements Incoming {
  readonly #outer: Incoming;
  readonly #headers: ReadonlyMap<string, string>;
  readonly method: string;
  readonly url: string;
  readonly contentLength = -1;

  constructor(outer: Incoming, { headers }: InternalRequest, { method, url }: Action) {
    this.#outer = outer;
    this.method = method;
    this.url = url;
    const own = Object.entries(headers).map(
      ([name, value]) => [name.toLowerCase(), value] as const,
    );
    this.#headers = new Map([
      ...own.filter(([name]) => name !== "authorization"),
      ["content-type", "multipart/form-data"],
    ]);
  }

  get host(): string {
    return this.#outer.host;
  }

  get remoteIp(): string {
    return this.#outer.remoteIp;
  }

  get isTls(): boolean {
    return this.#outer.isTls;
  }

  get signal(): AbortSignal {
    return this.#outer.signal;
  }

  header(name: string): string | undefined {
    return this.#headers.get(name.toLowerCase()) ?? this.#outer.header(name);
  }

  headerLines(name: string): readonly string[] {
    const own = this.#headers.get(name.toLowerCase());
    return own === undefined ? this.#outer.headerLines(name) : [own];
  }

  *headers(): Iterable<readonly [string, string]> {
    for (const [name, value] of this.#outer.headers())
      if (!this.#headers.has(name)) yield [name, value];
    yield* this.#headers;
  }

  stream(): never {
    throw new Error("the body of a batch's request has been read with the batch");
  }
}

/** PocketBase sends the body to itself as a form, and Go merges the query into forms. */
function bodyOf({ body }: InternalRequest, { url }: Action): Record<string, unknown> {
  const values = new Map([["@jsonPayload", [JSON.stringify(body)]]]);
  const [, query = ""] = url.split(/\?(.*)/s);
  const parameters = new Query(query);
  if (parameters.hasError) throw badRequest();
  for (const [name, value] of parameters.entries())
    values.set(name, [...(values.get(name) ?? []), value]);
  return bindForm(values);
}

function toResult({ answer }: RequestState): BatchResult {
  const body = typeof answer?.body === "string" ? RawJson.parse(answer.body) : undefined;
  return { body: body ?? null, status: answer?.status ?? 200 };
}

function toFailure(error: unknown): ErrorLeaf {
  const response: unknown = JSON.parse(errorBody(toApiError(error)));
  const leaf = { code: "batch_request_failed", message: "Batch request failed.", response };
  return leaf;
}
