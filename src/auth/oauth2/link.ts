import type { App } from "../../app.ts";
import { dynamicQuery } from "../../db/kysely.ts";
import type { AuthCollection } from "../form.ts";
import type { PasswordValue } from "../../fields/password.ts";
import { findRecord } from "../../records/find.ts";
import { RecordModel } from "../../records/record.ts";
import { refreshTokenKey } from "../hooks.ts";
import { findByEmail } from "../identity.ts";
import { deleteReferencing } from "../references.ts";
import type { OAuth2User } from "./provider.ts";

export interface LinkedUser {
  readonly collection: AuthCollection;
  readonly provider: string;
  readonly user: OAuth2User;
}

/** Whose account a provider's user is, and the link that says so if there is one. */
export interface FoundAccount {
  readonly record: RecordModel | undefined;
  readonly link: RecordModel | undefined;
}

/**
 * Finds the record of a provider's user: by a link made before, else the one that is signed in, else the one
 * with the verified address (PocketBase: recordAuthWithOAuth2).
 */
export async function findAccount(
  app: App,
  { collection, provider, user }: LinkedUser,
  auth: RecordModel | undefined,
): Promise<FoundAccount> {
  const link = await findLink(app, collection.id, provider, user.id);
  if (link) {
    const record = await findRecord(app, collection, link.getString("recordRef"));
    if (!record) throw new Error("the link leads to a record that is gone");
    return { record, link };
  }
  if (auth?.collection.id === collection.id) return { record: auth, link };
  const record = user.email === "" ? undefined : await findByEmail(app, collection, user.email);
  return { record, link };
}

async function findLink(
  app: App,
  collectionRef: string,
  provider: string,
  providerId: string,
): Promise<RecordModel | undefined> {
  if (providerId === "") return undefined;
  const row = await app.db.get(
    dynamicQuery
      .selectFrom("_externalAuths")
      .selectAll()
      .where("collectionRef", "=", collectionRef)
      .where("provider", "=", provider)
      .where("providerId", "=", providerId)
      .compile(),
  );
  return row && RecordModel.fromRow(app.findCollection("_externalAuths"), row);
}

/** Saves the link of a record to a provider's user. */
export async function saveLink(
  tx: App,
  record: RecordModel,
  { provider, user }: LinkedUser,
): Promise<void> {
  const values = {
    collectionRef: record.collection.id,
    recordRef: record.id,
    provider,
    providerId: user.id,
  };
  await tx.save(tx.newRecord("_externalAuths", values));
}

/**
 * Lets a provider's user into a record that was there before. Whoever made an unverified record may be
 * someone else who waits for its owner: their password and their other links go (CVE-2024-38351,
 * CVE-2026-44166).
 *
 * @param newPassword one that nobody knows, for a record that the caller is not signed in as
 * @returns the link that is still good
 */
export async function adoptRecord(
  tx: App,
  { record, link }: { readonly record: RecordModel; readonly link: RecordModel | undefined },
  {
    user,
    newPassword,
  }: { readonly user: OAuth2User; readonly newPassword: PasswordValue | undefined },
): Promise<RecordModel | undefined> {
  const wasVerified = record.getBool("verified");
  let changed = false;
  if (!wasVerified && newPassword) {
    changed = true;
    record.setRaw("password", newPassword);
    refreshTokenKey(record);
  }
  if (!wasVerified) await deleteReferencing(tx, "_externalAuths", record);
  if (record.getString("email") === "" && user.email !== "") {
    changed = true;
    record.set("email", user.email);
  }
  const email = record.getString("email");
  if (!wasVerified && (email === "" || email === user.email)) {
    changed = true;
    record.set("verified", true);
  }
  if (changed) await tx.save(record);
  return wasVerified ? link : undefined;
}
