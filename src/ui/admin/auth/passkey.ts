import type { SendOptions } from "pocketbase";
import { client } from "../api/client.ts";
import { PageError } from "../api/form-errors.ts";
import { t } from "../i18n/language.ts";

/** Whether the page may use passkeys: browsers offer them on https and on localhost. */
export function hasPasskeys(): boolean {
  return "PublicKeyCredential" in globalThis;
}

/**
 * Lets an authenticator sign in a superuser.
 *
 * @param body with the `mfaId` of a first step, when this is the second
 * @returns what `auth-with-passkey` takes as its `response`
 */
export async function signWithPasskey(body: Readonly<Record<string, string>>): Promise<unknown> {
  const options = await post<PublicKeyCredentialRequestOptionsJSON>("passkeys/auth-options", body);
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return ask(() => navigator.credentials.get({ publicKey }));
}

/** Lets an authenticator make a passkey for whoever is signed in, and keeps it under a name. */
export async function addPasskey(name: string): Promise<void> {
  const options = await post<PublicKeyCredentialCreationOptionsJSON>("passkeys/register-options");
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  const response = await ask(() => navigator.credentials.create({ publicKey }));
  await post("passkeys", { name, response });
}

function post<T>(path: string, body: SendOptions["body"] = {}): Promise<T> {
  return client.send<T>(`/api/collections/_superusers/${path}`, { method: "POST", body });
}

/** The outcome of the browser's dialog. @throws PageError saying why there is none */
async function ask(open: () => Promise<Credential | null>): Promise<unknown> {
  try {
    const credential = await open();
    if (credential instanceof PublicKeyCredential) return credential.toJSON();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    if (error.name === "SecurityError") throw new PageError(t("auth.passkey.elsewhere"));
    if (error.name === "InvalidStateError") throw new PageError(t("auth.passkey.twice"));
  }
  throw new PageError(t("auth.passkey.none"));
}
