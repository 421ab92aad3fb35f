import { createHash } from "node:crypto";
import type { App } from "../app.ts";
import type { RequestEvent } from "../http/event.ts";
import { currentDate } from "../lib/date.ts";
import { deleteRecord } from "../records/delete.ts";
import type { RecordModel } from "../records/record.ts";
import { findReferencing } from "./references.ts";

/** Places remembered per record; the oldest make way. */
const MAX_ORIGINS = 5;

/** A mail server that does not answer must not hold a sign-in for longer. */
const MAX_WAIT_MS = 15_000;

const MAX_AGENT_BYTES = 200;

/**
 * Remembers where a record signs in from, and tells its owner by mail when the place is new; the very first
 * one is not told (PocketBase: authAlert in apis/record_helpers.go).
 *
 * @throws Error when the mail was not sent: the place stays unknown then and the next sign-in tries again
 */
export async function noticeOrigin(event: RequestEvent, record: RecordModel): Promise<void> {
  const { app } = event;
  const agent = cutAgent(event.header("user-agent") ?? "");
  const ip = event.realIP();
  const fingerprint = createHash("md5")
    .update(ip + agent)
    .digest("hex");
  const origins = await findReferencing(app, "_authOrigins", record);
  const known = origins.find((origin) => origin.getString("fingerprint") === fingerprint);
  if (known) return app.save(known);
  if (origins.length > 0 && record.getString("email") !== "") {
    await inTime(app.mail.sendAuthAlert(record, `${currentDate()} - ${ip} ${agent}`));
  }
  await forgetOldest(app, origins);
  await app.save(
    app.newRecord("_authOrigins", {
      collectionRef: record.collection.id,
      recordRef: record.id,
      fingerprint,
    }),
  );
}

/** @param origins newest first */
async function forgetOldest(app: App, origins: readonly RecordModel[]): Promise<void> {
  for (const origin of origins.slice(MAX_ORIGINS - 1).toReversed()) {
    try {
      await deleteRecord(app, origin);
    } catch (error) {
      app.logger.warn("an old auth origin was not deleted", { id: origin.id, error });
    }
  }
}

async function inTime(sending: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("the mail server took too long")), MAX_WAIT_MS);
  });
  try {
    await Promise.race([sending, late]);
  } finally {
    clearTimeout(timer);
  }
}

function cutAgent(agent: string): string {
  const bytes = Buffer.from(agent);
  if (bytes.length <= MAX_AGENT_BYTES) return agent;
  return `${bytes.subarray(0, MAX_AGENT_BYTES).toString("utf8")}...`;
}
