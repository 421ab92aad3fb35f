import type { AuthenticationResponseJSON, RegistrationResponseJSON } from "@simplewebauthn/server";
import type { RequestEvent } from "../../../http/event.ts";
import { checkObject, length, required } from "../../../lib/checks.ts";
import { ApiError, badRequest, notFound, problem } from "../../../lib/errors.ts";
import { findRecord } from "../../../records/find.ts";
import { objectIn, readForm, readValues, requireValid } from "../../form.ts";
import { findMfaOwner, readSessionId } from "../../mfa.ts";
import { respondWithAuth } from "../../respond.ts";
import {
  addPasskey,
  authenticationOptions,
  deletePasskey,
  listPasskeys,
  type PasskeyRow,
  registrationOptions,
  relyingParty,
  usePasskey,
} from "../passkeys.ts";
import { requireExtra, requireOwn } from "./context.ts";

const MAX_PASSKEYS = 20;

/** POST passkeys/register-options: for `navigator.credentials.create` of the caller. */
export async function registerOptions(event: RequestEvent): Promise<void> {
  const { collection, options } = await requireExtra(event, "passkeys");
  const record = requireOwn(event, collection);
  const party = relyingParty(event.app, options);
  await event.json(200, await registrationOptions(event.app, record, party));
}

/** POST passkeys: keeps what the authenticator made, under a name. */
export async function registerPasskey(event: RequestEvent): Promise<void> {
  const { app } = event;
  const { collection, options } = await requireExtra(event, "passkeys");
  const record = requireOwn(event, collection);
  const { name } = await readForm(event, ["name"]);
  const response = await readResponse(event, ["clientDataJSON", "attestationObject"]);
  requireValid(checkObject({ name }, { name: [required, length(1, 100)] }));
  if ((await listPasskeys(app, record)).length >= MAX_PASSKEYS)
    throw badRequest(`There are ${MAX_PASSKEYS} passkeys already: remove one first.`);
  const party = relyingParty(app, options);
  // Its texts are there; what they say is checked by whoever decodes them.
  const made = { party, name, response: response as unknown as RegistrationResponseJSON };
  const row = await orRefuse("Failed to register the passkey.", () =>
    addPasskey(app, record, made),
  );
  await event.json(200, describe(row));
}

/** GET passkeys: the caller's own. */
export async function viewPasskeys(event: RequestEvent): Promise<void> {
  const { collection } = await requireExtra(event, "passkeys");
  const rows = await listPasskeys(event.app, requireOwn(event, collection));
  await event.json(200, { items: rows.map(describe) });
}

/** DELETE passkeys/{id}: one of the caller's. */
export async function removePasskey(event: RequestEvent): Promise<void> {
  const { collection } = await requireExtra(event, "passkeys");
  const record = requireOwn(event, collection);
  if (!(await deletePasskey(event.app, record, event.params["id"] ?? ""))) throw notFound();
  await event.noContent();
}

/** POST passkeys/auth-options: for `navigator.credentials.get`; with an `mfaId` for the second step of a sign-in. */
export async function authOptions(event: RequestEvent): Promise<void> {
  const { collection, options } = await requireExtra(event, "passkeys");
  const party = relyingParty(event.app, options);
  const mfaId = await readSessionId(event);
  const owner = mfaId === "" ? {} : { owner: await findMfaOwner(event, collection) };
  const answer = await authenticationOptions(event.app, collection, { party, mfaId, ...owner });
  await event.json(200, answer);
}

/** POST auth-with-passkey: what the authenticator signed; with an `mfaId` as the second step. */
export async function authWithPasskey(event: RequestEvent): Promise<void> {
  const { app } = event;
  const { collection, options } = await requireExtra(event, "passkeys");
  const fields = ["clientDataJSON", "authenticatorData", "signature"];
  const response = await readResponse(event, fields);
  const mfaId = await readSessionId(event);
  const signed = {
    party: relyingParty(app, options),
    mfaId,
    response: response as unknown as AuthenticationResponseJSON,
  };
  const record = await orRefuse("Failed to authenticate.", async () => {
    const id = await usePasskey(app, collection, signed);
    return id === undefined ? undefined : findRecord(app, collection, id);
  });
  await respondWithAuth(event, { record, authMethod: "passkey" });
}

/** Whatever is wrong with what an authenticator sent: clients get one sentence, the log the reason. */
async function orRefuse<T>(message: string, work: () => Promise<T | undefined>): Promise<T> {
  let result: T | undefined;
  try {
    result = await work();
  } catch (error) {
    throw error instanceof ApiError ? error : badRequest(message, { cause: error });
  }
  if (result === undefined) throw badRequest(message);
  return result;
}

const INVALID = problem("validation_invalid_response", "Must be the JSON of a credential");

/** The `response` of a body, of which these fields of the inner one are texts. @throws ApiError 400 */
async function readResponse(
  event: RequestEvent,
  fields: readonly string[],
): Promise<Readonly<Record<string, unknown>>> {
  const outer = objectIn((await readValues(event)).get("response")) ?? {};
  const inner = objectIn(outer["response"]) ?? {};
  const { userHandle, transports } = inner;
  const texts = [outer["id"], outer["rawId"], outer["type"], ...fields.map((name) => inner[name])];
  const isGood =
    texts.every((text) => typeof text === "string") &&
    (userHandle === undefined || userHandle === null || typeof userHandle === "string") &&
    (transports === undefined || isShortList(transports));
  if (!isGood) requireValid({ response: INVALID });
  // Authenticators without one send null.
  const { userHandle: _, ...rest } = inner;
  return { ...outer, response: userHandle ? { ...rest, userHandle } : rest };
}

function isShortList(value: unknown): boolean {
  const isShort = (item: unknown) => typeof item === "string" && item.length <= 30;
  return Array.isArray(value) && value.length <= 10 && value.every(isShort);
}

function describe({ id, name, created, lastUsed }: PasskeyRow): Record<string, unknown> {
  return { id, name, created, lastUsed };
}
