import type { App } from "../../../app.ts";
import type { Collection } from "../../../collections/collection.ts";
import { defineMiddleware } from "../../../http/chain.ts";
import type { RequestEvent } from "../../../http/event.ts";
import { Query } from "../../../http/query.ts";
import { forbidden, unauthorized } from "../../../lib/errors.ts";
import { type ApiKey, keyIn, noteUse } from "../api-keys.ts";
import { reachOf } from "../api-key-reach.ts";
import { allows, allowsRoute, type KeyAction, type KeyScope } from "../api-key-scope.ts";

/** Where a request keeps the key it was made with. */
const STORE_KEY = "__pbApiKey__";

/**
 * Finds out whose API key a request carries, right before tokens are looked at. On a folder without any key one is
 * as good as no token, as in PocketBase; else a wrong one is told, so that a program does not go on as a guest.
 */
export const loadApiKey = defineMiddleware({
  id: "__pbLoadApiKey__",
  priority: -1021,
  enter: (event) => {
    const text = keyIn(event.header("authorization") ?? "");
    return text === undefined ? undefined : load(event, text);
  },
});

async function load(event: RequestEvent, text: string): Promise<void> {
  const { app } = event;
  const found = await app.auth.tokens.findByKey(app, text);
  if (found) {
    event.auth = found.record;
    event.set(STORE_KEY, found.key);
    noteUse(app, found.key);
  } else if (await app.auth.extras.has(app, "_xApiKeys")) {
    throw unauthorized("The API key is invalid, expired or revoked.");
  }
}

/** Keeps a request with an API key within its scope; after the body limit, for it looks into bodies. */
export const requireKeyScope = defineMiddleware({
  id: "__pbRequireKeyScope__",
  priority: -980,
  enter: (event) => {
    const key = keyOf(event);
    return key && judge(event, key.scope);
  },
});

/** The same for what is decided further in: requests of a batch, and what an update really changes. */
export function bindKeyScope(app: App): void {
  app.onBatchRequest().bind({
    id: "__pbApiKeyScope__",
    priority: 9999,
    func: async (event) => {
      const key = keyOf(event);
      for (const request of key ? event.batch : []) judgeInner(event.app, request, key!.scope);
      await event.next();
    },
  });
  app.onRecordUpdateRequest().bind({
    id: "__pbApiKeyScope__",
    priority: 9999,
    func: async (event) => {
      if (keyOf(event) && event.record.collection.isAuth) {
        const changed = event.record.changedFields().map(({ name }) => name);
        refuseSignInFields([...changed, ...Object.keys(await event.body())]);
      }
      await event.next();
    },
  });
}

const RECORDS = "/api/collections/{collection}/records";

/** Routes of records, by what is done there. */
const ACTIONS: Readonly<Record<string, KeyAction>> = {
  [`GET ${RECORDS}`]: "list",
  [`GET ${RECORDS}/{id}`]: "view",
  [`POST ${RECORDS}`]: "create",
  [`PATCH ${RECORDS}/{id}`]: "update",
  [`DELETE ${RECORDS}/{id}`]: "delete",
  "GET /api/files/{collection}/{recordId}/{filename}": "view",
};

/** Their requests are judged one by one, or they say nothing of anybody. */
const OPEN = new Set(["POST /api/batch", "GET /api/health"]);

async function judge(event: RequestEvent, scope: KeyScope): Promise<void> {
  const { pattern } = event.state;
  const action = ACTIONS[pattern];
  if (!action) {
    if (OPEN.has(pattern) || allowsRoute(scope, pattern)) return;
    throw forbidden("The API key is not meant for this route.");
  }
  const collection = event.app.collections.find(event.params["collection"] ?? "");
  // The route knows how to say that there is none.
  if (!collection) return;
  requireAction(scope, collection, action);
  requireReach(event.app, { collection, scope, query: event.query });
  if (action === "update" && collection.isAuth) refuseSignInFields(Object.keys(await event.body()));
}

const INNER_ACTIONS: Readonly<Record<string, readonly KeyAction[]>> = {
  POST: ["create"],
  PATCH: ["update"],
  PUT: ["create", "update"],
  DELETE: ["delete"],
};

/** What is no request on records fails by itself. */
function judgeInner(
  app: App,
  { method, url }: { readonly method: string; readonly url: string },
  scope: KeyScope,
): void {
  const [, name, query = ""] =
    /^\/api\/collections\/([^/?]+)\/records(?:\/[^/?]+)?(?:\?(.*))?$/s.exec(url) ?? [];
  const collection = app.collections.find(name ?? "");
  if (!collection) return;
  for (const action of INNER_ACTIONS[method] ?? []) requireAction(scope, collection, action);
  requireReach(app, { collection, scope, query: new Query(query) });
}

function requireAction(scope: KeyScope, collection: Collection, action: KeyAction): void {
  if (allows(scope, collection, action)) return;
  throw forbidden(`The API key does not allow to ${action} records of ${collection.name}.`);
}

function requireReach(
  app: App,
  request: { readonly collection: Collection; readonly scope: KeyScope; readonly query: Query },
): void {
  const { collection, scope, query } = request;
  const { expanded, searched, isUnlimited } = reachOf(app, collection, {
    expand: query.get("expand") ?? "",
    filter: query.get("filter") ?? "",
    sort: query.get("sort") ?? "",
  });
  if (isUnlimited) throw forbidden("@collection and @request are not for API keys.");
  for (const other of expanded) requireAction(scope, other, "view");
  for (const other of searched) requireAction(scope, other, "list");
}

/** What an account is signed in to with: whoever may change it can make more than a key. */
const SIGN_IN_FIELDS = new Set(["password", "passwordConfirm", "oldPassword", "email", "tokenKey"]);

/** @param keys names of fields, or body keys with modifiers */
function refuseSignInFields(keys: readonly string[]): void {
  const names = keys.map((key) => key.replace(/^\+|[+-]$|:.*$/g, ""));
  if (names.some((name) => SIGN_IN_FIELDS.has(name)))
    throw forbidden("An API key cannot change how an account signs in.");
}

function keyOf(event: RequestEvent): ApiKey | undefined {
  return event.get(STORE_KEY) as ApiKey | undefined;
}
