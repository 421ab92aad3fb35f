import { toText } from "../lib/cast.ts";
import { snakeCase } from "../lib/snake-case.ts";

/** What a subscription asks for beside its topic: seen by rules as the query and headers of a request. */
export interface TopicOptions {
  readonly query: Readonly<Record<string, string>>;
  /** Names as rules spell them: `X-Token` is `x_token`. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface ParsedTopic {
  /** The part before `?`. */
  readonly topic: string;
  readonly options: TopicOptions;
}

/**
 * Splits a subscription `posts/*?options={"query":{…},"headers":{…}}` (PocketBase: DefaultClient.Subscribe).
 * Any text is a subscription; options that cannot be read count as none.
 */
export function parseTopic(text: string): ParsedTopic {
  const mark = text.indexOf("?");
  if (mark < 0) return { topic: text, options: NO_OPTIONS };
  return { topic: text.slice(0, mark), options: parseOptions(text.slice(mark + 1)) };
}

const NO_OPTIONS: TopicOptions = { query: {}, headers: {} };

function parseOptions(query: string): TopicOptions {
  const [withoutFragment = ""] = query.split("#");
  const raw = new URLSearchParams(withoutFragment).get("options");
  if (!raw) return NO_OPTIONS;
  try {
    const parsed: unknown = JSON.parse(raw);
    return {
      query: texts(member(parsed, "query")),
      headers: texts(member(parsed, "headers"), snakeCase),
    };
  } catch {
    return NO_OPTIONS;
  }
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function texts(values: unknown, rename = (name: string) => name): Record<string, string> {
  if (typeof values !== "object" || values === null) return {};
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [rename(name), toText(value)]),
  );
}
