/** Kinds of fields for folders that two servers write: values that both answer exactly as they were sent. */
import type { Random } from "./random.ts";

export interface FieldKind {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** What a record has that was made before the field. */
  readonly empty: unknown;
  readonly value: (random: Random, userIds: readonly string[]) => unknown;
  /** Whether its `maxSelect` may go from one to several and back. */
  readonly isSelectable?: boolean;
  readonly holdsFiles?: boolean;
  readonly refersToUsers?: boolean;
}

const CHOICES = ["a", "b", "c", "ä ö", "0"];
export const USERS_ID = "_pb_users_auth_";

export const FIELD_KINDS: readonly FieldKind[] = [
  { name: "text", options: { type: "text" }, empty: "", value: text },
  {
    name: "editor",
    options: { type: "editor" },
    empty: "",
    value: (random) => `<p>${text(random)}</p>`,
  },
  {
    name: "number",
    options: { type: "number" },
    empty: 0,
    value: (random) => random.pick([0, -1, 0.125, 1e15, random.integer(-1000, 1000) / 8]),
  },
  { name: "bool", options: { type: "bool" }, empty: false, value: (random) => random.chance(0.5) },
  {
    name: "email",
    options: { type: "email" },
    empty: "",
    value: (random) => random.pick(["", `${random.word(8)}@example.com`]),
  },
  {
    name: "url",
    options: { type: "url" },
    empty: "",
    value: (random) => random.pick(["", `https://example.com/${random.word(5)}?q=1#x`]),
  },
  {
    name: "date",
    options: { type: "date" },
    empty: "",
    value: (random) => random.pick(["", date(random.integer(-2_000_000, 4_000_000) * 1_000_123)]),
  },
  {
    name: "json",
    options: { type: "json" },
    empty: null,
    value: (random) =>
      random.pick<unknown>([null, 1.5, "x", true, [], [1, "two", null], { a: { b: ["ä"] } }, {}]),
  },
  {
    name: "geoPoint",
    options: { type: "geoPoint" },
    empty: { lon: 0, lat: 0 },
    value: (random) => ({ lon: random.integer(-720, 720) / 4, lat: random.integer(-360, 360) / 4 }),
  },
  {
    name: "select",
    options: { type: "select", values: CHOICES },
    empty: "",
    value: (random) => several(random, CHOICES),
    isSelectable: true,
  },
  {
    name: "relation",
    options: { type: "relation", collectionId: USERS_ID },
    empty: "",
    value: several,
    isSelectable: true,
    refersToUsers: true,
  },
  {
    name: "file",
    options: { type: "file" },
    empty: "",
    value: () => [],
    isSelectable: true,
    holdsFiles: true,
  },
];

export function date(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace("T", " ");
}

export function text(random: Random): string {
  return random.pick([
    "",
    random.word(8),
    "ä😀 \"quoted\" 'single' %_\\",
    "line\nbreak\ttab",
    '{"a":1}',
    "0012",
    "1e5",
    "true",
    " blank ",
  ]);
}

function several(random: Random, from: readonly string[]): string[] {
  return from.filter(() => random.chance(0.4)).slice(0, 3);
}
