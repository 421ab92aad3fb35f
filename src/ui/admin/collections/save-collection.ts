import type { CollectionModel } from "pocketbase";
import { client } from "../api/client.ts";
import { reloadCollections } from "../data/collections.ts";
import { navigate, place } from "../shell/navigation.ts";
import { changesOf, needsConfirmation } from "./changes.ts";
import { confirmChanges } from "./changes-dialog.tsx";
import { type CollectionDraft, draftToBody } from "./draft.ts";

/**
 * Stores a collection after asking about what would be lost, and shows it.
 *
 * @returns as it is stored now; undefined when it was not confirmed
 * @throws what the server says
 */
export async function saveCollection(
  original: CollectionModel | undefined,
  draft: CollectionDraft,
): Promise<CollectionModel | undefined> {
  const body = draftToBody(draft);
  if (!original) {
    const created = await client.collections.create(body);
    await reloadCollections();
    show(created.name);
    return created;
  }
  const changes = changesOf(original, draft);
  if (needsConfirmation(changes) && !(await confirmChanges(original, changes))) return undefined;
  const updated = await client.collections.update(original.id, body);
  await reloadCollections();
  if (place.peek().query["collection"] === original.name) show(updated.name);
  return updated;
}

/** The editor is still open with what has just been saved: nobody is asked. */
function show(name: string): void {
  void navigate("/collections", { collection: name }, { replace: true, isSure: true });
}
