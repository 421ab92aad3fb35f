import type { OAuth2Provider } from "./provider.ts";
import { text } from "./raw-fields.ts";

/** A person has several addresses there, and none is said to be verified: none is read. */
export const planningcenter: OAuth2Provider = {
  name: "planningcenter",
  pkce: true,
  scopes: ["people"],
  authURL: "https://api.planningcenteronline.com/oauth/authorize",
  tokenURL: "https://api.planningcenteronline.com/oauth/token",
  userInfoURL: "https://api.planningcenteronline.com/people/v2/me",
  toProfile: ({ data }) => {
    if (text(data, "attributes", "status") !== "active") throw new Error("the user is not active");
    return {
      id: text(data, "id"),
      name: text(data, "attributes", "name"),
      avatarURL: text(data, "attributes", "avatar"),
    };
  },
};
