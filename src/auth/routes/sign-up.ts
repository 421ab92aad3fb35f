import { Readable } from "node:stream";
import type { App } from "../../app.ts";
import type { BoundBody } from "../../http/body.ts";
import { RequestEvent } from "../../http/event.ts";
import type { Incoming } from "../../http/incoming.ts";
import { RequestState } from "../../http/state.ts";
import type { RecordModel } from "../../records/record.ts";
import { createRecord, PASSWORD_FROM_CODE } from "../../records/routes.ts";
import { SETTLED_SECRETS } from "../../records/settled-secrets.ts";
import type { AuthWithOAuth2RequestEvent } from "../events.ts";
import type { SignUpData } from "../oauth2/sign-up-data.ts";

/**
 * Makes the record of a new user as if it were created through the records API: the create rule applies, and
 * its hooks run.
 *
 * @throws ApiError as that API, Error when a handler kept the record from being saved
 */
export async function signUp(
  tx: App,
  login: AuthWithOAuth2RequestEvent,
  data: SignUpData,
): Promise<RecordModel> {
  const event = new RequestEvent(new SignUpState(login, data));
  event.app = tx;
  event.auth = login.auth;
  event.set("infoContext", "oauth2");
  event.set(PASSWORD_FROM_CODE, data.hasMadePassword);
  event.set(SETTLED_SECRETS, data.secrets);
  const record = await createRecord(event);
  if (record.isNew) throw new Error("failed to create OAuth2 auth record");
  return record;
}

/** A create request inside the sign-in request, with a body of its own and an answer that nobody gets. */
class SignUpState extends RequestState {
  readonly #data: BoundBody;

  constructor(login: AuthWithOAuth2RequestEvent, data: SignUpData) {
    const path = `/api/collections/${login.collection.name}/records`;
    super({
      app: login.state.app,
      incoming: innerRequest(login.state.incoming, path),
      params: { collection: login.collection.name },
      pattern: "POST /api/collections/{collection}/records",
    });
    this.#data = data;
  }

  override bound(): Promise<BoundBody> {
    return Promise.resolve(this.#data);
  }
}

/** Rules see no headers and no query of the request around it, only who makes it and from where. */
function innerRequest(outer: Incoming, url: string): Incoming {
  return {
    method: "POST",
    url,
    host: outer.host,
    remoteIp: outer.remoteIp,
    isTls: outer.isTls,
    contentLength: -1,
    header: () => undefined,
    headerLines: (name) => outer.headerLines(name),
    headers: () => [],
    stream: () => Readable.from([]),
    signal: outer.signal,
  };
}
