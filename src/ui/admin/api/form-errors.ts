import { ClientResponseError } from "pocketbase";
import { t } from "../i18n/language.ts";
import { errors } from "../i18n/en/errors.ts";

/** What is wrong with each field of a form, by its path with dots; the empty path is the whole. */
export type FormErrors = Readonly<Record<string, string>>;

/**
 * What the server said about a form.
 *
 * @returns undefined when the error is not about its fields
 */
export function formErrors(error: unknown): FormErrors | undefined {
  if (!(error instanceof ClientResponseError)) return undefined;
  const found = Object.fromEntries(flatten(error.response["data"], ""));
  return Object.keys(found).length > 0 ? found : undefined;
}

/** What the page itself found; its message is a text of the catalogue. */
export class PageError extends Error {}

/** One sentence about a failed request. */
export function errorText(error: unknown): string {
  if (error instanceof PageError) return error.message;
  if (!(error instanceof ClientResponseError)) return t("errors.unexpected");
  if (error.status === 0) return t("shell.offline");
  const { message } = error.response;
  return typeof message === "string" && message !== "" ? message : t("errors.unexpected");
}

function* flatten(data: unknown, path: string): Generator<[string, string]> {
  if (typeof data !== "object" || data === null) return;
  if ("code" in data && "message" in data && typeof data.message === "string") {
    yield [path, knownText(data.code) ?? data.message];
    return;
  }
  for (const [key, value] of Object.entries(data)) {
    yield* flatten(value, path === "" ? key : `${path}.${key}`);
  }
}

/** The catalogue's text for a code; where there is none the server's own text is shown. */
function knownText(code: unknown): string | undefined {
  const key = `errors.${String(code)}`;
  return isKnown(key) ? t(key) : undefined;
}

function isKnown(key: string): key is keyof typeof errors {
  return Object.hasOwn(errors, key);
}

/** The errors below a path: those of `fields.2` when given `fields.2`. */
export function errorsBelow(errors: FormErrors, path: string): FormErrors {
  const prefix = `${path}.`;
  return Object.fromEntries(
    Object.entries(errors)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, text]) => [key.slice(prefix.length), text]),
  );
}

/** The errors that are left when those at and below a path are gone. */
export function withoutErrors(errors: FormErrors, path: string): FormErrors {
  return Object.fromEntries(
    Object.entries(errors).filter(([key]) => key !== path && !key.startsWith(`${path}.`)),
  );
}
