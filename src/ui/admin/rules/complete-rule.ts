import type { CollectionModel } from "pocketbase";
import type { Completion, Suggestion } from "../../kit/completion.ts";
import { tokenize } from "../../kit/code-languages.ts";
import { kindOf } from "../collections/field-types/index.ts";

/** What a rule or filter may speak of. */
export interface RuleScope {
  /** The one whose rows are judged. */
  readonly collection: CollectionModel;
  readonly collections: readonly CollectionModel[];
  /** `@request.…`; rules have it, the filter of a list has it too. */
  readonly hasRequest?: boolean | undefined;
}

/** PocketBase suggests as many. */
const MOST = 30;
const DEEPEST = 4;

const MACROS = [
  "@now",
  "@todayStart",
  "@todayEnd",
  "@yesterday",
  "@tomorrow",
  "@monthStart",
  "@monthEnd",
  "@yearStart",
  "@yearEnd",
  "@second",
  "@minute",
  "@hour",
  "@day",
  "@weekday",
  "@month",
  "@year",
];

const REQUEST = [
  "@request.auth.",
  "@request.body.",
  "@request.query.",
  "@request.headers.",
  "@request.method",
  "@request.context",
];

const FUNCTIONS = ["geoDistance(", "strftime("];

/** What may stand at the caret of a rule or filter. Inside of texts and comments nothing does. */
export function completeRule(
  code: string,
  caret: number,
  scope: RuleScope,
): Completion | undefined {
  const word = /[@\w.:]*$/.exec(code.slice(0, caret))?.[0] ?? "";
  const from = caret - word.length;
  if (word === "" || isInText(code, from)) return undefined;
  const suggestions = suggest(word, scope).filter(({ text }) => text !== word);
  return { from, suggestions: suggestions.slice(0, MOST) };
}

function isInText(code: string, place: number): boolean {
  let at = 0;
  for (const { kind, text } of tokenize(code, "rule")) {
    const end = at + text.length;
    if (place >= at && place < end) return kind === "text" || kind === "comment";
    at = end;
  }
  return false;
}

function suggest(word: string, scope: RuleScope): Suggestion[] {
  const { collection, collections, hasRequest = true } = scope;
  if (!word.startsWith("@")) {
    const names = pathSuggestions(word, { prefix: "", roots: [collection], collections });
    return [...names, ...matching(FUNCTIONS, word).map((text) => ({ text }))];
  }
  if (word.startsWith("@collection.")) return joinSuggestions(word, scope);
  if (hasRequest && word.startsWith("@request.auth.")) {
    const roots = collections.filter(({ type, system }) => type === "auth" && !system);
    return pathSuggestions(word, { prefix: "@request.auth.", roots, collections });
  }
  if (hasRequest && word.startsWith("@request.body.")) {
    return pathSuggestions(word, { prefix: "@request.body.", roots: [collection], collections });
  }
  const known = [...(hasRequest ? REQUEST : []), "@collection.", ...MACROS];
  return matching(known, word).map((text) => ({ text }));
}

function joinSuggestions(word: string, scope: RuleScope): Suggestion[] {
  const { collections } = scope;
  const [, alias, name] = /^(@collection\.(\w+)(?::\w+)?\.)/.exec(word) ?? [];
  const root = collections.find((each) => each.name === name);
  if (alias && root) return pathSuggestions(word, { prefix: alias, roots: [root], collections });
  const names = collections.map((each) => `@collection.${each.name}.`);
  return matching(names, word).map((text) => ({ text }));
}

interface PathScope {
  /** What stands before the path. */
  readonly prefix: string;
  /** Where the path begins; several when it is not known which. */
  readonly roots: readonly CollectionModel[];
  readonly collections: readonly CollectionModel[];
}

/** Fields at the end of a path, then those behind the relations there. */
function pathSuggestions(word: string, { prefix, roots, collections }: PathScope): Suggestion[] {
  const path = word.slice(prefix.length);
  const cut = path.lastIndexOf(".") + 1;
  const walked = path.slice(0, cut).split(".").slice(0, -1);
  const ends = roots.flatMap((root) => walk(root, walked, collections) ?? []);
  const before = prefix + path.slice(0, cut);
  const letters = path.slice(cut);
  const near = ends.flatMap((end) => fieldsOf(end, before, collections));
  const isDeep = letters.length > 1 && !letters.includes(":");
  const far = isDeep
    ? ends.flatMap((end) => fieldsBehind(end, before, { collections, depth: walked.length }))
    : [];
  const found = [...rank(near, letters, before.length), ...rank(far, letters, before.length)];
  const unique = new Map(found.map((each) => [each.text, each]));
  return [...unique.values()];
}

/** The collection at the end of a path of relations; undefined when it leads nowhere. */
function walk(
  from: CollectionModel,
  steps: readonly string[],
  collections: readonly CollectionModel[],
): CollectionModel | undefined {
  let at: CollectionModel | undefined = from;
  for (const step of steps) {
    at = at && stepInto(at, step, collections);
  }
  return at;
}

function stepInto(
  from: CollectionModel,
  step: string,
  collections: readonly CollectionModel[],
): CollectionModel | undefined {
  const via = /^(\w+)_via_(\w+)$/.exec(step);
  if (via) return collections.find(({ name }) => name === via[1]);
  const target: unknown = from.fields.find(({ name }) => name === step)?.["collectionId"];
  return collections.find(({ id }) => id === target);
}

/** Fields with their modifiers, and what refers to the collection. */
function fieldsOf(
  collection: CollectionModel,
  before: string,
  collections: readonly CollectionModel[],
): Suggestion[] {
  const ofBody = before === "@request.body." ? ["isset", "changed"] : [];
  const fields = collection.fields
    .filter(({ name, hidden, system }) => !(hidden && system && name !== "id"))
    .flatMap((field) => {
      const note = field.type;
      const modifiers = [...ofBody, ...(kindOf(field).modifiers?.(field) ?? [])];
      return [
        { text: before + field.name, note },
        ...modifiers.map((modifier) => ({ text: `${before}${field.name}:${modifier}`, note })),
      ];
    });
  const back = collections.flatMap(({ name, fields }) =>
    fields
      .filter((field) => field["collectionId"] === collection.id)
      .map((field) => ({ text: `${before}${name}_via_${field.name}.`, note: "relation" })),
  );
  const ofRecord = ["collectionId", "collectionName"].map((name) => ({ text: before + name }));
  return [...fields, ...back, ...ofRecord];
}

/** Fields one or two relations further on. */
function fieldsBehind(
  collection: CollectionModel,
  before: string,
  {
    collections,
    depth,
  }: { readonly collections: readonly CollectionModel[]; readonly depth: number },
): Suggestion[] {
  if (depth >= DEEPEST - 1) return [];
  return collection.fields.flatMap((field) => {
    const target = stepInto(collection, field.name, collections);
    return target ? fieldsOf(target, `${before}${field.name}.`, collections) : [];
  });
}

/** Those that hold the letters: in front those that begin with them, shorter ones first. */
function rank(suggestions: readonly Suggestion[], letters: string, skipped: number): Suggestion[] {
  const wanted = letters.toLowerCase();
  const rest = (each: Suggestion) => each.text.slice(skipped).toLowerCase();
  const starts = (each: Suggestion) =>
    rest(each)
      .split(".")
      .some((part) => part.startsWith(wanted));
  const found = suggestions.filter((each) => rest(each).includes(wanted));
  if (wanted === "") return found.filter(({ text }) => !text.slice(skipped).includes(":"));
  return found.toSorted(
    (a, b) => Number(starts(b)) - Number(starts(a)) || a.text.length - b.text.length,
  );
}

function matching(words: readonly string[], word: string): string[] {
  const wanted = word.toLowerCase();
  return words.filter((each) => each.toLowerCase().startsWith(wanted));
}
