import type { RequestEvent } from "../../http/event.ts";
import { checkObject, firstProblem, required } from "../../lib/checks.ts";
import { badRequest, type ErrorLeaf, type ErrorTree, problem } from "../../lib/errors.ts";
import type { RecordModel } from "../../records/record.ts";
import { afterCommit, inBackground } from "../after-commit.ts";
import { ConfirmVerificationRequestEvent, RequestVerificationRequestEvent } from "../events.ts";
import { type AuthCollection, authCollection, readForm, requireValid } from "../form.ts";
import { EMAIL } from "../form-checks.ts";
import { findByEmail } from "../identity.ts";
import { peekClaims } from "../jwt.ts";
import { randomPassword } from "../passwords.ts";
import { isResendLocked, lockResend, unlockResend } from "../resend-lock.ts";
import { saveOrRefuse } from "../save-or-refuse.ts";
import { SUPERUSERS } from "../superusers.ts";
import { COLLECTION_MISMATCH, INVALID_TOKEN } from "../token-problems.ts";

/** POST request-verification: 204 whether somebody has the address or not (PocketBase: apis/record_auth_verification_request.go). */
export async function requestVerification(event: RequestEvent): Promise<void> {
  const collection = verifiable(event);
  const { email } = await readForm(event, ["email"]);
  requireValid(checkObject({ email }, { email: EMAIL }));
  const record = await findByEmail(event.app, collection, email);
  const isVerified = record?.getBool("verified");
  if (!record || (!isVerified && isResendLocked(event.app, "Verification", record)))
    return event.noContent();
  const request = new RequestVerificationRequestEvent(event, record);
  await event.app.events.onRecordRequestVerificationRequest.trigger(request, async () => {
    if (!request.record.getBool("verified")) send(request);
    await afterCommit(request.app, () => request.noContent());
  });
}

function send({ state: { app }, record }: RequestVerificationRequestEvent): void {
  inBackground(app, "Failed to send verification email", async () => {
    try {
      await app.mail.sendVerification(record);
    } finally {
      // Set also after a failure, as in PocketBase.
      lockResend(app, "Verification", record);
    }
  });
}

/** POST confirm-verification (PocketBase: apis/record_auth_verification_confirm.go). */
export async function confirmVerification(event: RequestEvent): Promise<void> {
  const collection = verifiable(event);
  const { token } = await readForm(event, ["token"]);
  const { record, problem: refused } = await readToken(event, collection, token);
  requireValid(refused ? { token: refused } : {});
  const confirm = new ConfirmVerificationRequestEvent(event, record!);
  await event.app.events.onRecordConfirmVerificationRequest.trigger(confirm, async () => {
    if (!confirm.record.getBool("verified")) await verify(confirm, token);
    unlockResend(confirm.app, "Verification", confirm.record);
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
  const email = peekClaims(token)["email"];
  if (typeof email !== "string" || email === "") {
    return { problem: problem("validation_invalid_token_claims", "Missing email token claim.") };
  }
  const record = await event.app.auth.findRecordByToken(token, ["verification"]);
  if (!record) return { problem: INVALID_TOKEN };
  if (record.collection.id !== collection.id) return { problem: COLLECTION_MISMATCH };
  if (record.getString("email") !== email) {
    const message = "The record email doesn't match with the requested token claims.";
    return { problem: problem("validation_token_email_mismatch", message) };
  }
  return { record };
}

/** Marks the record once: whoever comes second with the same token finds it done. */
async function verify(
  { app, record }: ConfirmVerificationRequestEvent,
  token: string,
): Promise<void> {
  record.set("verified", true);
  // Whoever set a password before the address was proven may be someone else, should passwords be allowed later.
  if (!record.collection.auth?.passwordAuth.enabled)
    record.setRaw("password", await randomPassword(record.collection));
  await app.runInTransaction(async (tx) => {
    const stored = await tx.auth.findRecordByToken(token, ["verification"]);
    if (!stored) throw badRequest("Invalid or expired verification token.");
    if (stored.getBool("verified")) return;
    await saveOrRefuse(tx, record, "An error occurred while saving the verified state.");
  });
}

function verifiable(event: RequestEvent): AuthCollection {
  const collection = authCollection(event);
  if (collection.name === SUPERUSERS) throw badRequest("All superusers are verified by default.");
  return collection;
}
