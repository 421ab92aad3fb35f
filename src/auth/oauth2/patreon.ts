import type { OAuth2Provider } from "./provider.ts";
import { flag, text } from "./raw-fields.ts";

export const patreon: OAuth2Provider = {
  name: "patreon",
  pkce: true,
  scopes: ["identity", "identity[email]"],
  authURL: "https://www.patreon.com/oauth2/authorize",
  tokenURL: "https://www.patreon.com/api/oauth2/token",
  userInfoURL:
    "https://www.patreon.com/api/oauth2/v2/identity?fields%5Buser%5D=full_name,email,vanity,image_url,is_email_verified",
  toProfile: ({ data }) => ({
    id: text(data, "id"),
    name: text(data, "attributes", "full_name"),
    username: text(data, "attributes", "vanity"),
    avatarURL: text(data, "attributes", "image_url"),
    email: flag(data, "attributes", "is_email_verified") ? text(data, "attributes", "email") : "",
  }),
};
