import type { Random } from "./random.ts";

/** What clients send. */
export type Parameter = "filter" | "sort" | "expand" | "fields";

/** Pieces that texts are put together from, by parameter; `*` for all. */
const PIECES: Readonly<Record<Parameter | "*", readonly string[]>> = {
  "*": [
    " ",
    "\t",
    "\n",
    "\r",
    "\0",
    ".",
    ",",
    ":",
    "(",
    ")",
    "'",
    '"',
    "`",
    "\\",
    "-",
    "+",
    "*",
    "/",
    "é",
    "😀",
    "\u2028",
    "\ufeff",
    "%",
    "_",
    "[",
    "]",
    "{",
    "}",
    ";",
    "--",
    "/*",
    "NULL",
    "1",
    "0",
    "99999999999999999999",
    "a".repeat(300),
  ],
  filter: [
    "=",
    "!=",
    "~",
    "!~",
    ">",
    ">=",
    "<",
    "<=",
    "?=",
    "?!=",
    "?~",
    "?",
    "!",
    "&&",
    "||",
    "&",
    "|",
    "//",
    "true",
    "null",
    "'x'",
    "''",
    "-1.5",
    ".5",
    "5.",
    "1e9",
    "title",
    "secret",
    "rank",
    "at",
    "kinds",
    "data",
    "place",
    "parent",
    "links",
    "id",
    "data.a.0",
    "data.a.1.b",
    "data..a",
    "place.lon",
    "parent.title",
    "links.links.title",
    "notes_via_parent.rank",
    "notes_via_links.id",
    "tags_via_note.name",
    "parent.".repeat(6) + "id",
    "links.".repeat(7) + "id",
    ":each",
    ":length",
    ":lower",
    ":isset",
    ":changed",
    "@request.auth.id",
    "@request.auth.title",
    "@request.body.kinds:each",
    "@request.query.filter",
    "@request.headers.x",
    "@collection.notes.rank",
    "@collection.tags:t.name",
    "@now",
    "@month",
    "strftime('%Y', at)",
    "strftime('%Y',",
    "geoDistance(place.lon, place.lat, 1, 2)",
    "geoDistance(",
    "{:x}",
  ],
  sort: [
    "title",
    "rank",
    "-rank",
    "+title",
    "secret",
    "parent.title",
    "links.rank",
    "kinds:each",
    "kinds:length",
    "title:lower",
    "data.a",
    "@rowid",
    "@random",
    "-@rowid",
    "@now",
    "@request.auth.id",
    "tags_via_note.name",
    "id",
  ],
  expand: [
    "parent",
    "links",
    "title",
    "notes_via_parent",
    "notes_via_links",
    "tags_via_note",
    "tags(note)",
    "notes(links)",
    "parent.parent",
    "links.links",
    "nope",
  ],
  fields: [
    "id",
    "title",
    "expand",
    "data.a",
    "data.*",
    "*",
    ":excerpt(5)",
    ":excerpt(5,true)",
    ":excerpt(",
    ":nope",
    "excerpt",
    "items",
    "collectionName",
  ],
};

const SIGNS = ["=", "!=", "~", "!~", ">", "<", "?=", "?!~"];

/** A text for a parameter, mostly nearly right. */
export function randomText(random: Random, parameter: Parameter): string {
  const pieces = PIECES[parameter];
  const any = () => (random.chance(0.6) ? random.pick(pieces) : random.pick(PIECES["*"]));
  // Mostly well-formed, then damaged: pure noise would never get past the first character.
  const isWild = random.chance(0.3);
  const text = isWild
    ? Array.from({ length: random.integer(1, 12) }, any).join("")
    : wellFormed(random, parameter);
  return random.chance(0.6) ? damaged(random, text, any) : text;
}

function wellFormed(random: Random, parameter: Parameter): string {
  const names = PIECES[parameter].filter(
    (piece) => /^[-+@\w][\w.:@()]*$/.test(piece) && !piece.endsWith("("),
  );
  if (parameter !== "filter")
    return Array.from({ length: random.integer(1, 4) }, () => random.pick(names)).join(",");
  const side = () =>
    random.chance(0.5) ? random.pick(names) : random.pick(["'x'", "''", "1", "null", "true"]);
  const comparison = () => `${random.pick(names)} ${random.pick(SIGNS)} ${side()}`;
  const parts = Array.from({ length: random.integer(1, 4) }, comparison);
  const joinedParts = parts.join(random.pick([" && ", " || "]));
  const depth = random.chance(0.02) ? random.integer(1, 1600) : random.integer(0, 2);
  return "(".repeat(depth) + joinedParts + ")".repeat(depth);
}

function damaged(random: Random, text: string, piece: () => string): string {
  let result = text;
  for (let n = random.integer(1, 3); n > 0; n--) {
    const at = random.integer(0, result.length);
    const removed = random.chance(0.5) ? random.integer(0, 4) : 0;
    result = result.slice(0, at) + (random.chance(0.7) ? piece() : "") + result.slice(at + removed);
  }
  return random.chance(0.03) ? result.repeat(random.integer(2, 60)).slice(0, 4000) : result;
}
