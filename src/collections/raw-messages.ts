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

/** The same in one line: `name: cannot be blank; options: (max: must be no less than 1.).` */
export function problemsText(errors: ErrorTree): string {
  return lineOf(rawMessages(errors));
}

function lineOf(messages: RawMessages): string {
  const parts = Object.entries(messages).map(([key, message]) =>
    typeof message === "string" ? `${key}: ${message}` : `${key}: (${lineOf(message)})`,
  );
  return `${parts.join("; ")}.`;
}

/** Generic rules and errors of parsers begin in lower case and have no full stop. */
const LOWER_CASE =
  /^validation_(required|nil|empty|nil_or_not_empty_required|length_\w+|min_greater_\w+|max_less_\w+|in_invalid|not_in_invalid|match_invalid|date_\w+|is_\w+|invalid_regex|invalid_autogenerate_pattern)$/;

/** Messages that have no full stop, most because they end in something quoted or raw. */
const OPEN_ENDED =
  /^validation_(duplicated_field_\w+|missing_field|invalid_rule|invalid_view_query|\w+_number_constraint|only_int_constraint|invalid_autogenerate_pattern_value)$/;

function rawMessage({ code, message }: ErrorLeaf): string {
  if (LOWER_CASE.test(code)) return message[0]!.toLowerCase() + message.slice(1).replace(/\.$/, "");
  return OPEN_ENDED.test(code) ? message.replace(/\.$/, "") : message;
}
