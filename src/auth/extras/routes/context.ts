import type { RequestEvent } from "../../../http/event.ts";
import { forbidden, notFound, unauthorized } from "../../../lib/errors.ts";
import type { RecordModel } from "../../../records/record.ts";
import { type AuthCollection, authCollection } from "../../form.ts";
import type { AuthExtra, AuthExtraOptions } from "../options.ts";

export interface ExtraContext<N extends AuthExtra> {
  readonly collection: AuthCollection;
  /** Those of the addition. */
  readonly options: AuthExtraOptions[N];
}

/**
 * The collection that the path names, with an addition that it has on.
 *
 * @throws ApiError 404 when it is off, the same as for a path that does not exist
 */
export async function requireExtra<N extends AuthExtra>(
  event: RequestEvent,
  name: N,
): Promise<ExtraContext<N>> {
  const collection = authCollection(event);
  const options = (await event.app.auth.extras.options(event.app, collection))[name];
  if (!options.enabled) throw notFound();
  return { collection, options };
}

/**
 * The caller, who must be of the collection.
 *
 * @throws ApiError 401, 403
 */
export function requireOwn({ auth }: RequestEvent, collection: AuthCollection): RecordModel {
  if (!auth) throw unauthorized("The request requires valid record authorization token.");
  if (auth.collection.id !== collection.id)
    throw forbidden(`The request requires auth record from ${auth.collection.name} collection.`);
  return auth;
}
