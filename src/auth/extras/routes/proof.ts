import type { RequestEvent } from "../../../http/event.ts";
import { isOverLimit } from "../../../http/middleware/rate-limit.ts";
import { type ErrorTree, problem, tooManyRequests } from "../../../lib/errors.ts";
import type { RecordModel } from "../../../records/record.ts";
import { readForm, requireValid } from "../../form.ts";
import { checkPassword } from "../../passwords.ts";
import { useRecoveryCode } from "../recovery-codes.ts";
import { useTotpCode } from "../totp-secrets.ts";

const ATTEMPTS = { maxRequests: 10, duration: 300 };

const WRONG_CODE = problem("validation_invalid_code", "Invalid or used code");

/**
 * Requires of whoever has a token that they also know the `password`, or bring a `code` or a `recoveryCode`:
 * for what must not be done with a stolen token alone.
 *
 * @throws ApiError 400 with the field that is missing or wrong, 429 after too many attempts
 */
export async function requireProof(event: RequestEvent, record: RecordModel): Promise<void> {
  const form = await readForm(event, ["password", "code", "recoveryCode"]);
  if (isOverLimit(event, `@pb_proof_${record.id}`, ATTEMPTS))
    throw tooManyRequests("Too many attempts, please try again later.");
  requireValid(await missingProof(event, record, form));
}

async function missingProof(
  { app }: RequestEvent,
  record: RecordModel,
  form: Readonly<Record<"password" | "code" | "recoveryCode", string>>,
): Promise<ErrorTree> {
  if (form.code !== "") {
    return (await useTotpCode(app, record, form.code)) === "good" ? {} : { code: WRONG_CODE };
  }
  if (form.recoveryCode !== "") {
    return (await useRecoveryCode(app, record, form.recoveryCode))
      ? {}
      : { recoveryCode: WRONG_CODE };
  }
  if (form.password !== "" && (await checkPassword(record, form.password))) return {};
  const message = "Missing or invalid auth record password";
  return { password: problem("validation_invalid_password", message) };
}
