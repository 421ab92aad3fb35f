import type { CollectionModel } from "pocketbase";

/** The line with which the SDK fetches one record. */
export function getOneCall(collection: CollectionModel, id: string): string {
  return `await pb.collection(${JSON.stringify(collection.name)}).getOne(${JSON.stringify(id)});`;
}
