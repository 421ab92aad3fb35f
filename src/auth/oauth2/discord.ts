import type { OAuth2Provider } from "./provider.ts";
import { flag, text } from "./raw-fields.ts";

export const discord: OAuth2Provider = {
  name: "discord",
  pkce: true,
  scopes: ["identify", "email"],
  authURL: "https://discord.com/api/oauth2/authorize",
  tokenURL: "https://discord.com/api/oauth2/token",
  userInfoURL: "https://discord.com/api/users/@me",
  toProfile: (raw) => {
    const id = text(raw, "id");
    const avatar = text(raw, "avatar");
    return {
      id,
      name:
        text(raw, "global_name") || legacyName(text(raw, "username"), text(raw, "discriminator")),
      username: text(raw, "username"),
      avatarURL: avatar === "" ? "" : `https://cdn.discordapp.com/avatars/${id}/${avatar}.png`,
      email: flag(raw, "verified") ? text(raw, "email") : "",
    };
  },
};

/** Accounts from before unique user names have a number. */
function legacyName(username: string, discriminator: string): string {
  return discriminator === "" || discriminator === "0" ? username : `${username}#${discriminator}`;
}
