import { ClientResponseError } from "pocketbase";
import { errorText } from "../../api/form-errors.ts";
import { t } from "../../i18n/language.ts";
import { unknownNames } from "./unknown-names.ts";

/** All that PocketBase says of a filter or sort that it cannot read. */
const SAYS_NOTHING = "Something went wrong while processing your request.";

/**
 * Why a list could not be fetched. What the server does not tell of a filter is told as far as it can be seen here.
 *
 * @param names the fields that there are
 */
export function listProblem(error: unknown, filter: string, names: readonly string[]): string {
  const text = errorText(error);
  const isUnread = error instanceof ClientResponseError && error.status === 400;
  if (!isUnread || filter === "" || text !== SAYS_NOTHING) return text;
  const unknown = unknownNames(filter, names);
  return unknown.length > 0
    ? t("records.search.unknown", { names: unknown.join(", ") })
    : t("records.search.unread");
}
