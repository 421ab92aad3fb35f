import { ClientResponseError, type RecordAuthResponse } from "pocketbase";
import { client } from "../api/client.ts";
import { enter } from "../api/session.ts";
import { signWithPasskey } from "./passkey.ts";

const superusers = client.collection("_superusers");

/** How a second step can be done; the names that the server's answers have. */
export type SecondMethod = "passkey" | "totp" | "otp" | "password" | "recoveryCode";

/** What a sign-in needs next. */
export type SignInStep =
  | {
      readonly kind: "first";
      /** The second step has taken too long. */
      readonly isOver?: boolean;
    }
  | {
      readonly kind: "second";
      /** Proves the first step. */
      readonly mfaId: string;
      /** The best first; never empty. */
      readonly methods: readonly SecondMethod[];
      /** Empty when the first step did not tell. */
      readonly email: string;
    }
  | { readonly kind: "done" };

export type SecondStep = Extract<SignInStep, { kind: "second" }>;

/** What the first step has to know of the methods. */
export interface SignInMethods {
  readonly mfa: { readonly enabled: boolean };
  /** Absent where they are off. */
  readonly passkeys?: { readonly enabled: boolean };
}

export async function authMethods(): Promise<SignInMethods> {
  // Without a choice of its own the SDK asks only for what PocketBase has.
  return superusers.listAuthMethods({ fields: "mfa,passkeys" });
}

/** The first step, or with `second` the second. */
export function signInWithPassword(
  email: string,
  password: string,
  second?: SecondStep,
): Promise<SignInStep> {
  const body = { identity: email, password, ...bodyOf(second) };
  return attempt(() => authWith("password", body), email);
}

/** The first step, or with `second` the second. */
export async function signInWithPasskey(second?: SecondStep): Promise<SignInStep> {
  return attempt(async () => {
    const response = await signWithPasskey(bodyOf(second));
    await authWith("passkey", { response, ...bodyOf(second) });
  }, second?.email);
}

/** The second step, with a code of an authenticator app or one that was kept for the worst. */
export function signInWithCode(
  kind: "totp" | "recovery-code",
  code: string,
  second: SecondStep,
): Promise<SignInStep> {
  return attempt(() => authWith(kind, { code, ...bodyOf(second) }), second.email);
}

/** The second step, with what a mail has brought. */
export function signInWithOtp(
  otpId: string,
  password: string,
  second: SecondStep,
): Promise<SignInStep> {
  const body = { otpId, password, ...bodyOf(second) };
  return attempt(() => authWith("otp", body), second.email);
}

/** The last one-time password asked for: the server refuses to send several within a short time. */
let lastOtpId = "";

/** @returns the id of the one-time password that is on its way */
export async function requestOtp(email: string): Promise<string> {
  try {
    lastOtpId = (await superusers.requestOTP(email)).otpId;
  } catch (error) {
    const isTooSoon = error instanceof ClientResponseError && error.status === 429;
    if (!isTooSoon || lastOtpId === "") throw error;
  }
  return lastOtpId;
}

function bodyOf(second: SecondStep | undefined): Record<string, string> {
  return second ? { mfaId: second.mfaId } : {};
}

/** Beside the SDK's functions, which let nothing stand in the body beside their own. */
async function authWith(kind: string, body: Record<string, unknown>): Promise<void> {
  const path = `/api/collections/_superusers/auth-with-${kind}`;
  const answer = await client.send<RecordAuthResponse>(path, { method: "POST", body });
  client.authStore.save(answer.token, answer.record);
}

async function attempt(send: () => Promise<unknown>, email = ""): Promise<SignInStep> {
  try {
    await send();
  } catch (error) {
    if (isSessionOver(error)) return { kind: "first", isOver: true };
    const mfaId = mfaIdOf(error);
    if (mfaId === undefined) throw error;
    return { kind: "second", mfaId, methods: await secondMethods(mfaId), email };
  }
  await enter();
  return { kind: "done" };
}

/** Without additions to PocketBase's methods there is only the mail. */
async function secondMethods(mfaId: string): Promise<readonly SecondMethod[]> {
  const path = "/api/collections/_superusers/second-factors";
  try {
    const { methods } = await client.send<{ methods: readonly SecondMethod[] }>(path, {
      method: "POST",
      body: { mfaId },
    });
    return methods.length > 0 ? methods : ["otp"];
  } catch (error) {
    if (error instanceof ClientResponseError && error.status === 404) return ["otp"];
    throw error;
  }
}

function mfaIdOf(error: unknown): string | undefined {
  if (!(error instanceof ClientResponseError) || error.status !== 401) return undefined;
  const mfaId: unknown = error.response["mfaId"];
  return typeof mfaId === "string" ? mfaId : undefined;
}

/** PocketBase has no code for it, only this text. */
function isSessionOver(error: unknown): boolean {
  return (
    error instanceof ClientResponseError && error.message === "Invalid or expired MFA session."
  );
}
