import type { App } from "../app.ts";
import { dynamicQuery } from "../db/kysely.ts";
import { formatDate } from "../lib/date.ts";
import { deleteRecord } from "../records/delete.ts";
import { RecordModel } from "../records/record.ts";
import { cleanAuthExtras } from "./extras/cleanup.ts";

const EVERY_HOUR = "0 * * * *";

/** Deletes what has expired in the meantime, through its hooks (PocketBase: deleteExpiredMFAs, deleteExpiredOTPs). */
export function addCleanupCrons(app: App): void {
  app.crons.add("__pbMFACleanup__", EVERY_HOUR, async () => {
    await deleteExpired(app, "_mfas", "mfa");
    // Not a job of its own: the list of jobs is PocketBase's.
    await cleanAuthExtras(app);
  });
  app.crons.add("__pbOTPCleanup__", EVERY_HOUR, () => deleteExpired(app, "_otps", "otp"));
}

/** Also where the method is off now: nothing is left behind. */
async function deleteExpired(
  app: App,
  name: "_mfas" | "_otps",
  option: "mfa" | "otp",
): Promise<void> {
  const collection = app.findCollection(name);
  for (const { id, auth } of app.collections.all()) {
    if (!auth) continue;
    const oldest = formatDate(Date.now() - auth[option].duration * 1000);
    const rows = await app.db.all(
      dynamicQuery
        .selectFrom(name)
        .selectAll()
        .where("collectionRef", "=", id)
        .where("created", "<", oldest)
        .compile(),
    );
    for (const row of rows) await deleteRecord(app, RecordModel.fromRow(collection, row));
  }
}
