import type { RequestEvent } from "../../../http/event.ts";
import { checkObject, length, required } from "../../../lib/checks.ts";
import { type ApiError, badRequest, tooManyRequests } from "../../../lib/errors.ts";
import { readForm, requireValid } from "../../form.ts";
import { findMfaOwner } from "../../mfa.ts";
import { respondWithAuth } from "../../respond.ts";
import { otpauthUrl } from "../totp.ts";
import { type CodeResult, confirmTotp, enrollTotp, hasTotp, useTotpCode } from "../totp-secrets.ts";
import { requireExtra, requireOwn } from "./context.ts";
import { requireProof } from "./proof.ts";

/** GET totp: whether the caller's sign-ins ask for a code. */
export async function viewTotp(event: RequestEvent): Promise<void> {
  const { collection } = await requireExtra(event, "totp");
  const enabled = await hasTotp(event.app, requireOwn(event, collection));
  await event.json(200, { enabled });
}

/** POST totp/enroll: a secret for an authenticator app, in this answer only. It counts once it is confirmed. */
export async function enroll(event: RequestEvent): Promise<void> {
  const { collection, options } = await requireExtra(event, "totp");
  const record = requireOwn(event, collection);
  const secret = await enrollTotp(event.app, record);
  if (secret === undefined)
    throw badRequest("There is an authenticator app already: remove it first.");
  const issuer = options.issuer || event.app.settings.meta.appName;
  const account = record.getString("email") || record.id;
  await event.json(200, { secret, url: otpauthUrl(secret, { issuer, account }) });
}

/** POST totp/confirm: a first code shows that the app has the secret. */
export async function confirm(event: RequestEvent): Promise<void> {
  const { collection } = await requireExtra(event, "totp");
  const record = requireOwn(event, collection);
  const code = await readCode(event);
  requireGood(await confirmTotp(event.app, record, code));
  await event.noContent();
}

/** POST totp/remove: with the password, a code or a recovery code. */
export async function remove(event: RequestEvent): Promise<void> {
  const { collection } = await requireExtra(event, "totp");
  const record = requireOwn(event, collection);
  await requireProof(event, record);
  await event.app.auth.extras.deleteOwned(event.app, record, ["_xTotp"]);
  await event.noContent();
}

/** POST auth-with-totp: the second step of a sign-in, with the `mfaId` of the first. */
export async function authWithTotp(event: RequestEvent): Promise<void> {
  const { collection } = await requireExtra(event, "totp");
  const code = await readCode(event);
  const record = await findMfaOwner(event, collection);
  requireGood(await useTotpCode(event.app, record, code));
  await respondWithAuth(event, { record, authMethod: "totp" });
}

async function readCode(event: RequestEvent): Promise<string> {
  const { code } = await readForm(event, ["code"]);
  requireValid(checkObject({ code }, { code: [required, length(1, 20)] }));
  return code;
}

function requireGood(result: CodeResult): void {
  if (result === "good") return;
  throw result === "locked"
    ? tooManyRequests("Too many wrong codes, please try again later.")
    : invalidCode(result);
}

function invalidCode(reason: string): ApiError {
  return badRequest("Invalid or used code.", { cause: new Error(reason) });
}
