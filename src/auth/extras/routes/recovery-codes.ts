import type { RequestEvent } from "../../../http/event.ts";
import { isOverLimit } from "../../../http/middleware/rate-limit.ts";
import { checkObject, length, required } from "../../../lib/checks.ts";
import { badRequest, tooManyRequests } from "../../../lib/errors.ts";
import { readForm, requireValid } from "../../form.ts";
import { findMfaOwner } from "../../mfa.ts";
import { respondWithAuth } from "../../respond.ts";
import { countRecoveryCodes, newRecoveryCodes, useRecoveryCode } from "../recovery-codes.ts";
import { hasTotp } from "../totp-secrets.ts";
import { requireExtra, requireOwn } from "./context.ts";
import { requireProof } from "./proof.ts";

const ATTEMPTS = { maxRequests: 10, duration: 300 };

/** GET recovery-codes: how many the caller has left. */
export async function countCodes(event: RequestEvent): Promise<void> {
  const { collection } = await requireExtra(event, "recoveryCodes");
  const left = await countRecoveryCodes(event.app, requireOwn(event, collection));
  await event.json(200, { left });
}

/** POST recovery-codes: new ones, in this answer only. Where they could replace something, a token is not enough. */
export async function createCodes(event: RequestEvent): Promise<void> {
  const { app } = event;
  const { collection } = await requireExtra(event, "recoveryCodes");
  const record = requireOwn(event, collection);
  if ((await hasTotp(app, record)) || (await countRecoveryCodes(app, record)) > 0)
    await requireProof(event, record);
  await event.json(200, { codes: await newRecoveryCodes(app, record) });
}

/** POST auth-with-recovery-code: the second step of a sign-in, with the `mfaId` of the first. */
export async function authWithRecoveryCode(event: RequestEvent): Promise<void> {
  const { collection } = await requireExtra(event, "recoveryCodes");
  const { code } = await readForm(event, ["code"]);
  requireValid(checkObject({ code }, { code: [required, length(1, 50)] }));
  const record = await findMfaOwner(event, collection);
  if (isOverLimit(event, `@pb_recovery_${record.id}`, ATTEMPTS))
    throw tooManyRequests("Too many attempts, please try again later.");
  if (!(await useRecoveryCode(event.app, record, code))) throw badRequest("Invalid or used code.");
  await respondWithAuth(event, { record, authMethod: "recoveryCode" });
}
