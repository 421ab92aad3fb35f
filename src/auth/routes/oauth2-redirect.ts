import type { RequestEvent } from "../../http/event.ts";
import { readForm } from "../form.ts";
import { keepAppleName } from "../oauth2/apple-name.ts";

const TOPIC = "@oauth2";
/** Where the realtime connection keeps the address that opened it. */
const CLIENT_IP_KEY = "pbRealtimeClientIP";

const PAGES = {
  success: "../_/#/auth/oauth2-redirect-success",
  failure: "../_/#/auth/oauth2-redirect-failure",
};

/**
 * GET|POST /api/oauth2-redirect: hands a provider's code to the realtime client that waits for it
 * (PocketBase: apis/record_auth_with_oauth2_redirect.go).
 */
export async function oauth2Redirect(event: RequestEvent): Promise<void> {
  const result = await forward(event).catch((error: unknown) => {
    event.app.logger.debug("the OAuth2 redirect could not be read", { error });
    return "failure" as const;
  });
  await event.redirect(event.method === "GET" ? 307 : 303, PAGES[result]);
}

async function forward(event: RequestEvent): Promise<keyof typeof PAGES> {
  const { state, code, error, user } = await readRedirect(event);
  const client = state === "" ? undefined : event.app.realtime.find(state);
  if (!client || client.isClosed || !client.hasSubscription(TOPIC)) return "failure";
  try {
    const openedFrom = client.get(CLIENT_IP_KEY);
    // Otherwise a link could finish somebody else's sign-in.
    if (openedFrom && openedFrom !== event.realIP()) return "failure";
    if (user !== "" && error === "" && code !== "") keepAppleName(event.app, code, user);
    client.send({ name: TOPIC, data: { state, code, ...(error !== "" && { error }) } });
    return error === "" && code !== "" ? "success" : "failure";
  } finally {
    client.unsubscribe(TOPIC);
  }
}

async function readRedirect(
  event: RequestEvent,
): Promise<Record<"state" | "code" | "error" | "user", string>> {
  if (event.method === "POST") return readForm(event, ["state", "code", "error", "user"]);
  const read = (name: string) => event.query.get(name) ?? "";
  return { state: read("state"), code: read("code"), error: read("error"), user: "" };
}
