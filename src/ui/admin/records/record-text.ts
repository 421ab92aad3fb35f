import type { CollectionField, CollectionModel, RecordModel } from "pocketbase";

/** Names that tell most when no field is marked as presentable, as PocketBase's UI has them. */
const TELLING = [
  "name",
  "title",
  "label",
  "username",
  "nickname",
  "email",
  "key",
  "slug",
  "heading",
  "header",
  "subject",
];

const LONGEST = 120;

/** The fields that stand for a record of the collection, the first ones first; empty when none does. */
export function tellingFields(collection: CollectionModel | undefined): CollectionField[] {
  const fields = collection?.fields ?? [];
  const presentable = fields.filter(({ presentable, hidden }) => presentable && !hidden);
  if (presentable.length > 0) return presentable;
  const found = TELLING.map((name) => fields.find((field) => field.name === name)).find(Boolean);
  return found ? [found] : [];
}

/** A record in a few words: what its telling fields hold, else another that has something to tell, else its id. */
export function recordText(record: RecordModel, collection: CollectionModel | undefined): string {
  const parts = tellingFields(collection)
    .map(({ name }) => plainText(record[name]))
    .filter((part) => part !== "");
  const other = TELLING.map((name) => plainText(record[name])).find((text) => text !== "");
  const text = parts.join(", ") || other || record.id;
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function plainText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value.replaceAll(/<[^>]*>/g, " ").trim();
  if (Array.isArray(value)) return value.map((each) => plainText(each)).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value as number | boolean);
}
