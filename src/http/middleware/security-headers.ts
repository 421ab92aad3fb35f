import { defineMiddleware } from "../chain.ts";

/** Headers that every answer carries (PocketBase: apis/middlewares.go, securityHeaders). */
export const securityHeaders = defineMiddleware({
  id: "pbSecurityHeaders",
  priority: -1010,
  enter: ({ state: { headers } }) => {
    headers["x-xss-protection"] = "1; mode=block";
    headers["x-content-type-options"] = "nosniff";
    headers["x-frame-options"] = "SAMEORIGIN";
    headers["cross-origin-opener-policy"] = "same-origin";
  },
});
