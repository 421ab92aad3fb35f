import type { EmulatedCall } from "./emulation.ts";

/** Everything that the account asked for. */
export const LIST = "/v1/predictions";
/** What callbacks are signed with. */
export const SECRET = "/v1/webhooks/default/secret";

/** Which call of Replicate's API it is, and what it is about. */
export function routeOf(method: string, path: string): Pick<EmulatedCall, "route" | "target"> {
  const submit = /^\/v1\/models\/([^/]+\/[^/]+)\/predictions$/.exec(path);
  if (submit && method === "POST") return { route: "submit", target: submit[1]! };
  if (path === "/v1/files" && method === "POST") return { route: "upload", target: "" };
  const cancel = /^\/v1\/predictions\/([^/]+)\/cancel$/.exec(path);
  if (cancel && method === "POST") return { route: "cancel", target: cancel[1]! };
  if (method !== "GET") return { route: "unknown", target: "" };
  const status = /^\/v1\/predictions\/([^/]+)$/.exec(path);
  if (status) return { route: "status", target: status[1]! };
  if (path === LIST) return { route: "status", target: path };
  if (path === SECRET) return { route: "unknown", target: path };
  const file = /^\/files\/(.+)$/.exec(path);
  return file ? { route: "file", target: file[1]! } : { route: "unknown", target: "" };
}
