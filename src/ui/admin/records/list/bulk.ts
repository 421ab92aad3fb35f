import { signal } from "@preact/signals";
import type { CollectionModel, RecordModel } from "pocketbase";
import { confirm } from "../../../kit/confirm.tsx";
import { toast } from "../../../kit/toast.tsx";
import { client } from "../../api/client.ts";
import { errorText } from "../../api/form-errors.ts";
import { t } from "../../i18n/language.ts";
import { idsFilter } from "../quoted.ts";

const AT_ONCE = 6;
const MOST_IDS = 40;
const PAGE = 1000;
/** More than this are not selected at once. */
export const MOST_SELECTED = 10_000;

/** How far a long work on many records is; undefined when none runs. */
export const bulkProgress = signal<{ readonly done: number; readonly of: number } | undefined>(
  undefined,
);

/** Asks, then deletes one by one: what cannot be deleted does not keep the others. @returns the deleted ids */
export async function deleteMany(
  collection: CollectionModel,
  ids: readonly string[],
): Promise<string[]> {
  const count = ids.length;
  const isSure = await confirm({
    title: t("records.delete.title", { count }),
    text: t(count === 1 ? "records.delete.textOne" : "records.delete.text"),
    action: t("shell.delete"),
    look: "danger",
    typeToConfirm: count > 100 ? String(count) : undefined,
  });
  if (!isSure) return [];
  const failures: unknown[] = [];
  const deleted: string[] = [];
  await forEach(ids, async (id) => {
    try {
      await client.collection(collection.id).delete(id);
      deleted.push(id);
    } catch (error) {
      failures.push(error);
    }
  });
  if (deleted.length > 0)
    toast(t("records.deleted", { count: deleted.length }), { tone: "success" });
  if (failures.length > 0) {
    const reason = errorText(failures[0]);
    toast(t("records.delete.failed", { count: failures.length, reason }), { tone: "danger" });
  }
  return deleted;
}

async function forEach(ids: readonly string[], work: (id: string) => Promise<void>): Promise<void> {
  const waiting = [...ids];
  let done = 0;
  bulkProgress.value = { done, of: ids.length };
  const runner = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      await work(id);
      bulkProgress.value = { done: ++done, of: ids.length };
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, runner));
  bulkProgress.value = undefined;
}

/** Saves the records as a file of JSON, in the order of their ids given. */
export async function exportMany(
  collection: CollectionModel,
  ids: readonly string[],
): Promise<void> {
  const found = new Map<string, RecordModel>();
  bulkProgress.value = { done: 0, of: ids.length };
  try {
    for (let at = 0; at < ids.length; at += MOST_IDS) {
      const filter = idsFilter(ids.slice(at, at + MOST_IDS));
      const query = { filter, skipTotal: true };
      const list = await client.collection(collection.id).getList(1, MOST_IDS, query);
      for (const record of list.items) found.set(record.id, record);
      bulkProgress.value = { done: Math.min(at + MOST_IDS, ids.length), of: ids.length };
    }
    const records = ids.flatMap((id) => found.get(id) ?? []);
    saveFile(`${records.length}_${collection.name}_records.json`, JSON.stringify(records, null, 2));
  } catch (error) {
    toast(errorText(error), { tone: "danger" });
  } finally {
    bulkProgress.value = undefined;
  }
}

function saveFile(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/** The ids of all records that a filter matches, up to `MOST_SELECTED`. */
export async function allIds(
  collection: CollectionModel,
  { filter, sort }: { readonly filter: string; readonly sort: string },
): Promise<string[]> {
  const ids: string[] = [];
  for (let page = 1; ids.length < MOST_SELECTED; page++) {
    const query = { filter, sort, fields: "id", skipTotal: true };
    const { items } = await client.collection(collection.id).getList(page, PAGE, query);
    ids.push(...items.map(({ id }) => id));
    if (items.length < PAGE) break;
  }
  return ids;
}
