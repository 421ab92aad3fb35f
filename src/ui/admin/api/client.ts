import PocketBase, { LocalAuthStore } from "pocketbase";

/** The API lies one step above the page, also below a prefix that a proxy adds. */
const BASE = new URL("../", location.href).href.replace(/\/$/, "");

/** The official SDK, with the superuser's token in the place where PocketBase's UI keeps it. */
export const client = new PocketBase(
  BASE,
  new LocalAuthStore(`__pb_superusers__${location.pathname}`),
);
client.autoCancellation(false);

/** A client that shares nothing with the superuser's session: for links in mails to anybody's account. */
export function guestClient(): PocketBase {
  return new PocketBase(BASE, new LocalAuthStore("__generatio_guest__"));
}
