import type { App } from "../../app.ts";
import { dynamicQuery } from "../../db/kysely.ts";
import type { RecordModel } from "../../records/record.ts";
import { isSealedAsNow, openSecret, sealSecret } from "./secret-box.ts";
import { findStep, newTotpSecret } from "./totp.ts";

const TABLE = "_xTotp";

/** Wrong codes until no more are looked at, and for how long that lasts from the first of them. */
const MAX_FAILURES = 5;
const FAILURE_WINDOW_MS = 15 * 60_000;

interface TotpRow {
  /** As `sealSecret` made it. */
  readonly secret: string;
  /** 1 once a code was typed in. */
  readonly confirmed: number;
  /** Step of the last code that was used: it and all before are used up. */
  readonly lastStep: number;
  readonly failures: number;
  /** Unix milliseconds of the first of them. */
  readonly failedAt: number;
}

/** What became of a code. */
export type CodeResult = "good" | "wrong" | "used" | "locked";

/** True when the record's sign-ins ask for a code: it has confirmed a secret, and its collection has codes on. */
export async function hasTotp(app: App, record: RecordModel): Promise<boolean> {
  const { extras } = app.auth;
  if (!(await extras.has(app, TABLE))) return false;
  if (!(await extras.options(app, record.collection)).totp.enabled) return false;
  return (await find(app, record))?.confirmed === 1;
}

/**
 * Makes a secret that counts from its confirmation on; an unconfirmed one makes way.
 *
 * @returns undefined when the record has a confirmed one
 */
export async function enrollTotp(app: App, record: RecordModel): Promise<string | undefined> {
  await app.auth.extras.create(app, TABLE);
  const secret = newTotpSecret();
  const row = {
    collection: record.collection.id,
    record: record.id,
    secret: sealSecret(app, secret, placeOf(record)),
    confirmed: 0,
    lastStep: 0,
    failures: 0,
    failedAt: 0,
  };
  const { changes } = await app.db.run(
    dynamicQuery
      .insertInto(TABLE)
      .values(row)
      .onConflict((conflict) =>
        conflict
          .columns(["collection", "record"])
          .doUpdateSet(row)
          .where(`${TABLE}.confirmed`, "=", 0),
      )
      .compile(),
  );
  return changes > 0 ? secret : undefined;
}

/** Looks at a code for a secret that is not confirmed yet; a good one confirms it. */
export function confirmTotp(app: App, record: RecordModel, code: string): Promise<CodeResult> {
  return judge(app, record, { code, confirmed: 0 });
}

/** Looks at a code; a good one is used up with it, of all who bring it at the same time one succeeds. */
export function useTotpCode(app: App, record: RecordModel, code: string): Promise<CodeResult> {
  return judge(app, record, { code, confirmed: 1 });
}

/** Reading, judging and writing are one job of the writer. */
async function judge(
  app: App,
  record: RecordModel,
  { code, confirmed }: { readonly code: string; readonly confirmed: 0 | 1 },
): Promise<CodeResult> {
  if (!(await app.auth.extras.has(app, TABLE))) return "wrong";
  return app.runInTransaction(
    async (tx) => {
      const row = await find(tx, record);
      if (row?.confirmed !== confirmed) return "wrong";
      const { result, change } = judgeCode(tx, record, { row, code, now: Date.now() });
      if (change) await update(tx, record, change);
      return result;
    },
    { exclusive: false },
  );
}

function judgeCode(
  app: App,
  record: RecordModel,
  { row, code, now }: { readonly row: TotpRow; readonly code: string; readonly now: number },
): { readonly result: CodeResult; readonly change?: Partial<TotpRow> } {
  const isOver = now - row.failedAt >= FAILURE_WINDOW_MS;
  const failures = isOver ? 0 : row.failures;
  if (failures >= MAX_FAILURES) return { result: "locked" };
  const secret = openSecret(app, row.secret, placeOf(record));
  const step = findStep(secret, code, now);
  if (step === undefined) {
    const failedAt = failures === 0 ? now : row.failedAt;
    return { result: "wrong", change: { failures: failures + 1, failedAt } };
  }
  // Who brings it again knows nothing new: that is no guess.
  if (step <= row.lastStep) return { result: "used" };
  const change = { confirmed: 1, lastStep: step, failures: 0, failedAt: 0 };
  if (isSealedAsNow(app, row.secret)) return { result: "good", change };
  return {
    result: "good",
    change: { ...change, secret: sealSecret(app, secret, placeOf(record)) },
  };
}

function find(app: App, { id, collection }: RecordModel): Promise<TotpRow | undefined> {
  return app.db.get<TotpRow>(
    dynamicQuery
      .selectFrom(TABLE)
      .selectAll()
      .where("collection", "=", collection.id)
      .where("record", "=", id)
      .compile(),
  );
}

async function update(
  app: App,
  { id, collection }: RecordModel,
  change: Partial<TotpRow>,
): Promise<void> {
  await app.db.run(
    dynamicQuery
      .updateTable(TABLE)
      .set({ ...change })
      .where("collection", "=", collection.id)
      .where("record", "=", id)
      .compile(),
  );
}

function placeOf({ id, collection }: RecordModel): string {
  return `totp of ${collection.id}/${id}`;
}
