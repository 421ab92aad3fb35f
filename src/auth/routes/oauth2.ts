import type { App } from "../../app.ts";
import type { RequestEvent } from "../../http/event.ts";
import { type Check, checkObject, length, required } from "../../lib/checks.ts";
import {
  ApiError,
  badRequest,
  forbidden,
  internalError,
  problem,
  ValidationError,
} from "../../lib/errors.ts";
import { RawJson } from "../../lib/json.ts";
import { AuthWithOAuth2RequestEvent } from "../events.ts";
import {
  type AuthCollection,
  authCollection,
  objectIn,
  readForm,
  readValues,
  requireValid,
} from "../form.ts";
import { takeAppleName } from "../oauth2/apple-name.ts";
import { OAuth2Client } from "../oauth2/client.ts";
import { adoptRecord, findAccount, type LinkedUser, saveLink } from "../oauth2/link.ts";
import type { OAuth2User } from "../oauth2/provider.ts";
import { PROVIDERS } from "../oauth2/registry.ts";
import { signUpData } from "../oauth2/sign-up-data.ts";
import { randomPassword } from "../passwords.ts";
import { respondWithAuth } from "../respond.ts";
import { SUPERUSERS } from "../superusers.ts";
import type { RecordModel } from "../../records/record.ts";
import { signUp } from "./sign-up.ts";

/** POST auth-with-oauth2: a provider's code for a token of ours (PocketBase: apis/record_auth_with_oauth2.go). */
export async function authWithOAuth2(event: RequestEvent): Promise<void> {
  const collection = authCollection(event);
  if (!collection.auth.oauth2.enabled) {
    throw forbidden("The collection is not configured to allow OAuth2 authentication.");
  }
  event.set("infoContext", "oauth2");
  const form = await readSignIn(event, collection);
  const client = createClient(event, collection, form.provider);
  const user = await fetchUser(event.app, client, form);
  const linked: LinkedUser = { collection, provider: form.provider, user };
  const { record, link } = await findAccount(event.app, linked, event.auth);
  const login = new AuthWithOAuth2RequestEvent(event, collection, {
    providerName: form.provider,
    providerClient: client,
    record,
    oAuth2User: user,
    createData: form.createData,
  });
  await event.app.events.onRecordAuthWithOAuth2Request.trigger(login, async () => {
    await orFailed(() => letIn(login, { ...linked, user: login.oAuth2User }, link));
    const meta = toMeta(login.oAuth2User, login.isNewRecord);
    await respondWithAuth(login, { record: login.record!, meta, authMethod: "oauth2" });
  });
}

interface SignInForm {
  readonly provider: string;
  readonly code: string;
  readonly codeVerifier: string;
  readonly redirectURL: string;
  readonly createData: Readonly<Record<string, unknown>>;
}

async function readSignIn(event: RequestEvent, { auth }: AuthCollection): Promise<SignInForm> {
  const form = await readForm(event, ["provider", "code", "codeVerifier", "redirectURL"]);
  const createData = objectIn((await readValues(event)).get("createdata")) ?? {};
  const isConfigured: Check = (name) =>
    !name || auth.oauth2.providers.some((provider) => provider.name === name)
      ? undefined
      : problem(
          "validation_invalid_provider",
          `Provider with name ${String(name)} is missing or is not enabled.`,
          { name },
        );
  requireValid(
    checkObject(form, { provider: [required, length(0, 100), isConfigured], code: [required] }),
    "An error occurred while loading the submitted data.",
  );
  return { ...form, createData };
}

function createClient(event: RequestEvent, { auth }: AuthCollection, name: string): OAuth2Client {
  const config = auth.oauth2.providers.find((provider) => provider.name === name);
  const provider = PROVIDERS.get(name);
  if (!config || !provider) throw internalError(`Failed to init provider ${name}`);
  return new OAuth2Client(provider, config, event.signal);
}

async function fetchUser(app: App, client: OAuth2Client, form: SignInForm): Promise<OAuth2User> {
  const token = await client
    .fetchToken(form.code, { verifier: form.codeVerifier, redirectURL: form.redirectURL })
    .catch((error: unknown) => {
      throw badRequest("Failed to fetch OAuth2 token.", { cause: error });
    });
  const user = await client.fetchUser(token).catch((error: unknown) => {
    throw badRequest("Failed to fetch OAuth2 user.", { cause: error });
  });
  const name = user.name || takeAppleName(app, form.provider, form.code);
  return { ...user, name };
}

/** Makes or adopts the record and links it, all in one transaction. */
async function letIn(
  login: AuthWithOAuth2RequestEvent,
  linked: LinkedUser,
  link: RecordModel | undefined,
): Promise<void> {
  const { app, record, collection } = login;
  if (!record) {
    if (collection.name === SUPERUSERS)
      throw new Error("superusers are not allowed to sign-up with OAuth2");
    const data = await signUpData(app, {
      collection,
      user: linked.user,
      createData: login.createData,
    });
    await app.runInTransaction(async (tx) => {
      login.record = await signUp(tx, login, data);
      await markVerified(tx, login.record, linked.user);
      await saveLink(tx, login.record, linked);
    });
    return;
  }
  const isOwn = login.auth?.id === record.id && login.auth.collection.id === record.collection.id;
  const needsPassword = !isOwn && !record.getBool("verified");
  const newPassword = needsPassword ? await randomPassword(collection) : undefined;
  await app.runInTransaction(async (tx) => {
    const kept = await adoptRecord(tx, { record, link }, { user: linked.user, newPassword });
    if (!kept) await saveLink(tx, record, linked);
  });
}

/** Its address is the provider's, or there is none to be proven. */
async function markVerified(tx: App, record: RecordModel, user: OAuth2User): Promise<void> {
  if (record.getString("email") !== user.email || record.getBool("verified")) return;
  record.set("verified", true);
  await tx.save(record);
}

async function orFailed(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof ApiError) throw error;
    const data = error instanceof ValidationError ? error.errors : {};
    throw badRequest("Failed to authenticate.", { data, cause: error });
  }
}

/** The user as clients get it; the second spelling of the picture is for old ones. */
function toMeta(user: OAuth2User, isNew: boolean): Record<string, unknown> {
  const { accessToken, avatarURL, email, expiry, id, name, rawUser, refreshToken, username } = user;
  const raw = RawJson.from(rawUser) ?? {};
  return {
    accessToken,
    avatarURL,
    avatarUrl: avatarURL,
    email,
    expiry,
    id,
    isNew,
    name,
    rawUser: raw,
    refreshToken,
    username,
  };
}
