import type { RequestEvent } from "../http/event.ts";
import { forbidden, internalError } from "../lib/errors.ts";
import { isIpInList } from "../lib/ip.ts";
import { aroundEnrich, expandAndLog } from "../records/enrich.ts";
import type { RecordModel } from "../records/record.ts";
import { hasSuperuserAuth, type RequestInfo } from "../records/request-info.ts";
import { matchesRule } from "../records/rule.ts";
import { afterCommit } from "./after-commit.ts";
import { AnsweredError } from "./answered.ts";
import { noticeOrigin } from "./auth-alert.ts";
import { AuthRequestEvent } from "./events.ts";
import { checkSecondFactor } from "./mfa.ts";
import { SUPERUSERS } from "./superusers.ts";
import { newAuthToken } from "./tokens.ts";

export interface AuthAnswer {
  readonly record: RecordModel;
  /** A new one when absent. */
  readonly token?: string;
  /** Sent along as it is. */
  readonly meta?: unknown;
  /** Empty for refreshes: no second factor, no alert. */
  readonly authMethod: string;
}

/**
 * Ends every successful sign-in or refresh: address and rule checks, the auth hook, the second factor, then
 * `{meta?, record, token}` (PocketBase: apis/record_helpers.go).
 *
 * @throws AnsweredError when a second factor is still needed
 */
export async function respondWithAuth(event: RequestEvent, answer: AuthAnswer): Promise<void> {
  const { record } = answer;
  const token = answer.token ?? signedToken(record);
  requireKnownAddress(event, record);
  const info = await event.requestInfo();
  await requireAuthRule(event, record, info);
  const auth = new AuthRequestEvent(event, {
    record,
    token,
    meta: answer.meta,
    authMethod: answer.authMethod,
  });
  await event.app.events.onRecordAuthRequest.trigger(auth, async () => {
    if (auth.isWritten) return;
    const mfaId = await checkSecondFactor(auth, auth.record, auth.authMethod);
    if (mfaId !== undefined) {
      await auth.json(401, { mfaId });
      throw new AnsweredError("a second factor is required");
    }
    await enrichOwn(auth, info);
    await alert(auth);
    const meta = auth.meta === undefined || auth.meta === null ? {} : { meta: auth.meta };
    await afterCommit(auth.app, () =>
      auth.json(200, { ...meta, record: auth.record, token: auth.token }),
    );
  });
}

function signedToken(record: RecordModel): string {
  try {
    return newAuthToken(record);
  } catch (error) {
    throw internalError("Failed to create auth token.", { cause: error });
  }
}

function requireKnownAddress(event: RequestEvent, record: RecordModel): void {
  const { superuserIPs } = event.app.settings;
  if (record.collection.name !== SUPERUSERS || superuserIPs.length === 0) return;
  if (!isIpInList(superuserIPs, event.realIP())) throw forbidden();
}

async function requireAuthRule(
  event: RequestEvent,
  record: RecordModel,
  info: RequestInfo,
): Promise<void> {
  if (hasSuperuserAuth(info)) return;
  const rule = record.collection.auth?.authRule ?? null;
  if (rule === "") return;
  if (rule === null || !(await matchesRule(event.app, record, rule, info))) {
    throw forbidden("The request doesn't satisfy the collection requirements to authenticate.");
  }
}

/** Whoever signs in sees their own record: the e-mail always, a superuser everything. */
async function enrichOwn(auth: AuthRequestEvent, original: RequestInfo): Promise<void> {
  const info: RequestInfo = { ...original, auth: auth.record };
  await aroundEnrich(auth.app, info, [auth.record], async () => {
    const { record } = auth;
    if (record.collection.name === SUPERUSERS)
      record.unhide(...record.collection.fields.map(({ name }) => name));
    record.ignoreEmailVisibility = true;
    const asked = info.query["expand"];
    if (asked) await expandAndLog(auth.app, [record], info, asked.split(","));
  });
}

async function alert(auth: AuthRequestEvent): Promise<void> {
  if (auth.authMethod === "" || !auth.record.collection.auth?.authAlert.enabled) return;
  try {
    await noticeOrigin(auth, auth.record);
  } catch (error) {
    auth.app.logger.warn("the sign-in from a new place was not told", { error });
  }
}
