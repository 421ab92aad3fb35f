import type { OAuth2Provider } from "./provider.ts";
import { text } from "./raw-fields.ts";

/** Spotify does not verify its addresses, so none is read. */
export const spotify: OAuth2Provider = {
  name: "spotify",
  pkce: true,
  scopes: ["user-read-private"],
  authURL: "https://accounts.spotify.com/authorize",
  tokenURL: "https://accounts.spotify.com/api/token",
  userInfoURL: "https://api.spotify.com/v1/me",
  toProfile: (raw) => ({
    id: text(raw, "id"),
    name: text(raw, "display_name"),
    avatarURL: text(raw, "images", 0, "url"),
  }),
};
