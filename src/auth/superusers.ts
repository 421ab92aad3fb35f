import type { App } from "../app.ts";
import { dynamicQuery } from "../db/kysely.ts";
import { badRequest } from "../lib/errors.ts";
import { randomText } from "../lib/id.ts";
import { deleteRecord } from "../records/delete.ts";
import type { RecordEvent } from "../records/events.ts";
import { RecordModel } from "../records/record.ts";
import { newAuthToken } from "./tokens.ts";

export const SUPERUSERS = "_superusers";

/** The account that only the setup page uses, until the first real superuser exists. */
const INSTALLER_EMAIL = "__pbinstaller@example.com";
const INSTALLER_TOKEN_SECONDS = 30 * 60;

/** The rules of the superusers' own collection (PocketBase: core/record_model_superusers.go). */
export function bindSuperuserHooks(app: App): void {
  app
    .onRecordDelete(SUPERUSERS)
    .bind({ id: "pbSuperusersRecordDelete", priority: -99, func: keepOne });
  const save = { id: "pbSuperusersRecordSaveExec", priority: -99, func: saveVerified };
  app.onRecordCreateExecute(SUPERUSERS).bind(save);
  app.onRecordUpdateExecute(SUPERUSERS).bind(save);
  app.onMailerRecordPasswordResetSend(SUPERUSERS).bind({
    id: "pbSuperusersInstallerPasswordReset",
    func: async (event) => {
      if (event.record.getString("email") === INSTALLER_EMAIL) {
        throw new Error("cannot reset the password for the installer superuser");
      }
      await event.next();
    },
  });
}

/**
 * A token for the setup page when no superuser exists yet.
 *
 * @returns undefined when there is one
 */
export async function installerToken(app: App): Promise<string | undefined> {
  const others = await app.db.get(
    dynamicQuery
      .selectFrom(SUPERUSERS)
      .select("id")
      .where("email", "!=", INSTALLER_EMAIL)
      .limit(1)
      .compile(),
  );
  if (others) return undefined;
  const installer = (await findInstaller(app)) ?? (await createInstaller(app));
  return newAuthToken(installer, INSTALLER_TOKEN_SECONDS);
}

async function createInstaller(app: App): Promise<RecordModel> {
  const record = new RecordModel(app.findCollection(SUPERUSERS));
  record.set("email", INSTALLER_EMAIL);
  record.set("password", randomText(30));
  await app.save(record);
  return record;
}

async function findInstaller(app: App): Promise<RecordModel | undefined> {
  const row = await app.db.get(
    dynamicQuery
      .selectFrom(SUPERUSERS)
      .selectAll()
      .where("email", "=", INSTALLER_EMAIL)
      .limit(1)
      .compile(),
  );
  return row && RecordModel.fromRow(app.findCollection(SUPERUSERS), row);
}

async function keepOne(event: RecordEvent): Promise<void> {
  const outer = event.app;
  try {
    await outer.runInTransaction(async (tx) => {
      event.app = tx;
      const two = await tx.db.all(
        dynamicQuery.selectFrom(SUPERUSERS).select("id").limit(2).compile(),
      );
      if (two.length === 1) throw badRequest("You can't delete the only existing superuser.");
      await event.next();
    });
  } finally {
    event.app = outer;
  }
}

async function saveVerified(event: RecordEvent): Promise<void> {
  event.record.set("verified", true);
  await event.next();
  if (event.type !== "create" || event.record.getString("email") === INSTALLER_EMAIL) return;
  const installer = await findInstaller(event.app);
  if (installer) await deleteRecord(event.app, installer);
}
