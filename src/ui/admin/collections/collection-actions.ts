import type { CollectionModel } from "pocketbase";
import { confirm } from "../../kit/confirm.tsx";
import { copyText } from "../../kit/copy-button.tsx";
import type { MenuEntry } from "../../kit/menu.tsx";
import { toast } from "../../kit/toast.tsx";
import { client } from "../api/client.ts";
import { errorText } from "../api/form-errors.ts";
import { reloadCollections } from "../data/collections.ts";
import { t } from "../i18n/language.ts";
import { navigate, place } from "../shell/navigation.ts";
import { countRows } from "./count-rows.ts";
import { closeEditor, copyCollection } from "./editing.ts";

/** What can be done with a whole collection beside changing it. */
export function collectionActions(collection: CollectionModel): MenuEntry[] {
  const isView = collection.type === "view";
  return [
    {
      label: t("collections.copyJson"),
      icon: "json",
      onSelect: () => void copyJson(collection),
    },
    {
      label: t("collections.duplicate"),
      icon: "copy",
      disabled: collection.system,
      onSelect: () => void copyCollection(collection),
    },
    "line",
    {
      label: t("collections.truncate"),
      icon: "trash",
      look: "danger",
      disabled: isView || collection.system,
      onSelect: () => void truncate(collection),
    },
    {
      label: t("collections.delete"),
      icon: "trash",
      look: "danger",
      disabled: collection.system,
      onSelect: () => void remove(collection),
    },
  ];
}

async function copyJson(collection: CollectionModel): Promise<void> {
  await copyText(JSON.stringify(collection, null, 2));
  toast(t("collections.copied"), { tone: "success" });
}

async function truncate({ name }: CollectionModel): Promise<void> {
  const isSure = await confirm({
    title: t("collections.truncate.title", { name }),
    text: t("collections.truncate.text", { count: await countRows(name) }),
    action: t("collections.truncate"),
    look: "danger",
    typeToConfirm: name,
  });
  if (!isSure) return;
  await attempt(() => client.collections.truncate(name), t("collections.truncated", { name }));
}

async function remove({ name, type, id }: CollectionModel): Promise<void> {
  const text =
    type === "view"
      ? t("collections.delete.view")
      : t("collections.delete.text", { count: await countRows(name) });
  const isSure = await confirm({
    title: t("collections.delete.title", { name }),
    text,
    action: t("collections.delete"),
    look: "danger",
    typeToConfirm: name,
  });
  if (!isSure) return;
  const isGone = await attempt(
    () => client.collections.delete(id),
    t("collections.deleted", { name }),
  );
  if (!isGone) return;
  closeEditor();
  await reloadCollections();
  const shown = place.peek().query["collection"];
  if (shown === name || shown === id) await navigate("/collections", {}, { replace: true });
}

/** Does something and says how it went. */
async function attempt(work: () => Promise<unknown>, success: string): Promise<boolean> {
  try {
    await work();
    toast(success, { tone: "success" });
    return true;
  } catch (error) {
    toast(errorText(error), { tone: "danger" });
    return false;
  }
}
