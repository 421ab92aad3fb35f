import type { RequestEvent } from "../../http/event.ts";
import { checkObject, equals, firstProblem, length, required } from "../../lib/checks.ts";
import { badRequest, type ErrorLeaf, type ErrorTree } from "../../lib/errors.ts";
import type { RecordModel } from "../../records/record.ts";
import { afterCommit, inBackground } from "../after-commit.ts";
import { ConfirmPasswordResetRequestEvent, RequestPasswordResetRequestEvent } from "../events.ts";
import { type AuthCollection, authCollection, readForm, requireValid } from "../form.ts";
import { EMAIL } from "../form-checks.ts";
import { findByEmail } from "../identity.ts";
import { readClaims } from "../jwt.ts";
import { settlePassword } from "../passwords.ts";
import { isResendLocked, lockResend, unlockResend } from "../resend-lock.ts";
import { saveOrRefuse } from "../save-or-refuse.ts";
import { COLLECTION_MISMATCH, INVALID_TOKEN } from "../token-problems.ts";

/** POST request-password-reset: 204 whether somebody has the address or not (PocketBase: apis/record_auth_password_reset_request.go). */
export async function requestPasswordReset(event: RequestEvent): Promise<void> {
  const collection = authCollection(event);
  if (!collection.auth.passwordAuth.enabled) {
    throw badRequest("The collection is not configured to allow password authentication.");
  }
  const { email } = await readForm(event, ["email"]);
  requireValid(checkObject({ email }, { email: EMAIL }));
  const record = await findByEmail(event.app, collection, email);
  if (!record || isResendLocked(event.app, "PasswordReset", record)) return event.noContent();
  const request = new RequestPasswordResetRequestEvent(event, record);
  await event.app.events.onRecordRequestPasswordResetRequest.trigger(request, async () => {
    send(request);
    await afterCommit(request.app, () => request.noContent());
  });
}

function send({ state: { app }, record }: RequestPasswordResetRequestEvent): void {
  inBackground(app, "Failed to send password reset email", async () => {
    await app.mail.sendPasswordReset(record);
    lockResend(app, "PasswordReset", record);
  });
}

/** POST confirm-password-reset (PocketBase: apis/record_auth_password_reset_confirm.go). */
export async function confirmPasswordReset(event: RequestEvent): Promise<void> {
  const collection = authCollection(event);
  const form = await readForm(event, ["token", "password", "passwordConfirm"]);
  const { record, problem } = await readToken(event, collection, form.token);
  requireValid({
    ...(problem && { token: problem }),
    ...checkObject(form, {
      password: [required, length(minLength(collection), 255)],
      passwordConfirm: [required, equals(form.password)],
    }),
  });
  const confirm = new ConfirmPasswordResetRequestEvent(event, record!);
  await event.app.events.onRecordConfirmPasswordResetRequest.trigger(confirm, async () => {
    await setPassword(confirm, form);
    unlockResend(confirm.app, "PasswordReset", confirm.record);
    await afterCommit(confirm.app, () => confirm.noContent());
  });
}

interface ReadToken {
  readonly record?: RecordModel;
  readonly problem?: ErrorLeaf | ErrorTree;
}

async function readToken(
  event: RequestEvent,
  collection: AuthCollection,
  token: string,
): Promise<ReadToken> {
  const missing = firstProblem(token, [required]);
  if (missing) return { problem: missing };
  const record = await event.app.auth.findRecordByToken(token, ["passwordReset"]);
  if (!record) return { problem: INVALID_TOKEN };
  return record.collection.id === collection.id ? { record } : { problem: COLLECTION_MISMATCH };
}

/** The new password ends the token; a second use of it that came at the same time finds it ended. */
async function setPassword(
  { app, record }: ConfirmPasswordResetRequestEvent,
  { token, password }: { readonly token: string; readonly password: string },
): Promise<void> {
  record.set("password", password);
  await settlePassword(record);
  // Whoever read the mail owns the address, if it is still the record's.
  if (readClaims(token)?.["email"] === record.getString("email")) record.set("verified", true);
  await app.runInTransaction(async (tx) => {
    if (!(await tx.auth.findRecordByToken(token, ["passwordReset"]))) {
      throw badRequest("Invalid or expired password reset token.");
    }
    await saveOrRefuse(tx, record, "Failed to set new password.");
  });
}

/** The field's own rules say the rest when the record is saved. */
function minLength(collection: AuthCollection): number {
  const min = collection.findField("password")?.["min"];
  return typeof min === "number" && min > 0 ? min : 1;
}
