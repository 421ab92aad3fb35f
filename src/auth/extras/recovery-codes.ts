import { createHash, randomInt } from "node:crypto";
import type { App } from "../../app.ts";
import { dynamicQuery } from "../../db/kysely.ts";
import type { RecordModel } from "../../records/record.ts";

const TABLE = "_xRecoveryCodes";
const COUNT = 10;

/** Five bits each, none of them easily taken for another: sixteen cannot be guessed. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const GROUPS = 4;
const GROUP_LENGTH = 4;

/** Makes new codes of a record; old ones end. Only their hashes are stored. */
export async function newRecoveryCodes(app: App, record: RecordModel): Promise<string[]> {
  await app.auth.extras.create(app, TABLE);
  const codes = Array.from({ length: COUNT }, newCode);
  const rows = codes.map((code) => ({
    collection: record.collection.id,
    record: record.id,
    hash: hashOf(code),
  }));
  await app.db.write(async (tx) => {
    await tx.run(
      dynamicQuery
        .deleteFrom(TABLE)
        .where("collection", "=", record.collection.id)
        .where("record", "=", record.id)
        .compile(),
    );
    await tx.run(dynamicQuery.insertInto(TABLE).values(rows).compile());
  });
  return codes;
}

/** How many a record has left. */
export async function countRecoveryCodes(app: App, record: RecordModel): Promise<number> {
  if (!(await app.auth.extras.has(app, TABLE))) return 0;
  const rows = await app.db.all(
    dynamicQuery
      .selectFrom(TABLE)
      .select("hash")
      .where("collection", "=", record.collection.id)
      .where("record", "=", record.id)
      .compile(),
  );
  return rows.length;
}

/**
 * Uses a code up; of all who bring it at the same time one succeeds.
 *
 * @param code as typed: case, blanks and dashes do not matter
 */
export async function useRecoveryCode(
  app: App,
  record: RecordModel,
  code: string,
): Promise<boolean> {
  if (!(await app.auth.extras.has(app, TABLE))) return false;
  const { changes } = await app.db.run(
    dynamicQuery
      .deleteFrom(TABLE)
      .where("collection", "=", record.collection.id)
      .where("record", "=", record.id)
      .where("hash", "=", hashOf(code))
      .compile(),
  );
  return changes > 0;
}

function newCode(): string {
  const group = () =>
    Array.from({ length: GROUP_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
  return Array.from({ length: GROUPS }, group).join("-");
}

function hashOf(code: string): string {
  return createHash("sha256").update(code.toLowerCase().replaceAll(/[\s-]/g, "")).digest("hex");
}
