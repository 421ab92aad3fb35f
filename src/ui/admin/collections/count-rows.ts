import { client } from "../api/client.ts";

/** How many records of a collection a filter matches; all when it is empty. */
export async function countRows(collection: string, filter = ""): Promise<number> {
  const { totalItems } = await client
    .collection(collection)
    .getList(1, 1, { filter, fields: "id" });
  return totalItems;
}
