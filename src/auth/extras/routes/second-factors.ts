import type { RequestEvent } from "../../../http/event.ts";
import { notFound } from "../../../lib/errors.ts";
import { findRecord } from "../../../records/find.ts";
import { authCollection } from "../../form.ts";
import { findMfaSession } from "../../mfa.ts";
import { secondMethods } from "../second-methods.ts";

/**
 * POST second-factors: how the account of an `mfaId` can do the second step; not again with the method of the first.
 * 404 while the collection has no addition that is good for one.
 */
export async function listSecondMethods(event: RequestEvent): Promise<void> {
  const { app } = event;
  const collection = authCollection(event);
  const { totp, passkeys, recoveryCodes } = await app.auth.extras.options(app, collection);
  if (!totp.enabled && !passkeys.enabled && !recoveryCodes.enabled) throw notFound();
  const { record, method } = await findMfaSession(event, collection);
  const methods = (await secondMethods(app, record)).filter((each) => each !== method);
  await event.json(200, { methods });
}

/** DELETE second-factors/{id}: a superuser lets somebody in again who has lost theirs. */
export async function resetSecondFactors(event: RequestEvent): Promise<void> {
  const { app } = event;
  const record = await findRecord(app, authCollection(event), event.params["id"] ?? "");
  if (!record) throw notFound();
  await app.auth.extras.deleteOwned(app, record, ["_xTotp", "_xRecoveryCodes"]);
  await event.noContent();
}
