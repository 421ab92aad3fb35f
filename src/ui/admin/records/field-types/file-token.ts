import { signal } from "@preact/signals";
import { client } from "../../api/client.ts";

/** Tokens of the server live for three minutes unless the collection says otherwise. */
const RENEW_MS = 90_000;

const token = signal("");
let askedAt = 0;

/** A token for protected files; empty until the server has given one. */
export function fileToken(): string {
  if (Date.now() - askedAt > RENEW_MS) {
    askedAt = Date.now();
    client.files.getToken().then(
      (fresh) => (token.value = fresh),
      () => (token.value = ""),
    );
  }
  return token.value;
}
