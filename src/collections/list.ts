import type { App } from "../app.ts";
import { listSimply, plainColumns, type SimpleListParams } from "../filter/simple-list.ts";
import { badRequest } from "../lib/errors.ts";
import { Page } from "../lib/page.ts";
import type { CollectionPage } from "./events.ts";
import { collectionFromRow, type CollectionRow } from "./row.ts";

/**
 * One page of the collections, by the query parameters of the API.
 *
 * @throws ApiError 400 without details when a parameter is not valid
 */
export async function listCollections(app: App, params: SimpleListParams): Promise<CollectionPage> {
  try {
    const page = await listSimply<CollectionRow>(app.db, SOURCE, params);
    return new Page(page.items.map(collectionFromRow), page.page, page.perPage, page.totalItems);
  } catch (cause) {
    throw badRequest("", { cause });
  }
}

const SOURCE = {
  table: "_collections",
  columns: [
    "id",
    "system",
    "type",
    "name",
    "fields",
    "indexes",
    "listRule",
    "viewRule",
    "createRule",
    "updateRule",
    "deleteRule",
    "options",
    "created",
    "updated",
  ],
  fields: plainColumns("_collections", ["id", "created", "updated", "name", "system", "type"]),
};
