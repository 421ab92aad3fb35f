import { type AuthMethodsList, ClientResponseError } from "pocketbase";
import { client } from "../api/client.ts";
import { enter } from "../api/session.ts";

const superusers = client.collection("_superusers");

/** What a sign-in needs next. */
export type SignInStep =
  | { readonly kind: "password" }
  | {
      readonly kind: "otp";
      readonly otpId: string;
      readonly email: string;
      readonly mfaId?: string;
    }
  /** A one-time password cannot be sent before it is known where to. */
  | { readonly kind: "otp-address"; readonly mfaId: string }
  | { readonly kind: "done" };

export function authMethods(): Promise<AuthMethodsList> {
  return superusers.listAuthMethods();
}

/** The first step; with a second factor the answer says how it goes on. */
export async function signInWithPassword(identity: string, password: string): Promise<SignInStep> {
  try {
    await superusers.authWithPassword(identity, password);
  } catch (error) {
    const mfaId = mfaIdOf(error);
    if (mfaId === undefined) throw error;
    return identity.includes("@") ? requestOtp(identity, mfaId) : { kind: "otp-address", mfaId };
  }
  await enter();
  return { kind: "done" };
}

/** The last one-time password asked for: the server refuses to send several within a short time. */
let lastOtpId = "";

export async function requestOtp(email: string, mfaId?: string): Promise<SignInStep> {
  try {
    lastOtpId = (await superusers.requestOTP(email)).otpId;
  } catch (error) {
    const isTooSoon = error instanceof ClientResponseError && error.status === 429;
    if (!isTooSoon || lastOtpId === "") throw error;
  }
  return { kind: "otp", otpId: lastOtpId, email, ...(mfaId !== undefined && { mfaId }) };
}

export async function signInWithOtp(
  step: { readonly otpId: string; readonly mfaId?: string },
  password: string,
): Promise<SignInStep> {
  const { otpId, mfaId } = step;
  try {
    await superusers.authWithOTP(otpId, password, mfaId === undefined ? {} : { mfaId });
  } catch (error) {
    // The one-time password was the first of two steps.
    if (mfaIdOf(error) === undefined) throw error;
    return { kind: "password" };
  }
  await enter();
  return { kind: "done" };
}

function mfaIdOf(error: unknown): string | undefined {
  if (!(error instanceof ClientResponseError) || error.status !== 401) return undefined;
  const mfaId: unknown = error.response["mfaId"];
  return typeof mfaId === "string" ? mfaId : undefined;
}
