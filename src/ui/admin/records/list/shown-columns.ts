import { signal } from "@preact/signals";
import type { CollectionField, CollectionModel } from "pocketbase";

/** By the ids of collections: fields that were switched on or off, by name. */
const chosen = signal<Readonly<Record<string, Readonly<Record<string, boolean>>>>>({});

function keyOf(collectionId: string): string {
  return `pbColumns_${collectionId}`;
}

/** Whether a field has a column; hidden ones and those that say nothing have none unless they are switched on. */
export function isColumnShown(collection: CollectionModel, field: CollectionField): boolean {
  return choiceOf(collection.id)[field.name] ?? (!field.hidden && !isIdle(collection, field));
}

/** Superusers need no verified address. */
function isIdle({ name }: CollectionModel, field: CollectionField): boolean {
  return name === "_superusers" && field.name === "verified";
}

/** Switches a column on or off, and remembers it. */
export function setColumnShown(
  collection: CollectionModel,
  field: CollectionField,
  isShown: boolean,
): void {
  const next = { ...choiceOf(collection.id), [field.name]: isShown };
  chosen.value = { ...chosen.peek(), [collection.id]: next };
  localStorage.setItem(keyOf(collection.id), JSON.stringify(next));
}

function choiceOf(collectionId: string): Readonly<Record<string, boolean>> {
  return chosen.value[collectionId] ?? readChoice(collectionId);
}

function readChoice(collectionId: string): Record<string, boolean> {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(keyOf(collectionId)) ?? "{}");
    if (typeof stored !== "object" || stored === null) return {};
    const entries = Object.entries(stored).filter(([, value]) => typeof value === "boolean");
    return Object.fromEntries(entries);
  } catch {
    return {};
  }
}
