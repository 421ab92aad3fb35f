import type { RequestEvent } from "../../http/event.ts";
import { notFound } from "../../lib/errors.ts";
import { AuthRefreshRequestEvent } from "../events.ts";
import { peekClaims } from "../jwt.ts";
import { respondWithAuth } from "../respond.ts";

/** POST auth-refresh (PocketBase: apis/record_auth_refresh.go). */
export async function authRefresh(event: RequestEvent): Promise<void> {
  const { auth } = event;
  if (!auth) throw notFound("Missing auth record context.");
  const refresh = new AuthRefreshRequestEvent(event, auth);
  await event.app.events.onRecordAuthRefreshRequest.trigger(refresh, async () => {
    const token = (refresh.header("authorization") ?? "").replace(/^bearer /i, "");
    // A token that was made not to last (impersonation) is handed back as it is.
    const isRefreshable = peekClaims(token)["refreshable"] === true;
    await respondWithAuth(refresh, {
      record: refresh.record,
      ...(!isRefreshable && { token }),
      authMethod: "",
    });
  });
}
