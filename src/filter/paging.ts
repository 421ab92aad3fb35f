import { FilterError } from "./errors.ts";

/** The query parameters of a list as they were sent; an empty one counts as absent. */
export interface PagingParams {
  readonly page?: string | undefined;
  readonly perPage?: string | undefined;
  readonly skipTotal?: string | undefined;
}

/** Which rows a list asks for. Integers of 64 bits, as PocketBase computes with them. */
export interface Paging {
  readonly page: bigint;
  readonly perPage: bigint;
  /** Wraps around for absurd pages; SQLite takes a negative one as 0. */
  readonly offset: bigint;
  readonly skipTotal: boolean;
}

const DEFAULT_PER_PAGE = 30n;
const MAX_PER_PAGE = 1000n;

/**
 * Reads and clamps the paging parameters: page 1 and 30 rows unless said otherwise, 1,000 at most.
 *
 * @throws FilterError for what is no integer or boolean
 */
export function readPaging(params: PagingParams): Paging {
  const skipTotal = parseBool(params.skipTotal);
  const page = atLeastOne(parseInteger(params.page), 1n);
  const wished = atLeastOne(parseInteger(params.perPage), DEFAULT_PER_PAGE);
  const perPage = wished > MAX_PER_PAGE ? MAX_PER_PAGE : wished;
  return { page, perPage, offset: BigInt.asIntN(64, perPage * (page - 1n)), skipTotal };
}

function atLeastOne(value: bigint, otherwise: bigint): bigint {
  return value > 0n ? value : otherwise;
}

/** As Go's Atoi. */
function parseInteger(text = ""): bigint {
  if (text === "") return 0n;
  if (!/^[+-]?\d{1,400}$/.test(text)) throw new FilterError("invalid integer");
  const value = text.startsWith("-") ? -BigInt(text.slice(1)) : BigInt(text.replace("+", ""));
  if (BigInt.asIntN(64, value) !== value) throw new FilterError("integer out of range");
  return value;
}

const TRUE_WORDS: ReadonlySet<string> = new Set(["1", "t", "T", "TRUE", "true", "True"]);
const FALSE_WORDS: ReadonlySet<string> = new Set(["", "0", "f", "F", "FALSE", "false", "False"]);

/** As Go's ParseBool. */
function parseBool(text = ""): boolean {
  if (TRUE_WORDS.has(text)) return true;
  if (FALSE_WORDS.has(text)) return false;
  throw new FilterError("invalid boolean");
}
