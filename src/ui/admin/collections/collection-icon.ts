import type { IconName } from "../../kit/icon-paths.ts";

/** The icon of a collection type. */
export function iconOf(type: string): IconName {
  if (type === "auth") return "users";
  return type === "view" ? "view" : "base";
}
