import { basename } from "node:path";
import type { App } from "../../app.ts";
import type { Collection } from "../../collections/collection.ts";
import { fieldType } from "../../fields/index.ts";
import { randomText } from "../../lib/id.ts";
import type { UploadedFile } from "../../lib/upload.ts";
import { uploadFromBytes } from "../../lib/upload-source.ts";
import { RecordModel } from "../../records/record.ts";
import { type SettledSecrets, settleSecrets } from "../../records/settled-secrets.ts";
import { findByUniqueField } from "../identity.ts";
import type { OAuth2User } from "./provider.ts";
import { downloadFromPublicUrl } from "./safe-download.ts";

/** What a record is made of when somebody signs in for the first time. */
export interface SignUpData {
  readonly values: Record<string, unknown>;
  readonly files: Map<string, UploadedFile[]>;
  /** The client sent no password: the record gets one that nobody knows. */
  readonly hasMadePassword: boolean;
  readonly secrets: SettledSecrets;
}

export interface SignUpSource {
  readonly collection: Collection;
  readonly user: OAuth2User;
  /** What the client sent: it wins over what the provider says. */
  readonly createData: Readonly<Record<string, unknown>>;
}

/**
 * The record of a new user: what the client sent, the provider's address when it sent none, and the fields
 * that the collection maps from the profile (PocketBase: oauth2Submit). Not to be called inside a
 * transaction: it may download a picture, and hashes the password.
 */
export async function signUpData(
  app: App,
  { collection, user, createData }: SignUpSource,
): Promise<SignUpData> {
  const values: Record<string, unknown> = { ...createData };
  const files = new Map<string, UploadedFile[]>();
  if (typeof values["email"] !== "string" || values["email"] === "") values["email"] = user.email;
  const { id, name, username, avatarURL } = collection.auth!.oauth2.mappedFields;
  const isFree = (field: string) => field !== "" && !Object.hasOwn(values, field);
  if (isFree(id)) values[id] = user.id;
  if (isFree(name)) values[name] = user.name;
  if (isFree(username) && (await canUse(app, collection, username, user.username)))
    values[username] = user.username;
  if (isFree(avatarURL) && user.avatarURL !== "") {
    const field = collection.findField(avatarURL);
    if (field && fieldType(field).holdsFiles) {
      const avatar = await downloadAvatar(app, user.avatarURL);
      if (avatar) files.set(avatarURL, [avatar]);
    } else {
      values[avatarURL] = user.avatarURL;
    }
  }
  const hasMadePassword = !("password" in values);
  if (hasMadePassword) values["password"] = values["passwordConfirm"] = randomText(30);
  return { values, files, hasMadePassword, secrets: await settleSecrets(collection, values) };
}

/** A provider's user name is no promise: it is left out when it does not fit or is taken. */
async function canUse(
  app: App,
  collection: Collection,
  name: string,
  value: string,
): Promise<boolean> {
  const field = collection.findField(name);
  if (!field) return false;
  const type = fieldType(field);
  const context = { app, record: new RecordModel(collection) };
  if (await type.validate(field, type.prepare(field, value), context)) return false;
  return !(await findByUniqueField(app, collection, name, value));
}

async function downloadAvatar(app: App, url: string): Promise<UploadedFile | undefined> {
  try {
    const bytes = await downloadFromPublicUrl(url);
    return uploadFromBytes(basename(new URL(url).pathname) || "avatar", bytes);
  } catch (error) {
    app.logger.warn("Failed to retrieve OAuth2 avatar", { error: String(error) });
    return undefined;
  }
}
