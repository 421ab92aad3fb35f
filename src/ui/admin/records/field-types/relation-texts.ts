import { signal } from "@preact/signals";
import type { RecordModel } from "pocketbase";
import { client } from "../../api/client.ts";
import { findCollection } from "../../data/collections.ts";
import { idsFilter } from "../quoted.ts";
import { recordText } from "../record-text.ts";

const MOST_IDS = 50;

const known = signal<ReadonlyMap<string, string>>(new Map());
const asked = new Set<string>();

/** What related records are called, as far as that is known; the others are asked for once. */
export function relatedText(collectionId: string, id: string): string | undefined {
  return known.value.get(`${collectionId}/${id}`);
}

/** Keeps what is known from records that were fetched anyway. */
export function rememberRelated(records: readonly RecordModel[]): void {
  const entries = records.map((record) => {
    const text = recordText(record, findCollection(record.collectionId));
    return [`${record.collectionId}/${record.id}`, text] as const;
  });
  known.value = new Map([...known.peek(), ...entries]);
}

/** Fetches the texts of related records that are not known yet. */
export async function loadRelated(collectionId: string, ids: readonly string[]): Promise<void> {
  const missing = ids.filter((id) => !asked.has(`${collectionId}/${id}`));
  for (const id of missing) asked.add(`${collectionId}/${id}`);
  for (let at = 0; at < missing.length; at += MOST_IDS) {
    const filter = idsFilter(missing.slice(at, at + MOST_IDS));
    const list = await client
      .collection(collectionId)
      .getList(1, MOST_IDS, { filter, skipTotal: true });
    rememberRelated(list.items);
  }
}
