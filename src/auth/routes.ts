import type { Collection } from "../collections/collection.ts";
import type { RequestEvent } from "../http/event.ts";
import { collectionRateLimit } from "../http/middleware/rate-limit.ts";
import { requireSameCollectionAuth } from "../http/middleware/require.ts";
import type { Router } from "../http/router.ts";
import { checkObject, length, oneOf, required } from "../lib/checks.ts";
import { ApiError, badRequest, forbidden, notFound } from "../lib/errors.ts";
import { AuthRefreshRequestEvent, AuthWithPasswordRequestEvent } from "./events.ts";
import { findByIdentity } from "./identity.ts";
import { readClaims } from "./jwt.ts";
import { checkPassword, pretendToCheck } from "./passwords.ts";
import { respondWithAuth } from "./respond.ts";
import { newAuthToken } from "./tokens.ts";

/** The sign-in routes of auth collections (PocketBase: apis/record_auth.go). */
export function addAuthRoutes(router: Router): void {
  const group = router.group("/api/collections/{collection}");
  group
    .post("/auth-with-password", authWithPassword)
    .bind(collectionRateLimit("authWithPassword", "auth"));
  group.post("/auth-refresh", authRefresh).bind(collectionRateLimit("authRefresh"), requireSameCollectionAuth());
}

async function authWithPassword(event: RequestEvent): Promise<void> {
  const collection = authCollection(event);
  const options = collection.auth!.passwordAuth;
  if (!options.enabled) {
    throw forbidden("The collection is not configured to allow password authentication.");
  }
  const form = await readForm(event, ["identity", "password", "identityField"]);
  const errors = checkObject(form, {
    identity: [required, length(1, 255)],
    password: [required, length(1, 255)],
    identityField: [length(1, 255), oneOf(options.identityFields)],
  });
  if (Object.keys(errors).length > 0) {
    throw badRequest("An error occurred while validating the submitted data.", { data: errors });
  }
  event.set("infoContext", "password");
  const { identity, password, identityField } = form as Record<"identity" | "password" | "identityField", string>;
  const record = await findByIdentity(event.app, collection, identity, identityField);
  const login = new AuthWithPasswordRequestEvent(event, collection, { record, identity, identityField, password });
  await event.app.events.onRecordAuthWithPasswordRequest.trigger(login, async () => {
    if (!login.record) await pretendToCheck(login.app, collection);
    if (!login.record || !(await checkPassword(login.record, login.password))) {
      throw badRequest("Failed to authenticate.");
    }
    await respondWithAuth(login, { record: login.record, authMethod: "password" });
  });
}

async function authRefresh(event: RequestEvent): Promise<void> {
  const { auth } = event;
  if (!auth) throw notFound("Missing auth record context.");
  const refresh = new AuthRefreshRequestEvent(event, auth);
  await event.app.events.onRecordAuthRefreshRequest.trigger(refresh, async () => {
    const token = (refresh.header("authorization") ?? "").replace(/^bearer /i, "");
    // A token that was made not to last (impersonation) is handed back as it is.
    const isRefreshable = readClaims(token)?.["refreshable"] === true;
    await respondWithAuth(refresh, {
      record: refresh.record,
      token: isRefreshable ? newAuthToken(refresh.record) : token,
      authMethod: "",
    });
  });
}

function authCollection(event: RequestEvent): Collection {
  const collection = event.app.collections.find(event.params["collection"] ?? "");
  if (!collection?.isAuth) throw notFound("Missing or invalid auth collection context.");
  return collection;
}

/** Reads a form of texts; keys are matched in any case, as Go's decoder does. */
async function readForm(event: RequestEvent, names: readonly string[]): Promise<Record<string, string>> {
  const failed = (cause?: unknown) =>
    badRequest("An error occurred while loading the submitted data.", { cause });
  const body = await event.body().catch((error: unknown) => {
    throw error instanceof ApiError ? error : failed(error);
  });
  const form: Record<string, string> = Object.fromEntries(names.map((name) => [name, ""]));
  for (const [key, value] of Object.entries(body)) {
    const name = names.find((candidate) => candidate.toLowerCase() === key.toLowerCase());
    if (!name || value === null) continue;
    if (typeof value !== "string" && !event.isForm) throw failed();
    form[name] = String(value);
  }
  return form;
}
