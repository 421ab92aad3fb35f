import type { OAuth2Client } from "./client.ts";
import type { OAuth2Provider } from "./provider.ts";
import { flag, list, text } from "./raw-fields.ts";
import type { OAuth2Token } from "./token.ts";

export const bitbucket: OAuth2Provider = {
  name: "bitbucket",
  pkce: false,
  scopes: ["account"],
  authURL: "https://bitbucket.org/site/oauth2/authorize",
  tokenURL: "https://bitbucket.org/site/oauth2/access_token",
  userInfoURL: "https://api.bitbucket.org/2.0/user",
  toProfile: async (raw, client, token) => {
    if (text(raw, "account_status") !== "active")
      throw new Error("the Bitbucket user is not active");
    return {
      id: text(raw, "uuid"),
      name: text(raw, "display_name"),
      username: text(raw, "username"),
      avatarURL: text(raw, "links", "avatar", "href"),
      email: await fetchEmail(client, token),
    };
  },
};

async function fetchEmail(client: OAuth2Client, token: OAuth2Token): Promise<string> {
  const { status, body } = await client.call(token, `${client.endpoints.userInfoURL}/emails`);
  // The user did not agree to it: they sign in without an address.
  if (status >= 400) return "";
  const entries = list(JSON.parse(body), "values");
  return text(
    entries.find((entry) => flag(entry, "is_primary") && flag(entry, "is_confirmed")),
    "email",
  );
}
