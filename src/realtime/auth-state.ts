import type { App } from "../app.ts";
import type { Collection } from "../collections/collection.ts";
import type { RecordModel } from "../records/record.ts";

/**
 * The clients of an auth record get its new values; when its tokens have become invalid (another token key) they
 * become guests, whose connection stays.
 */
export function updateClientsAuth(app: App, record: RecordModel): void {
  for (const client of app.realtime.clients.values()) {
    const { auth } = client;
    if (!auth || !isSameAuth(auth, record)) continue;
    client.auth = auth.getString("tokenKey") === record.getString("tokenKey") ? record : undefined;
  }
}

/** The clients of a deleted auth record become guests. */
export function unsetClientsAuth(app: App, record: RecordModel): void {
  for (const client of app.realtime.clients.values()) {
    if (client.auth && isSameAuth(client.auth, record)) client.auth = undefined;
  }
}

/** All clients of an auth collection become guests: it is gone, or its secret has changed. */
export function unsetCollectionAuth(app: App, collection: Collection): void {
  for (const client of app.realtime.clients.values()) {
    if (client.auth?.collection.id === collection.id) client.auth = undefined;
  }
}

export function isSameAuth(
  first: RecordModel | undefined,
  second: RecordModel | undefined,
): boolean {
  return first?.id === second?.id && first?.collection.id === second?.collection.id;
}
