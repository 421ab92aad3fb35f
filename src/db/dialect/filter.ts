import { type Fragment, identifier, join, raw, sql } from "./fragment.ts";

/** What filters, sorts and rules are made of. Values are operands; conditions come out self-contained. */

export const NULL = raw("NULL");
export const TRUE = raw("TRUE");
export const FALSE = raw("FALSE");
export const ONE = raw("1");
export const ZERO = raw("0");
export const EMPTY_TEXT = raw("''");
export const ALWAYS = raw("'' = ''");
export const NEVER = raw("'' IS NOT ''");
export const RANDOM = raw("RANDOM()");

export type ComparisonWord = "=" | "IS" | "IS NOT" | "<" | "<=" | ">" | ">=";

export function compare(left: Fragment, word: ComparisonWord, right: Fragment): Fragment {
  return join([left, right], ` ${word} `);
}

/** Compares after NULL became an empty text on both sides. */
export function compareCoalesced(left: Fragment, word: ComparisonWord, right: Fragment): Fragment {
  return compare(sql`COALESCE(${left}, '')`, word, sql`COALESCE(${right}, '')`);
}

/** True for NULL and for the empty text; not a bare COALESCE, which could use no index. */
export function isBlank(value: Fragment): Fragment {
  return sql`(${value} = '' OR ${value} IS NULL)`;
}

export function isNotBlank(value: Fragment): Fragment {
  return sql`(${value} IS NOT '' AND ${value} IS NOT NULL)`;
}

/** LIKE with a finished pattern; `\` escapes. */
export function like(value: Fragment, pattern: Fragment, negated: boolean): Fragment {
  return sql`${value} ${raw(negated ? "NOT LIKE" : "LIKE")} ${pattern} ESCAPE '\\'`;
}

/** The pattern that finds another column's value anywhere. */
export function containing(value: Fragment): Fragment {
  return sql`('%' || ${value} || '%')`;
}

/**
 * A bound text that SQLite does not look at when it plans: a bare parameter of LIKE makes it plan anew for
 * each run, which pays only when the pattern's beginning can be looked up in an index.
 */
export function unpeeked(text: Fragment): Fragment {
  return sql`(${text} || '')`;
}

export function not(condition: Fragment): Fragment {
  return sql`NOT (${condition})`;
}

export function both(first: Fragment, second: Fragment): Fragment {
  return sql`(${first} AND ${second})`;
}

export interface JoinedCondition {
  /** How it is joined to the one before. */
  readonly join: "AND" | "OR";
  readonly condition: Fragment;
}

/** Conditions in one bracket, AND binding tighter than OR as in SQL; a single one is left bare. */
export function group(conditions: readonly JoinedCondition[]): Fragment {
  const [first, ...rest] = conditions;
  if (!first) return ALWAYS;
  if (rest.length === 0) return first.condition;
  const parts = rest.map((part) => sql` ${raw(part.join)} ${part.condition}`);
  return sql`(${join([first.condition, ...parts], "")})`;
}

export function enclose(value: Fragment): Fragment {
  return sql`(${value})`;
}

/**
 * A value that may be a REAL, for use as text: with 15 digits, as in the SQLite that PocketBase has. Newer
 * ones write 17, and `1.1 + 2.2` would contain `3.3000000000000003`.
 */
export function shortReal(value: Fragment): Fragment {
  return sql`iif(typeof(${value}) = 'real', printf('%!.15g', ${value}), ${value})`;
}

export function lower(value: Fragment): Fragment {
  return sql`LOWER(${value})`;
}

export function formatTime(args: readonly Fragment[]): Fragment {
  return sql`strftime(${join(args, ",")})`;
}

/** Great-circle distance in kilometres; degrees in. The clamp keeps identical points from being NULL. */
export function greatCircleDistance(
  lonA: Fragment,
  latA: Fragment,
  lonB: Fragment,
  latB: Fragment,
): Fragment {
  const cosine = sql`cos(radians(${latA})) * cos(radians(${latB})) * cos(radians(${lonB}) - radians(${lonA})) + sin(radians(${latA})) * sin(radians(${latB}))`;
  return sql`(6371 * acos(max(-1, min(1, ${cosine}))))`;
}

/** The rows of a column's JSON array; another value counts as an array of one. */
export function jsonItems(column: Fragment): Fragment {
  return sql`json_each(CASE WHEN iif(json_valid(${column}), json_type(${column})='array', FALSE) THEN ${column} ELSE json_array(${column}) END)`;
}

/** The rows of a JSON array given as a value. */
export function jsonItemsOf(value: unknown): Fragment {
  return sql`json_each(${value})`;
}

export function jsonLength(column: Fragment): Fragment {
  return sql`json_array_length(CASE WHEN iif(json_valid(${column}), json_type(${column})='array', FALSE) THEN ${column} ELSE (CASE WHEN ${column} = '' OR ${column} IS NULL THEN json_array() ELSE json_array(${column}) END) END)`;
}

/**
 * A value inside a JSON column, or the whole of it as its SQL counterpart; text that is no JSON counts as
 * a JSON string.
 *
 * @param path `""`, `.a.b` or `[0].c`
 */
export function jsonAt(column: Fragment, path: string): Fragment {
  const value = shortReal(column);
  const extracted = sql`JSON_EXTRACT(${value}, ${literal(`$${path}`)})`;
  const fromText = sql`JSON_EXTRACT(json_object('pb', ${value}), ${literal(`$.pb${path}`)})`;
  return sql`(CASE WHEN json_valid(${value}) THEN ${extracted} ELSE ${fromText} END)`;
}

export function leftJoin(source: Fragment, alias: string, on?: Fragment): Fragment {
  const joined = sql`LEFT JOIN ${source} ${identifier(alias)}`;
  return on ? sql`${joined} ON ${on}` : joined;
}

/** True when the value is in a JSON array of texts, given as a parameter. */
export function isAmong(value: Fragment, list: unknown): Fragment {
  return sql`${value} IN (SELECT value FROM json_each(${list}))`;
}

/** True when a column's JSON array (or single value) has the value. */
export function holds(column: Fragment, value: Fragment, alias: string): Fragment {
  return sql`${value} IN (SELECT ${identifier(alias, "value")} FROM ${jsonItems(column)} ${identifier(alias)})`;
}

export interface MatchAllSource {
  /** The row that the condition is about: alias in the outer query. */
  readonly outer: string;
  readonly table: string;
  /** Alias of the same row inside. */
  readonly alias: string;
  readonly joins: readonly Fragment[];
}

/** All values that a path has for one row, as `multiMatchValue`. */
export function selectAllValues(source: MatchAllSource, value: Fragment): Fragment {
  const from = sql`${identifier(source.table)} ${identifier(source.alias)}`;
  const same = compare(identifier(source.alias, "id"), "=", identifier(source.outer, "id"));
  return sql`SELECT ${value} AS ${identifier("multiMatchValue")} FROM ${from} ${join(source.joins, " ")} WHERE ${same}`;
}

export function matchedValue(alias: string): Fragment {
  return identifier(alias, "multiMatchValue");
}

/** True unless a value of the sub-query satisfies `failing`. */
export function noneOf(values: Fragment, alias: string, failing: Fragment): Fragment {
  return sql`NOT EXISTS (SELECT 1 FROM (${values}) ${identifier(alias)} WHERE ${failing})`;
}

/** True unless a pair of values of two sub-queries satisfies `failing`. */
export function noPairOf(
  left: { readonly values: Fragment; readonly alias: string },
  right: { readonly values: Fragment; readonly alias: string },
  failing: Fragment,
): Fragment {
  const from = sql`(${left.values}) ${identifier(left.alias)} LEFT JOIN (${right.values}) ${identifier(right.alias)}`;
  return sql`NOT EXISTS (SELECT 1 FROM ${from} WHERE ${failing})`;
}

export function order(value: Fragment, direction: "ASC" | "DESC"): Fragment {
  return sql`${value} ${raw(direction)}`;
}

/** Text inside the SQL: only for what was compiled from a schema or cleaned of everything but word characters. */
function literal(text: string): Fragment {
  return raw(`'${text.replaceAll("'", "''")}'`);
}
