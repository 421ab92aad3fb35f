import type { CollectionModel, RecordModel } from "pocketbase";
import { confirm } from "../../../kit/confirm.tsx";
import { copyText } from "../../../kit/copy-button.tsx";
import type { MenuEntry } from "../../../kit/menu.tsx";
import { client } from "../../api/client.ts";
import { t } from "../../i18n/language.ts";
import { announceChange } from "../changes.ts";
import { getOneCall } from "../api-preview/sdk-calls.ts";
import { recordText } from "../record-text.ts";
import { tell } from "../tell.ts";
import { openRecord } from "./open-record.ts";
import { duplicateDraft } from "./record-draft.ts";

export interface RecordActionsOptions {
  readonly collection: CollectionModel;
  readonly record: RecordModel;
  readonly onGone: () => void;
  readonly onReload: (record: RecordModel) => void;
  readonly onImpersonate: () => void;
  /** Asks when something here is not saved. */
  readonly mayLeave: () => Promise<boolean>;
}

/** What can be done with a stored record. */
export function recordActions(options: RecordActionsOptions): MenuEntry[] {
  const { collection, record, onGone, mayLeave } = options;
  const isAuth = collection.type === "auth";
  return [
    ...(isAuth ? [...authActions(options), "line" as const] : []),
    {
      label: t("records.copyJson"),
      icon: "json",
      onSelect: () => void tell(copyText(JSON.stringify(record, null, 2)), t("kit.copied")),
    },
    {
      label: t("records.copyCall"),
      icon: "code",
      onSelect: () => void tell(copyText(getOneCall(collection, record.id)), t("kit.copied")),
    },
    {
      label: t("records.duplicate"),
      icon: "copy",
      onSelect: async () => {
        if (!(await mayLeave())) return;
        onGone();
        void openRecord({ collection, values: duplicateDraft(collection, record) });
      },
    },
    "line",
    {
      label: t("shell.delete"),
      icon: "trash",
      look: "danger",
      onSelect: () => void remove(options),
    },
  ];
}

function authActions({
  collection,
  record,
  onReload,
  onImpersonate,
}: RecordActionsOptions): MenuEntry[] {
  const records = client.collection(collection.id);
  const email = String(record["email"] ?? "");
  return [
    {
      label: t("records.auth.sendVerification"),
      icon: "email",
      disabled: email === "" || record["verified"] === true,
      onSelect: () =>
        void tell(records.requestVerification(email), t("records.auth.sent", { email })),
    },
    {
      label: t("superusers.passwordReset"),
      icon: "key",
      disabled: email === "",
      onSelect: () =>
        void tell(records.requestPasswordReset(email), t("records.auth.sent", { email })),
    },
    { label: t("records.auth.impersonate"), icon: "user", onSelect: onImpersonate },
    {
      label: t("superusers.resetTokens"),
      icon: "logout",
      onSelect: async () => {
        const name = recordText(record, collection);
        const isSure = await confirm({
          title: t("superusers.resetTokens.title", { email: name }),
          text: t("superusers.resetTokens.text"),
          action: t("superusers.resetTokens"),
          look: "danger",
        });
        if (!isSure) return;
        const change = records.update(record.id, { "tokenKey:autogenerate": "" });
        await tell(change.then(onReload), t("superusers.resetTokens.done"));
      },
    },
  ];
}

async function remove({ collection, record, onGone }: RecordActionsOptions): Promise<void> {
  const isSure = await confirm({
    title: t("records.delete.title", { count: 1 }),
    text: t("records.delete.one", { name: recordText(record, collection) }),
    action: t("shell.delete"),
    look: "danger",
  });
  if (!isSure) return;
  const isDone = await tell(
    client.collection(collection.id).delete(record.id),
    t("records.deleted", { count: 1 }),
  );
  if (!isDone) return;
  announceChange("delete", record);
  onGone();
}
