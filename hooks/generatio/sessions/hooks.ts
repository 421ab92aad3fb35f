import type { AuthRequestEvent, RecordEvent, RecordModel } from "generatio";
import type { Product } from "../product.ts";
import { PlainToken } from "../tokens/secret.ts";
import { PROVIDER_TOKENS, USERS } from "../tokens/stored-keys.ts";
import { openSession } from "./open.ts";

export const SESSION_HEADER = "X-Session-ID";

const LOGIN_PASSWORD = "genLoginPassword";

/** When sessions open by themselves, and what ends them. */
export function bindSessionHooks(product: Product): void {
  const { app, sessions } = product;
  app.onRecordAuthWithPasswordRequest(USERS).bind({
    id: "genKeepLoginPassword",
    func: async (event) => {
      const password = new PlainToken(event.password);
      event.set(LOGIN_PASSWORD, password);
      try {
        await event.next();
      } finally {
        password.wipe();
      }
    },
  });
  app.onRecordAuthRequest(USERS).bind({
    id: "genAutoSession",
    func: async (event) => {
      await event.next();
      await openOnLogin(product, event);
    },
  });
  app.onRecordAfterUpdateSuccess(USERS).bind({
    id: "genEndSessionsOnChange",
    func: (event) => {
      if (endsSessions(event.record)) sessions.closeAllOf(event.record.id);
      return event.next();
    },
  });
  const dropKey = (event: RecordEvent) => {
    const { record } = event;
    const isSame = record.get("secret") === record.originalValue("secret");
    const isGone = event.type === "delete";
    if (isGone || !isSame)
      sessions.dropKey(record.getString("user_id"), record.getString("provider"));
    return event.next();
  };
  app.onRecordAfterUpdateSuccess(PROVIDER_TOKENS).bind({ id: "genDropChangedKey", func: dropKey });
  app.onRecordAfterDeleteSuccess(PROVIDER_TOKENS).bind({ id: "genDropDeletedKey", func: dropKey });
  app.onRecordAfterDeleteSuccess(USERS).bind({
    id: "genEndSessionsOnDelete",
    func: (event: RecordEvent) => {
      sessions.closeAllOf(event.record.id);
      return event.next();
    },
  });
}

/** A user who said that the passwords are the same gets a session with the login; its id is in a header. */
async function openOnLogin(product: Product, event: AuthRequestEvent): Promise<void> {
  const password = event.get(LOGIN_PASSWORD);
  const isLoggedIn = event.status === 200 && event.authMethod === "password";
  if (!isLoggedIn || !(password instanceof PlainToken)) return;
  const { id } = event.record;
  const unlocking = await product.vault
    .open(id, password.reveal(), { onlyAuto: true })
    .catch((error: unknown) => {
      // The login itself has succeeded; the session can still be opened by hand.
      product.app.logger.warn("no automatic session", { userId: id, error });
      return undefined;
    });
  if (unlocking?.state !== "open") return;
  const session = await openSession(product, id, unlocking.keys);
  event.setHeader(SESSION_HEADER, session.id);
  event.appendHeader("Access-Control-Expose-Headers", SESSION_HEADER);
}

/** The token key changes with the login password: logins of before are over, and so are their key sessions. */
function endsSessions(user: RecordModel): boolean {
  return ["tokenKey", "fal_token"].some((name) => user.get(name) !== user.originalValue(name));
}
