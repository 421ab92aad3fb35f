import { type ErrorLeaf, type ErrorTree, isLeaf } from "../lib/errors.ts";

/** Problems as an import prints them: nested objects whose leaves are the bare messages. */
export interface RawMessages {
  [key: string]: string | RawMessages;
}

/**
 * The messages of a tree of problems before they were made sentences, keys in order: what an import shows
 * inside its own message.
 */
export function rawMessages(errors: ErrorTree): RawMessages {
  const result: RawMessages = {};
  for (const key of Object.keys(errors).toSorted()) {
    const node = errors[key]!;
    result[key] = isLeaf(node) ? rawMessage(node) : rawMessages(node);
  }
  return result;
}

/** Generic rules begin in lower case and have no full stop. */
const GENERIC =
  /^validation_(required|nil|empty|nil_or_not_empty_required|length_\w+|min_greater_\w+|max_less_\w+|in_invalid|not_in_invalid|match_invalid|date_\w+|is_\w+)$/;

/** Messages that end in something quoted or raw. */
const OPEN_ENDED =
  /^validation_(duplicated_field_id|duplicated_field_name|missing_field|invalid_rule|invalid_view_query|invalid_regex)$/;

function rawMessage({ code, message }: ErrorLeaf): string {
  if (GENERIC.test(code)) return message[0]!.toLowerCase() + message.slice(1).replace(/\.$/, "");
  return OPEN_ENDED.test(code) ? message.replace(/\.$/, "") : message;
}
