import type { Collection } from "./collection.ts";

/** The collection whose records may do everything. */
export const SUPERUSERS = "_superusers";

/**
 * What superusers may never be configured to, also not past the validation: another name, sign-in through
 * OAuth2 (it could make new ones), no password, a one-time password as the only factor.
 */
export function restrictSuperusers(collection: Collection): void {
  collection.name = SUPERUSERS;
  const { auth } = collection;
  if (!auth) return;
  auth.oauth2.enabled = false;
  auth.oauth2.providers = [];
  auth.passwordAuth.enabled = true;
  if (auth.otp.enabled) auth.mfa.enabled = true;
}
