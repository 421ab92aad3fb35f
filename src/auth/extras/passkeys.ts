import { createHash } from "node:crypto";
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
  WebAuthnCredential,
} from "@simplewebauthn/server";
import type { App } from "../../app.ts";
import type { Collection } from "../../collections/collection.ts";
import { dynamicQuery } from "../../db/kysely.ts";
import { currentDate } from "../../lib/date.ts";
import { badRequest } from "../../lib/errors.ts";
import type { RecordModel } from "../../records/record.ts";
import type { AuthExtraOptions } from "./options.ts";

const TABLE = "_xPasskeys";
/** EdDSA, ES256, RS256: what every authenticator has one of. */
const ALGORITHMS = [-8, -7, -257];

/** A stored passkey. */
export interface PasskeyRow {
  /** The credential id, base64url. */
  readonly id: string;
  readonly collection: string;
  readonly record: string;
  readonly name: string;
  /** COSE key, base64url. */
  readonly publicKey: string;
  /** How often it signed, as it says itself; 0 where it does not count. */
  readonly counter: number;
  /** JSON array. */
  readonly transports: string;
  readonly created: string;
  /** `""` when it never was. */
  readonly lastUsed: string;
}

/** Where passkeys of a collection are good. */
export interface RelyingParty {
  readonly id: string;
  readonly name: string;
  readonly origins: readonly string[];
}

/** @throws ApiError 400 when neither the collection nor the settings say where the application is */
export function relyingParty(app: App, options: AuthExtraOptions["passkeys"]): RelyingParty {
  const { appName, appURL } = app.settings.meta;
  const url = URL.canParse(appURL) ? new URL(appURL) : undefined;
  const id = options.rpId || url?.hostname;
  const origins = options.origins.length > 0 ? options.origins : url && [url.origin];
  if (!id || !origins) throw badRequest("The application URL of the settings is no URL.");
  return { id, name: appName, origins };
}

/** What a browser needs to make a passkey for a record. */
export async function registrationOptions(
  app: App,
  record: RecordModel,
  party: RelyingParty,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { generateRegistrationOptions } = await import("@simplewebauthn/server");
  const account = record.getString("email") || record.id;
  return generateRegistrationOptions({
    rpID: party.id,
    rpName: party.name,
    userID: handleOf(record.collection.id, record.id),
    userName: account,
    userDisplayName: record.getString("name") || account,
    challenge: new Uint8Array(app.auth.extras.challenges.issue(registrationPurpose(record))),
    attestationType: "none",
    excludeCredentials: (await listPasskeys(app, record)).map(describeCredential),
    supportedAlgorithmIDs: ALGORITHMS,
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
  });
}

/**
 * Checks what an authenticator made and keeps its public key.
 *
 * @returns undefined when it is not what was asked for
 */
export async function addPasskey(
  app: App,
  record: RecordModel,
  made: {
    readonly party: RelyingParty;
    readonly response: RegistrationResponseJSON;
    readonly name: string;
  },
): Promise<PasskeyRow | undefined> {
  const { verifyRegistrationResponse } = await import("@simplewebauthn/server");
  await requireNoCertificates(made.response);
  const { challenges } = app.auth.extras;
  let challenge = "";
  const { verified, registrationInfo } = await verifyRegistrationResponse({
    response: made.response,
    expectedChallenge: (sent) => challenges.isOpen((challenge = sent), registrationPurpose(record)),
    expectedOrigin: [...made.party.origins],
    expectedRPID: made.party.id,
    supportedAlgorithmIDs: ALGORITHMS,
  });
  if (!verified || !challenges.use(challenge)) return undefined;
  const { credential } = registrationInfo;
  const row: PasskeyRow = {
    id: credential.id,
    collection: record.collection.id,
    record: record.id,
    name: made.name,
    publicKey: Buffer.from(credential.publicKey).toString("base64url"),
    counter: credential.counter,
    transports: JSON.stringify(made.response.response.transports ?? []),
    created: currentDate(),
    lastUsed: "",
  };
  await app.auth.extras.create(app, TABLE);
  const insert = dynamicQuery.insertInto(TABLE).values({ ...row });
  // Nobody takes over the id of a passkey that is there.
  const { changes } = await app.db.run(
    insert.onConflict((conflict) => conflict.doNothing()).compile(),
  );
  return changes > 0 ? row : undefined;
}

/**
 * What a browser needs to sign in with a passkey: any of the collection, or, as a second step, one of the `owner`
 * of the session.
 */
export async function authenticationOptions(
  app: App,
  collection: Collection,
  request: { readonly party: RelyingParty; readonly mfaId: string; readonly owner?: RecordModel },
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const { generateAuthenticationOptions } = await import("@simplewebauthn/server");
  const purpose = authenticationPurpose(collection, request.mfaId);
  const known = request.owner ? await listPasskeys(app, request.owner) : [];
  return generateAuthenticationOptions({
    rpID: request.party.id,
    challenge: new Uint8Array(app.auth.extras.challenges.issue(purpose)),
    allowCredentials: known.map(describeCredential),
    userVerification: "required",
  });
}

/**
 * Checks what an authenticator signed.
 *
 * @returns the id of the record whose passkey it is; undefined when there is none, or it was used before
 * @throws Error with the reason when it is not what was asked for
 */
export async function usePasskey(
  app: App,
  collection: Collection,
  request: {
    readonly party: RelyingParty;
    readonly mfaId: string;
    readonly response: AuthenticationResponseJSON;
  },
): Promise<string | undefined> {
  const row = await findPasskey(app, collection, request.response);
  if (!row) return undefined;
  const { verifyAuthenticationResponse } = await import("@simplewebauthn/server");
  const { challenges } = app.auth.extras;
  const purpose = authenticationPurpose(collection, request.mfaId);
  let challenge = "";
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response: request.response,
    expectedChallenge: (sent) => challenges.isOpen((challenge = sent), purpose),
    expectedOrigin: [...request.party.origins],
    expectedRPID: request.party.id,
    credential: toCredential(row),
  });
  if (!verified || !challenges.use(challenge)) return undefined;
  return (await countUse(app, row, authenticationInfo.newCounter)) ? row.record : undefined;
}

/** The passkeys of a record, newest first. */
export async function listPasskeys(app: App, record: RecordModel): Promise<PasskeyRow[]> {
  if (!(await app.auth.extras.has(app, TABLE))) return [];
  return app.db.all<PasskeyRow>(
    dynamicQuery
      .selectFrom(TABLE)
      .selectAll()
      .where("collection", "=", record.collection.id)
      .where("record", "=", record.id)
      .orderBy("created", "desc")
      .compile(),
  );
}

/** @returns false when the record has no such passkey */
export async function deletePasskey(app: App, record: RecordModel, id: string): Promise<boolean> {
  if (!(await app.auth.extras.has(app, TABLE))) return false;
  const { changes } = await app.db.run(
    dynamicQuery
      .deleteFrom(TABLE)
      .where("id", "=", id)
      .where("collection", "=", record.collection.id)
      .where("record", "=", record.id)
      .compile(),
  );
  return changes > 0;
}

/** The passkey that signed, if the authenticator means its owner by it. */
async function findPasskey(
  app: App,
  collection: Collection,
  { id, response }: AuthenticationResponseJSON,
): Promise<PasskeyRow | undefined> {
  if (!(await app.auth.extras.has(app, TABLE))) return undefined;
  const row = await app.db.get<PasskeyRow>(
    dynamicQuery
      .selectFrom(TABLE)
      .selectAll()
      .where("id", "=", id)
      .where("collection", "=", collection.id)
      .compile(),
  );
  if (!row || response.userHandle === undefined) return row;
  const handle = Buffer.from(handleOf(row.collection, row.record)).toString("base64url");
  return response.userHandle === handle ? row : undefined;
}

/** Two signatures with the same count are one too many: then there is a copy of the key. */
async function countUse(app: App, row: PasskeyRow, counter: number): Promise<boolean> {
  const { changes } = await app.db.run(
    dynamicQuery
      .updateTable(TABLE)
      .set({ counter, lastUsed: currentDate() })
      .where("id", "=", row.id)
      .where("counter", counter === 0 ? "=" : "<", counter)
      .compile(),
  );
  return changes > 0;
}

/**
 * No attestation is asked for, so none with certificates is looked at: checking one would mean to fetch addresses
 * that it names.
 */
async function requireNoCertificates({ response }: RegistrationResponseJSON): Promise<void> {
  const { decodeAttestationObject } = await import("@simplewebauthn/server/helpers");
  const bytes = Buffer.from(response.attestationObject, "base64url");
  const attestation = decodeAttestationObject(new Uint8Array(bytes));
  const isSelfMade = attestation.get("fmt") === "packed" && !attestation.get("attStmt").get("x5c");
  if (attestation.get("fmt") !== "none" && !isSelfMade)
    throw new Error("an attestation that was not asked for");
}

function toCredential(row: PasskeyRow): WebAuthnCredential {
  const publicKey = new Uint8Array(Buffer.from(row.publicKey, "base64url"));
  return { id: row.id, publicKey, counter: row.counter };
}

function describeCredential(row: PasskeyRow): { id: string; transports: string[] } {
  return { id: row.id, transports: JSON.parse(row.transports) as string[] };
}

/** What an authenticator knows the account by: nothing that says who it is. */
function handleOf(collectionId: string, recordId: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash("sha256").update(`${collectionId}/${recordId}`).digest());
}

function registrationPurpose({ id, collection }: RecordModel): string {
  return `register ${collection.id}/${id}`;
}

function authenticationPurpose(collection: Collection, mfaId: string): string {
  return `authenticate ${collection.id}/${mfaId}`;
}
