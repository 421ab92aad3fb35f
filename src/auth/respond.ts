import type { RequestEvent } from "../http/event.ts";
import { isIpInList } from "../http/middleware/superuser-ips.ts";
import { forbidden } from "../lib/errors.ts";
import { aroundEnrich, expandAndLog } from "../records/enrich.ts";
import type { RecordModel } from "../records/record.ts";
import { hasSuperuserAuth, type RequestInfo } from "../records/request-info.ts";
import { matchesRule } from "../records/rule.ts";
import { AuthRequestEvent } from "./events.ts";
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
 * Ends every successful sign-in or refresh: address and rule checks, the auth hook, then
 * `{meta?, record, token}` (PocketBase: apis/record_helpers.go).
 */
export async function respondWithAuth(event: RequestEvent, answer: AuthAnswer): Promise<void> {
  const { record } = answer;
  const { superuserIPs } = event.app.settings;
  if (record.collection.name === SUPERUSERS && superuserIPs.length > 0 && !isIpInList(superuserIPs, event.realIP())) {
    throw forbidden();
  }
  const info = await event.requestInfo();
  await requireAuthRule(event, record, info);
  const auth = new AuthRequestEvent(event, {
    record,
    token: answer.token ?? newAuthToken(record),
    meta: answer.meta,
    authMethod: answer.authMethod,
  });
  await event.app.events.onRecordAuthRequest.trigger(auth, async () => {
    if (auth.isWritten) return;
    await enrichOwn(auth, info);
    const meta = auth.meta === undefined || auth.meta === null ? {} : { meta: auth.meta };
    await auth.json(200, { ...meta, record: auth.record, token: auth.token });
  });
}

async function requireAuthRule(event: RequestEvent, record: RecordModel, info: RequestInfo): Promise<void> {
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
    if (record.collection.name === SUPERUSERS) record.unhide(...record.collection.fields.map(({ name }) => name));
    record.ignoreEmailVisibility = true;
    const asked = info.query["expand"];
    if (asked) await expandAndLog(auth.app, [record], info, asked.split(","));
  });
}
