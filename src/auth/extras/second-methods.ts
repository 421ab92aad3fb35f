import type { App } from "../../app.ts";
import type { RecordModel } from "../../records/record.ts";
import { listPasskeys } from "./passkeys.ts";
import { countRecoveryCodes } from "./recovery-codes.ts";
import { hasTotp } from "./totp-secrets.ts";

/**
 * How an account whose first step is done can do the second, the quickest first, by the names that sign-ins have.
 * OAuth2 providers are left out: which of them are linked is nothing that a first step should tell.
 */
export async function secondMethods(app: App, record: RecordModel): Promise<string[]> {
  const { auth } = record.collection;
  if (!auth) return [];
  const { passkeys, recoveryCodes } = await app.auth.extras.options(app, record.collection);
  const found = [
    ["passkey", passkeys.enabled && (await listPasskeys(app, record)).length > 0],
    ["totp", await hasTotp(app, record)],
    ["otp", auth.otp.enabled && record.getString("email") !== ""],
    ["password", auth.passwordAuth.enabled],
    ["recoveryCode", recoveryCodes.enabled && (await countRecoveryCodes(app, record)) > 0],
  ] as const;
  return found.flatMap(([method, isThere]) => (isThere ? [method] : []));
}
