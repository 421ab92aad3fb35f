import type { AuthCollectionModel, CollectionModel } from "pocketbase";
import type { CollectionDraft, RuleName } from "./draft.ts";
import { indexHasColumn } from "./index-text.ts";
import { kindOf } from "./field-types/index.ts";

/** What a save does beside storing new options; shown before it is done. */
export interface CollectionChanges {
  readonly renamed: { readonly from: string; readonly to: string } | undefined;
  readonly renamedFields: readonly { readonly from: string; readonly to: string }[];
  readonly losses: readonly DataLoss[];
  readonly droppedIndexes: readonly string[];
  readonly rules: readonly RuleChange[];
  readonly movedProviders: readonly MovedProvider[];
}

/** Stored data that a save takes away. */
export interface DataLoss {
  readonly kind: "removed" | "single" | "values";
  readonly field: string;
  /** Matches the rows it is about; empty when all are. */
  readonly filter: string;
  readonly names: readonly string[];
}

export interface RuleChange {
  readonly rule: RuleName;
  readonly before: string | null;
  readonly after: string | null;
}

/** An OIDC slot that leads to another host: accounts linked before belong to the old one. */
export interface MovedProvider {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

/** Compares what is stored with what is to be. Collections that are new have nothing to lose. */
export function changesOf(original: CollectionModel, draft: CollectionDraft): CollectionChanges {
  const { collection, fields } = draft;
  const removed = fields.filter(({ isRemoved }) => isRemoved).map(({ field }) => field.name);
  return {
    renamed:
      original.name === collection.name ? undefined : { from: original.name, to: collection.name },
    renamedFields: storedPairs(original, draft)
      .filter(({ before, after }) => before.name !== after.name)
      .map(({ before, after }) => ({ from: before.name, to: after.name })),
    losses: lossesOf(original, draft),
    droppedIndexes: collection.indexes.filter((text) =>
      removed.some((name) => indexHasColumn(text, name)),
    ),
    rules: changedRules(original, collection),
    movedProviders: movedProviders(original, collection),
  };
}

/** Whether anything of it should be confirmed. */
export function needsConfirmation(changes: CollectionChanges): boolean {
  const { renamed, renamedFields, losses, droppedIndexes, movedProviders, rules } = changes;
  const lists = [renamedFields, losses, droppedIndexes, movedProviders, rules.filter(opens)];
  return renamed !== undefined || lists.some((list) => list.length > 0);
}

/** A rule that lets everybody in where before there was a condition, or superusers only. */
export function opens({ before, after }: RuleChange): boolean {
  return after === "" && before !== "";
}

function storedPairs(original: CollectionModel, { fields }: CollectionDraft) {
  const stored = new Map(original.fields.map((field) => [field.id, field]));
  return fields.flatMap(({ field, isRemoved }) => {
    const before = stored.get(field.id);
    return before && !isRemoved ? [{ before, after: field }] : [];
  });
}

/** Fields are told by their names before: that is what filters know. */
function lossesOf(original: CollectionModel, draft: CollectionDraft): DataLoss[] {
  const stored = new Map(original.fields.map((field) => [field.id, field]));
  const removed = draft.fields.flatMap(({ field, isRemoved }) => {
    const before = isRemoved ? stored.get(field.id) : undefined;
    if (!before) return [];
    const filter = kindOf(before).filled(before);
    return [{ kind: "removed" as const, field: before.name, filter, names: [] }];
  });
  const changed = storedPairs(original, draft).flatMap(({ before, after }) =>
    (kindOf(before).losses?.(before, after) ?? []).map((loss) => ({
      ...loss,
      field: before.name,
    })),
  );
  return [...removed, ...changed];
}

const RULES: readonly RuleName[] = [
  "listRule",
  "viewRule",
  "createRule",
  "updateRule",
  "deleteRule",
  "authRule",
  "manageRule",
];

/** The rule of a collection; undefined when it has none of that name. */
export function ruleOf(collection: CollectionModel, rule: RuleName): string | null | undefined {
  const value: unknown = Object.entries(collection).find(([name]) => name === rule)?.[1];
  return typeof value === "string" || value === null ? value : undefined;
}

function changedRules(original: CollectionModel, collection: CollectionModel): RuleChange[] {
  return RULES.flatMap((rule) => {
    const before = ruleOf(original, rule);
    const after = ruleOf(collection, rule);
    if (before === undefined || after === undefined || before === after) return [];
    return [{ rule, before, after }];
  });
}

function movedProviders(original: CollectionModel, collection: CollectionModel): MovedProvider[] {
  if (!isAuth(original) || !isAuth(collection)) return [];
  const before = new Map(original.oauth2.providers.map((each) => [each.name, each.authURL]));
  return collection.oauth2.providers.flatMap(({ name, authURL }) => {
    const from = hostOf(before.get(name));
    const to = hostOf(authURL);
    const isOidc = name.startsWith("oidc");
    return isOidc && from !== "" && to !== "" && from !== to ? [{ name, from, to }] : [];
  });
}

export function isAuth(collection: CollectionModel): collection is AuthCollectionModel {
  return collection.type === "auth";
}

function hostOf(address: string | undefined): string {
  return address && URL.canParse(address) ? new URL(address).host : "";
}
