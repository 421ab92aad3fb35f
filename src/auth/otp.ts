import { randomInt } from "node:crypto";
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
