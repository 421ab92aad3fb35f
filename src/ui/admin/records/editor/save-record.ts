import type { CollectionModel, RecordModel } from "pocketbase";
import { client } from "../../api/client.ts";
import { isFile } from "./draft-changes.ts";
import { fetchWithProgress } from "../../api/upload-progress.ts";

/**
 * Creates a record, or changes one.
 *
 * @param body lists of files are names of stored ones and new ones in their order
 */
export async function saveRecord(
  collection: CollectionModel,
  record: RecordModel | undefined,
  body: Readonly<Record<string, unknown>>,
): Promise<RecordModel> {
  const records = client.collection(collection.id);
  const withFiles = Object.entries(body).filter(([, value]) => filesIn(value).length > 0);
  if (withFiles.length === 0) {
    return record ? records.update(record.id, body) : records.create(body);
  }
  const form = toForm(body);
  const options = { fetch: fetchWithProgress };
  const saved = await (record
    ? records.update(record.id, form, options)
    : records.create(form, options));
  const order = Object.fromEntries(
    withFiles.flatMap(([name, value]) => newOrder(value, name, saved)),
  );
  return Object.keys(order).length > 0 ? records.update(saved.id, order) : saved;
}

/** Everything but the files as JSON, so that nothing is guessed from texts; new files join the stored ones. */
function toForm(body: Readonly<Record<string, unknown>>): FormData {
  const form = new FormData();
  const data: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(body)) {
    const files = filesIn(value);
    const stored = storedIn(value);
    if (files.length === 0 || stored.length > 0) data[name] = files.length === 0 ? value : stored;
    for (const file of files) form.append(stored.length > 0 ? `${name}+` : name, file);
  }
  form.append("@jsonPayload", JSON.stringify(data));
  return form;
}

/** The server puts new files behind the stored ones; another order is a second change. */
function newOrder(value: unknown, name: string, saved: RecordModel): [string, string[]][] {
  if (!Array.isArray(value)) return [];
  const stored = storedIn(value);
  const result: unknown = saved[name];
  const added = (Array.isArray(result) ? result.map(String) : []).filter(
    (each) => !stored.includes(each),
  );
  const wanted = value.map((item) => (isFile(item) ? (added.shift() ?? "") : String(item)));
  const isThere = Array.isArray(result) && wanted.every((each, at) => each === result[at]);
  return isThere || wanted.includes("") ? [] : [[name, wanted]];
}

function filesIn(value: unknown): File[] {
  return (Array.isArray(value) ? value : [value]).filter((each) => isFile(each));
}

function storedIn(value: unknown): string[] {
  return Array.isArray(value)
    ? value.filter((each): each is string => typeof each === "string")
    : [];
}
