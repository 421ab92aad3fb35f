/** Query parameters that let their holder in: file and auth tokens, codes of sign-in flows, keys. */
const SECRETS = "token|access_token|id_token|code|state|password|secret|key|api_key|apikey";
const SECRET_VALUE = new RegExp(`([?&](?:${SECRETS})=)[^&#\\s]+`, "gi");

/** A URL that may be written down: the values of parameters that are secrets are replaced by `***`. */
export function redactUrl(url: string): string {
  return url.includes("=") ? url.replace(SECRET_VALUE, "$1***") : url;
}
