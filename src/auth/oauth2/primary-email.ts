import type { OAuth2Client } from "./client.ts";
import { flag, list, text } from "./raw-fields.ts";
import type { OAuth2Token } from "./token.ts";

/** The user did not agree to this call: they sign in without an address. */
const NOT_ALLOWED = [401, 403, 404];

/**
 * The address marked primary and verified in a list of addresses at `<userInfoURL>/emails`; `""` when there
 * is none or the list may not be read.
 *
 * @throws Error when the answer is no such list
 */
export async function fetchPrimaryEmail(client: OAuth2Client, token: OAuth2Token): Promise<string> {
  const { status, body } = await client.call(token, `${client.endpoints.userInfoURL}/emails`);
  if (NOT_ALLOWED.includes(status)) return "";
  const found = list(JSON.parse(body)).find(
    (entry) => flag(entry, "verified") && flag(entry, "primary"),
  );
  return text(found, "email");
}
