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
