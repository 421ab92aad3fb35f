import type { CollectionModel } from "pocketbase";
import { fieldTypeOf } from "../field-types/index.ts";

/** Stands for a file in examples: it is no JSON. */
export const FILE_SAMPLE = "FILE";

/** A value for each field that one sets, as in a request that makes a record. */
export function sampleBody(collection: CollectionModel): Record<string, unknown> {
  const fields = collection.fields.filter(
    (field) =>
      fieldTypeOf(field).Input !== undefined && !field.hidden && field["primaryKey"] !== true,
  );
  const body = Object.fromEntries(
    fields.map((field) => [field.name, fieldTypeOf(field).sample(field)]),
  );
  if (collection.type !== "auth") return body;
  return { ...body, password: "12345678", passwordConfirm: "12345678" };
}

/** A record as it is read: the server sorts its names. */
export function sampleRecord(collection: CollectionModel): Record<string, unknown> {
  const values = collection.fields
    .filter((field) => !field.hidden)
    .map((field): [string, unknown] => [
      field.name,
      readSample(field.name, fieldTypeOf(field).sample(field)),
    ]);
  const all: [string, unknown][] = [
    ["collectionId", collection.id],
    ["collectionName", collection.name],
    ...values,
  ];
  return Object.fromEntries(all.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function readSample(name: string, sample: unknown): unknown {
  if (name === "id") return "RECORD_ID";
  return sample === FILE_SAMPLE ? "name_k3j9x2m1qa.png" : sample;
}
