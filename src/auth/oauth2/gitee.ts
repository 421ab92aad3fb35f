import { isEmail } from "../../lib/email.ts";
import type { OAuth2Client } from "./client.ts";
import type { OAuth2Provider } from "./provider.ts";
import { integerText, list, text } from "./raw-fields.ts";
import type { OAuth2Token } from "./token.ts";

export const gitee: OAuth2Provider = {
  name: "gitee",
  pkce: true,
  scopes: ["user_info", "emails"],
  authURL: "https://gitee.com/oauth/authorize",
  tokenURL: "https://gitee.com/oauth/token",
  userInfoURL: "https://gitee.com/api/v5/user",
  toProfile: async (raw, client, token) => {
    // Only a verified address can be made the public one.
    const publicEmail = text(raw, "email");
    return {
      id: integerText(raw, "id"),
      name: text(raw, "name"),
      username: text(raw, "login"),
      avatarURL: text(raw, "avatar_url"),
      email: isEmail(publicEmail) ? publicEmail : await fetchEmail(client, token),
    };
  },
};

const EMAILS_URL = "https://gitee.com/api/v5/emails";

async function fetchEmail(client: OAuth2Client, token: OAuth2Token): Promise<string> {
  const { status, body } = await client.call(token, EMAILS_URL);
  if ([401, 403, 404].includes(status)) return "";
  const entries: unknown = JSON.parse(body);
  // With the address kept private the answer is an object with a stand-in.
  if (!Array.isArray(entries)) return "";
  const found = entries.find(
    (entry) =>
      text(entry, "state") === "confirmed" &&
      list(entry, "scope").includes("primary") &&
      isEmail(text(entry, "email")),
  );
  return text(found, "email");
}
