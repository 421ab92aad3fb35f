import { forbidden } from "../../lib/errors.ts";
import { isIpInList } from "../../lib/ip.ts";
import { defineMiddleware } from "../chain.ts";

/** Refuses superusers whose address is not in the settings' list, when there is one. */
export const superuserIPsWhitelist = defineMiddleware({
  id: "pbSuperuserIPsWhitelist",
  priority: -1015,
  enter: (event) => {
    const { superuserIPs } = event.app.settings;
    if (superuserIPs.length === 0 || !event.hasSuperuserAuth()) return;
    if (!isIpInList(superuserIPs, event.realIP())) {
      throw forbidden("", { cause: new Error("superuser IP is not whitelisted") });
    }
  },
});
