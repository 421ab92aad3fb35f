import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { App } from "../app.ts";
import type { RecordModel } from "../records/record.ts";

/** The digits of a new one-time password, each as likely as the others. */
export function newOtpPassword(length: number): string {
  return Array.from({ length }, () => randomInt(10)).join("");
}

/** Makes a one-time password of an auth record; only its hash is stored. */
export async function createOtp(
  app: App,
  owner: RecordModel,
  password: string,
): Promise<RecordModel> {
  const values = { collectionRef: owner.collection.id, recordRef: owner.id, password };
  const otp = app.newRecord("_otps", values);
  await app.save(otp);
  return otp;
}

/** Longest wait for a mail server that has taken the mail and does not say so. */
const MAX_WAIT_MS = 5000;

/** Sends a one-time password, and lets `whenSent` know of it. */
export async function trackSending(app: App, id: string, send: () => Promise<void>): Promise<void> {
  const key = keyOf(id);
  const sending = send();
  app.store.set(
    key,
    sending.catch(() => undefined),
  );
  try {
    await sending;
  } finally {
    app.store.delete(key);
  }
}

/**
 * Resolves once the sending of a one-time password has ended. A mail can be read before its server has said
 * that it took it, and only then is it known which address the password proves.
 */
export async function whenSent(app: App, id: string): Promise<void> {
  const sending = app.store.get(keyOf(id));
  if (sending) await Promise.race([sending, sleep(MAX_WAIT_MS, undefined, { ref: false })]);
}

function keyOf(id: string): string {
  return `@sendingOtp_${id}`;
}
